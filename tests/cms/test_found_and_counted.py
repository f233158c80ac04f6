"""What the search index and the tallies learn of this app."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from cms.documents import (
    HonourDocument,
    NoticeDocument,
    PersonDocument,
    StoryDocument,
    VideoDocument,
)
from cms.measures import StoriesPublished
from cms.reading_time import count_characters, reading_minutes
from cms.services import withdraw_consent, withdraw_story
from cms.slugs import LONGEST, pinyin_slug
from media.services import make_renditions
from search.documents import registry
from search.models import PendingSync
from tests.factories.cms import (
    HonourAwardFactory,
    HonourListFactory,
    ImageFactory,
    LessonPageFactory,
    NoticePageFactory,
    PersonFactory,
    StoryPageFactory,
    StoryPersonFactory,
    TopicPageFactory,
    VideoPageFactory,
)
from tests.factories.quiz import CompetitionFactory
from tests.factories.reading import ReadingRoomFactory
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union
from unions.services import move_union


def contents(document):
    return {row.pk: document.prepare(row) for row in document.get_queryset()}


def noted():
    return {(row.kind, int(row.key)) for row in PendingSync.objects.all()}


@pytest.mark.django_db
def test_every_kind_is_registered():
    assert {"story", "person", "notice", "video", "honour"} <= set(registry)


@pytest.mark.django_db
def test_a_story_is_found_by_text_people_and_column():
    story = StoryPersonFactory(person__name="秦守业").page
    found = contents(StoryDocument)[story.pk]
    assert found.url == story.address
    assert "球罐车间" in found.body
    assert found.keys == ("秦守业",)
    assert found.channel == "劳模工匠"
    assert found.union_path == story.union.path
    assert found.year == timezone.localdate().year


@pytest.mark.django_db
def test_what_is_not_public_is_not_in_the_index():
    draft, closed, gone = StoryPageFactory(live=False), StoryPageFactory(), StoryPageFactory()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    withdraw_story(story=gone, reason="", by=MemberFactory(is_superuser=True))
    PersonFactory(consent=False), PersonFactory(live=False)
    assert contents(StoryDocument) == {}
    assert contents(PersonDocument) == {}
    assert not draft.live


@pytest.mark.django_db
def test_a_withdrawn_consent_reaches_the_honour_that_names_the_person():
    award = HonourAwardFactory()
    PendingSync.objects.all().delete()
    withdraw_consent(person=award.person)
    assert noted() == {
        ("person", award.person_id),
        ("honour", award.honour_id),
        ("union", award.person.union_id),
    }


@pytest.mark.django_db
def test_a_list_still_to_be_announced_hides_its_awards_and_the_clock_shows_them():
    award, now = HonourAwardFactory(year=2026), timezone.now()
    PendingSync.objects.all().delete()
    day = timezone.localdate(now) + timedelta(days=5)
    HonourListFactory(honour=award.honour, year=2026, announced_on=day)
    assert noted() == {("person", award.person_id), ("honour", award.honour_id)}
    for document, pk in ((PersonDocument, award.person_id), (HonourDocument, award.honour_id)):
        assert not list(document.turning(now, now + timedelta(days=4)))
        assert list(document.turning(now + timedelta(days=4), now + timedelta(days=5))) == [pk]


@pytest.mark.django_db
def test_a_renamed_or_moved_union_reaches_all_that_it_published():
    city, plant = UnionFactory(level=Union.Level.CITY), UnionFactory()
    plant = move_union(union=plant, parent=city)
    rows = {
        ("story", StoryPageFactory(union=plant).pk),
        ("video", VideoPageFactory(union=plant).pk),
        ("lesson", LessonPageFactory(union=plant).pk),
        ("topic", TopicPageFactory(union=plant).pk),
        ("notice", NoticePageFactory(union=plant).pk),
        ("person", PersonFactory(union=plant).pk),
        ("competition", CompetitionFactory(union=plant).pk),
        ("room", ReadingRoomFactory(union=plant).pk),
        ("union", plant.pk),
    }
    StoryPageFactory(union=UnionFactory())
    PendingSync.objects.all().delete()
    plant.name = "新名字"
    plant.save()
    assert noted() == rows
    province = UnionFactory(level=Union.Level.PROVINCE)
    PendingSync.objects.all().delete()
    move_union(union=city, parent=province)
    assert noted() == rows | {("union", city.pk)}


@pytest.mark.django_db
def test_a_thumbnail_that_is_ready_reaches_the_pages_that_it_leads_once_each():
    image = ImageFactory()
    story, video = StoryPageFactory(lead_image=image), VideoPageFactory(lead_image=image)
    StoryPageFactory(lead_image=None)
    PendingSync.objects.all().delete()
    assert contents(StoryDocument)[story.pk].image == ""
    make_renditions(image=image)
    make_renditions(image=image)
    found = PendingSync.objects.values_list("kind", "key")
    assert sorted(found) == [("story", str(story.pk)), ("video", str(video.pk))]
    assert contents(StoryDocument)[story.pk].image


@pytest.mark.django_db
def test_a_person_without_consent_is_no_key_of_a_story():
    row = StoryPersonFactory(person__consent=False)
    assert contents(StoryDocument)[row.page_id].keys == ()


@pytest.mark.django_db
def test_a_person_is_found_by_name_with_the_own_reading_and_standing_honours():
    person = PersonFactory(name="单立", pinyin="shan li")
    HonourAwardFactory(person=person, honour__name="省劳动模范", year=2025)
    HonourAwardFactory(
        person=person,
        honour__name="被撤销的奖章",
        revoked=True,
        revoked_on=timezone.localdate(),
    )
    found = contents(PersonDocument)[person.pk]
    assert found.keys == ("单立",)
    assert found.terms[0].pinyin == "shan li"
    assert "2025 省劳动模范" in found.body
    assert "被撤销的奖章" not in found.body + found.note


@pytest.mark.django_db
def test_notices_videos_and_honours_are_found_too():
    notice = NoticePageFactory(
        number="总工发〔2026〕12号", facts=[("fact", {"label": "谁来做", "text": "各市总工会"})]
    )
    assert contents(NoticeDocument)[notice.pk].keys == ("总工发〔2026〕12号",)
    assert "谁来做：各市总工会" in contents(NoticeDocument)[notice.pk].body
    video = VideoPageFactory()
    assert "脚下一百二十米" in contents(VideoDocument)[video.pk].body
    award = HonourAwardFactory(person__name="石磊", year=2025)
    found = contents(HonourDocument)[award.honour_id]
    assert "石磊" in found.body
    assert found.url == f"/honours/2025/{award.honour_id}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "document", [StoryDocument, PersonDocument, NoticeDocument, VideoDocument, HonourDocument]
)
def test_indexing_more_rows_takes_no_more_queries(count_queries, document):
    def more():
        HonourAwardFactory(person=StoryPersonFactory().person)
        NoticePageFactory(), VideoPageFactory()

    more()
    before = count_queries(lambda: contents(document))
    more()
    more()
    assert count_queries(lambda: contents(document)) == before


@pytest.mark.django_db
def test_stories_are_counted_by_local_day_and_union():
    city = UnionFactory(level=Union.Level.CITY)
    plant = UnionFactory(parent=city)
    night = timezone.make_aware(datetime(2026, 4, 23, 0, 30))
    StoryPageFactory(union=plant, first_published_at=night)
    StoryPageFactory(union=plant, first_published_at=night)
    StoryPageFactory(union=city, first_published_at=night + timedelta(days=1))
    StoryPageFactory(union=city, first_published_at=night, live=False)
    day = night.date()
    assert list(StoriesPublished.per_day(day, day)) == [(day, plant.pk, 2)]
    subtree = Union.objects.filter(path__startswith=city.path)
    assert StoriesPublished.total(subtree, day, day + timedelta(days=1)) == 3


def test_titles_become_addresses_by_their_sound():
    assert pinyin_slug("重庆工匠 2026") == "chong-qing-gong-jiang-2026"
    assert pinyin_slug("“！”") == ""


@given(st.text(max_size=200))
def test_every_title_gives_a_short_plain_address(title):
    slug = pinyin_slug(title)
    assert len(slug) <= LONGEST
    assert slug.isascii()
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_longer_text_never_takes_less_time(first, second):
    assert reading_minutes(first + "\n" + second) >= reading_minutes(first) >= 1


def test_reading_time_counts_characters_and_words():
    assert count_characters("劳动 is 光荣的 2026") == 7
    assert reading_minutes("字" * 700) == 2
    assert reading_minutes("字" * 701) == 3


@pytest.mark.django_db
def test_a_saved_draft_is_not_noted_for_the_search_and_its_publication_is():
    story = StoryPersonFactory().page
    PendingSync.objects.all().delete()
    story.title = "新题目"
    draft = story.save_revision()
    assert noted() == set()
    draft.publish()
    assert ("story", story.pk) in noted()
