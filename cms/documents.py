"""What of this app can be found. Consent and view restrictions decide in `get_queryset`."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from cms.attached import attached_to, open_attachments, rows_by_file
from cms.listings import renditions_of
from cms.models import (
    ChannelPage,
    Honour,
    HonourAward,
    HonourList,
    LessonPage,
    Level,
    NoticePage,
    Person,
    StandardPage,
    StoryPage,
    StoryPerson,
    TopicPage,
    VideoPage,
)
from cms.shapes import SHAPES
from media.models import SiteMedia, SiteRendition
from quiz.models import Competition
from reading.models import ReadingRoom
from search.documents import Content, IndexDocument, Suggestion, register
from unions.models import Union

TITLE_WEIGHT, UNION_WEIGHT, HONOUR_WEIGHT, PERSON_WEIGHT = 1, 2, 3, 5


def ready_thumb(image) -> str:
    """The address of a thumbnail that exists; "" rather than making one while indexing."""
    ready = getattr(image, "prefetched_renditions", ()) if image else ()
    return next((rendition.url for rendition in ready), "")


def rows_by_union(model):
    """`related()` pair: the rows of `model` that show a union's name and stand in its tree."""
    return (
        Union,
        lambda union: list(model.objects.filter(union=union).values_list("pk", flat=True)),
    )


def rows_by_thumb(model):
    """`related()` pair: the pages of `model` led by the picture whose thumbnail came or went."""

    def keys_of(rendition):
        if rendition.filter_spec not in SHAPES["thumb"]:
            return []
        rows = model.objects.filter(lead_image=rendition.image_id)
        return list(rows.values_list("pk", flat=True))

    return (SiteRendition, keys_of)


def awards_in(listed: HonourList):
    """The awards that wait for the announcement of `listed`."""
    return HonourAward.objects.filter(honour=listed.honour_id, year=listed.year)


def page_content(page) -> Content:
    """What every document of a page holds."""
    date = page.first_published_at
    return Content(
        title=page.title,
        url=page.address,
        body=page.text,
        note=page.union.name if page.union else "",
        date=date,
        union_path=page.union.path if page.union else "",
        year=timezone.localtime(date).year if date else None,
        terms=(Suggestion(page.title, TITLE_WEIGHT),),
    )


@register
class StoryDocument(IndexDocument):
    kind = "story"
    label = _("报道")
    model = StoryPage

    @classmethod
    def get_queryset(cls):
        people = StoryPerson.objects.filter(person__live=True, person__consent=True)
        return (
            StoryPage.objects.published()
            .with_channel()
            .select_related("union", "lead_image")
            .prefetch_related(
                renditions_of("lead_image", "thumb"),
                open_attachments(),
                Prefetch("people", people.select_related("person"), to_attr="public_people"),
            )
        )

    @classmethod
    def prepare(cls, row):
        names = tuple(named.person.name for named in row.public_people)
        return replace(
            page_content(row),
            body="\n".join(filter(None, [row.dek, row.text, row.byline, row.source])),
            image=ready_thumb(row.lead_image),
            channel=row.channel_title,
            keys=names,
            attached=attached_to(row),
        )

    @classmethod
    def related(cls):
        return [
            rows_by_union(StoryPage),
            rows_by_thumb(StoryPage),
            *rows_by_file(StoryPage),
            (StoryPerson, lambda row: [row.page_id]),
            (Person, lambda person: list(person.story_rows.values_list("page_id", flat=True))),
        ]


class FilmDocument(IndexDocument):
    """A film with its transcript, its chapters and what its captions say."""

    @classmethod
    def get_queryset(cls):
        return (
            cls.model.objects.published()
            .select_related("union", "lead_image")
            .prefetch_related(
                renditions_of("lead_image", "thumb"),
                open_attachments(),
                Prefetch("media", SiteMedia.objects.public(), to_attr="open_media"),
            )
        )

    @classmethod
    def prepare(cls, row):
        chapters = [chapter.value["title"] for chapter in row.chapters]
        spoken = row.open_media.captions_text if row.open_media else ""
        return replace(
            page_content(row),
            body="\n".join(filter(None, [row.dek, row.text, *chapters, spoken])),
            image=ready_thumb(row.lead_image),
            attached=attached_to(row),
        )

    @classmethod
    def related(cls):
        films = cls.model.objects.values_list("pk", flat=True)
        return [
            rows_by_union(cls.model),
            rows_by_thumb(cls.model),
            *rows_by_file(cls.model, "media"),
            (SiteMedia, lambda media: list(films.filter(media=media.pk))),
        ]


@register
class VideoDocument(FilmDocument):
    kind = "video"
    label = _("视频")
    model = VideoPage


@register
class LessonDocument(FilmDocument):
    kind = "lesson"
    label = _("微课")
    model = LessonPage

    @classmethod
    def prepare(cls, row):
        content = super().prepare(row)
        return replace(content, body=f"{row.goal}\n{content.body}")


@register
class TopicDocument(IndexDocument):
    kind = "topic"
    label = _("专题")
    model = TopicPage

    @classmethod
    def get_queryset(cls):
        topics = TopicPage.objects.published().select_related("union", "lead_image")
        return topics.prefetch_related(renditions_of("lead_image", "thumb"), open_attachments())

    @classmethod
    def prepare(cls, row):
        sections = [section.value["title"] for section in row.sections]
        return replace(
            page_content(row),
            body="\n".join(filter(None, [row.line, row.text, *sections])),
            image=ready_thumb(row.lead_image),
            attached=attached_to(row),
        )

    @classmethod
    def related(cls):
        return [rows_by_union(TopicPage), rows_by_thumb(TopicPage), *rows_by_file(TopicPage)]


@register
class NoticeDocument(IndexDocument):
    kind = "notice"
    label = _("公告")
    model = NoticePage

    @classmethod
    def get_queryset(cls):
        notices = NoticePage.objects.published().select_related("union")
        return notices.prefetch_related(open_attachments())

    @classmethod
    def prepare(cls, row):
        facts = [f"{fact.value['label']}：{fact.value['text']}" for fact in row.facts]
        return replace(
            page_content(row),
            body="\n".join([*facts, row.text]),
            keys=(row.number,) if row.number else (),
            attached=attached_to(row),
        )

    @classmethod
    def related(cls):
        return [rows_by_union(NoticePage), *rows_by_file(NoticePage)]


@register
class GuideDocument(IndexDocument):
    """A page of information: help, privacy, accessibility."""

    kind = "guide"
    label = _("说明")
    model = StandardPage

    @classmethod
    def get_queryset(cls):
        guides = StandardPage.objects.published().select_related("union")
        return guides.prefetch_related(open_attachments())

    @classmethod
    def prepare(cls, row):
        return replace(
            page_content(row),
            url=row.url or "",
            body="\n".join(filter(None, [row.line, row.text])),
            attached=attached_to(row),
        )

    @classmethod
    def related(cls):
        return [rows_by_union(StandardPage), *rows_by_file(StandardPage)]


@register
class ChannelDocument(IndexDocument):
    kind = "channel"
    label = _("栏目")
    model = ChannelPage

    @classmethod
    def get_queryset(cls):
        return ChannelPage.objects.published().select_related("union")

    @classmethod
    def prepare(cls, row):
        lines = dict.fromkeys(filter(None, [row.line, row.search_description]))
        return Content(
            title=row.title,
            url=row.address,
            body="\n".join(lines),
            union_path=row.union.path if row.union else "",
            terms=(Suggestion(row.title, TITLE_WEIGHT),),
        )

    @classmethod
    def related(cls):
        return [rows_by_union(ChannelPage)]


@register
class PersonDocument(IndexDocument):
    kind = "person"
    label = _("人物")
    model = Person
    people = True
    levels = dict(Level.choices)
    title_field = "name"

    @classmethod
    def get_queryset(cls):
        return Person.objects.published().for_cards()

    @classmethod
    def prepare(cls, row):
        honours = [f"{award.year} {award.honour.name}" for award in row.standing]
        return Content(
            title=row.name,
            url=row.address,
            body="\n".join(
                filter(
                    None,
                    [
                        row.intro,
                        row.trade,
                        row.employer,
                        *honours,
                        get_text_for_indexing(row.bio),
                        row.own_words,
                    ],
                )
            ),
            note="，".join(filter(None, [row.employer, row.trade, *honours[:1]])),
            union_path=row.union.path if row.union else "",
            year=row.top_award.year if row.top_award else None,
            level=row.top_award.honour.level if row.top_award else "",
            keys=(row.name,),
            terms=(Suggestion(row.name, PERSON_WEIGHT, row.pinyin),),
        )

    @classmethod
    def related(cls):
        return [
            rows_by_union(Person),
            (HonourAward, lambda award: [award.person_id]),
            (HonourList, lambda listed: list(awards_in(listed).values_list("person", flat=True))),
        ]

    @classmethod
    def turning(cls, since, until):
        lists = HonourList.objects.announced_between(since, until)
        return {pk for listed in lists for pk in awards_in(listed).values_list("person", flat=True)}


@register
class HonourDocument(IndexDocument):
    """An honour with the years in which it was given."""

    kind = "honour"
    label = _("荣誉")
    model = Honour
    levels = dict(Level.choices)
    title_field = "name"

    @classmethod
    def get_queryset(cls):
        awards = HonourAward.objects.public().order_by("-year", "pk").select_related("person")
        given = HonourAward.objects.public().values("honour")
        return Honour.objects.filter(pk__in=given).prefetch_related(
            Prefetch("awards", awards, to_attr="public_awards")
        )

    @classmethod
    def prepare(cls, row):
        latest = row.public_awards[0].year
        return Content(
            title=row.name,
            url=reverse("cms:honour_list", args=[latest, row.pk]),
            body="\n".join([row.blurb, *(award.person.name for award in row.public_awards)]),
            note=row.authority,
            year=latest,
            level=row.level,
            keys=(row.name,),
            terms=(Suggestion(row.name, HONOUR_WEIGHT),),
        )

    @classmethod
    def related(cls):
        return [
            (HonourAward, lambda award: [award.honour_id]),
            (HonourList, lambda listed: [listed.honour_id]),
            (Person, lambda person: list(person.awards.values_list("honour", flat=True))),
        ]

    @classmethod
    def turning(cls, since, until):
        lists = HonourList.objects.announced_between(since, until)
        return lists.values_list("honour", flat=True)


# What a union may show to the public; each has a field `union`.
PAGES_OF_UNIONS = (StoryPage, VideoPage, LessonPage, TopicPage, NoticePage)
SHOWN_BY_UNIONS = (*PAGES_OF_UNIONS, Person, Competition, ReadingRoom)


def union_of(row) -> list[int]:
    """The key of the union that `row` names, if it names one."""
    return [row.union_id] if row.union_id else []


@register
class UnionDocument(IndexDocument):
    """A union that shows something to the public; the rest of the register is nobody's business.

    A union has no page: its hit leads to all that can be found of it.
    """

    kind = "union"
    label = _("工会")
    model = Union
    title_field = "name"

    @classmethod
    def get_queryset(cls):
        public = (
            *(model.objects.published() for model in (*PAGES_OF_UNIONS, Person)),
            Competition.objects.published(),
            ReadingRoom.objects.public(),
        )
        shown = Q()
        for rows in public:
            shown |= Q(Exists(rows.filter(union=OuterRef("pk"))))
        return Union.objects.filter(shown)

    @classmethod
    def prepare(cls, row):
        names = tuple(dict.fromkeys(filter(None, [row.name, row.short_name])))
        return Content(
            title=row.name,
            url=f"{reverse('search')}?{urlencode({'q': row.name, 'unit': row.code})}",
            body=row.short_name,
            note="，".join(filter(None, [row.get_level_display(), row.get_industry_display()])),
            union_path=row.path,
            keys=names,
            terms=tuple(Suggestion(name, UNION_WEIGHT) for name in names),
        )

    @classmethod
    def related(cls):
        return [(model, union_of) for model in SHOWN_BY_UNIONS]

    @classmethod
    def below(cls, page: Page) -> Iterable[int]:
        found: set[int] = set()
        for model in PAGES_OF_UNIONS:
            rows = model.objects.filter(path__startswith=page.path, union__isnull=False)
            found |= set(rows.values_list("union", flat=True))
        return found
