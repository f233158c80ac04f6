"""What must not be public is betrayed by no hit, no excerpt, no count and no suggestion.

Each case begins hidden, is made public and found (so that the test can fail), and is hidden
again: at once, while the index still holds it, and for good after the sync.
"""

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.models import ChannelPage, HonourAward, StoryPage
from cms.services import revoke_award, withdraw_consent, withdraw_story
from media import tasks
from media.models import DocumentText, SiteMedia
from search import mapping, services
from search.documents import registry
from search.engines import get_engine
from search.finder import POPULAR_KEY
from search.models import LexiconWord, PendingSync, SuggestionTerm
from search.services import outbox, syncing
from tests.factories.cms import (
    ChannelPageFactory,
    HonourAwardFactory,
    HonourListFactory,
    LessonPageFactory,
    NoticePageFactory,
    PersonFactory,
    StandardPageFactory,
    StoryPageFactory,
    StoryPersonFactory,
    TopicPageFactory,
    VideoPageFactory,
    home,
)
from tests.factories.media import SiteDocumentFactory, SiteMediaFactory, docx_bytes, root_collection
from tests.factories.quiz import CompetitionFactory, make_question
from tests.factories.reading import HoldingFactory, ReadingRoomFactory, TitleFactory
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db

TITLE = "琉璃瓦窑记"
TEXT = "靛蓝染缸"
BODY = [("paragraph", f"<p>{TEXT}旁边的人。</p>")]
# A public story holds a part of the text, so that there is something to count.
DECOY = "染缸"
TYPED = (TITLE[:2], "liuliwa", "llwyj")


@dataclass
class Case:
    """How to make the thing public and to hide it again.

    `by`: whether the public thing is found by its title, its text, and offered while typing.
    `whole`: whether hiding concerns the row itself; the rest of a row that stays public follows
    with the sync.
    """

    show: object
    hide: object
    by: tuple[str, ...] = ("title", "text", "offer")
    whole: bool = True


def published(page: Page) -> None:
    page.specific_class.objects.get(pk=page.pk).save_revision().publish()


def unpublished(page: Page) -> None:
    page.specific_class.objects.get(pk=page.pk).unpublish()


def changed(row, **values) -> None:
    found = type(row)._default_manager.get(pk=row.pk)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()


def draft(factory, **values):
    def case(clock):
        page = factory(title=TITLE, live=False, **values)
        return Case(lambda: published(page), lambda: unpublished(page))

    return case


def draft_channel(clock):
    page = ChannelPageFactory(title=TITLE, line=TEXT, live=False)
    return Case(lambda: published(page), lambda: unpublished(page))


def scheduled_and_expired(clock):
    page = StoryPageFactory(title=TITLE, body=BODY, live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.expire_at = timezone.now() + timedelta(hours=3)
    page.save_revision().publish()
    assert not StoryPage.objects.get(pk=page.pk).live

    def show():
        clock(hours=2)
        call_command("publish_scheduled")
        assert StoryPage.objects.get(pk=page.pk).live

    # Nothing is run: the hour alone has struck.
    def hide():
        clock(hours=4)

    def show_again_is_past():
        call_command("publish_scheduled")

    hide.settle = show_again_is_past
    return Case(show, hide)


def restricted(kind, place):
    def case(clock):
        page = StoryPageFactory(title=TITLE, body=BODY)
        closed = {"page": page, "ancestor": page.get_parent()}[place]

        def hide():
            PageViewRestriction.objects.create(page=closed, restriction_type=kind, password="x")

        hide()
        return Case(lambda: PageViewRestriction.objects.get().delete(), hide)

    return case


def moved_below_a_restricted_channel(clock):
    page = StoryPageFactory(title=TITLE, body=BODY)
    opened = page.get_parent()
    closed = ChannelPageFactory(title="内部")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)

    def hide():
        StoryPage.objects.get(pk=page.pk).move(Page.objects.get(pk=closed.pk), "last-child")

    def show():
        StoryPage.objects.get(pk=page.pk).move(Page.objects.get(pk=opened.pk), "last-child")

    hide()
    return Case(show, hide)


def withdrawn_story(clock):
    page = StoryPageFactory(title=TITLE, body=BODY, live=False)

    def hide():
        withdraw_story(
            story=StoryPage.objects.get(pk=page.pk), reason="", by=MemberFactory(is_superuser=True)
        )

    return Case(lambda: published(page), hide)


def draft_of_a_public_story(clock):
    page = StoryPageFactory(title="炉前一日")
    page.title, page.body = TITLE, BODY
    page.save_revision()

    def show():
        StoryPage.objects.get(pk=page.pk).get_latest_revision().publish()

    def hide():
        again = StoryPage.objects.get(pk=page.pk)
        again.title, again.body = "炉前一日", []
        again.save_revision().publish()

    return Case(show, hide, whole=False)


def attachment(page_factory, **place):
    def case(clock):
        collection = root_collection().add_child(name="内部")
        collection = collection.add_child(name="更内部") if place else collection
        document = SiteDocumentFactory(
            title=TITLE,
            collection=collection,
            file=ContentFile(
                docx_bytes(f"<w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p>"), name="附件.docx"
            ),
        )
        block = ("attachment", {"document": document, "title": ""})
        page_factory(title="炉前一日", body=[block])
        tasks.read_document(DocumentText.objects.get().pk)

        def hide():
            closed = Collection.objects.get(name="内部")
            CollectionViewRestriction.objects.create(
                collection=closed, restriction_type=CollectionViewRestriction.LOGIN
            )

        hide()
        return Case(
            lambda: CollectionViewRestriction.objects.get().delete(),
            hide,
            by=("title", "text"),
            whole=False,
        )

    return case


def captions_of_a_private_film(clock):
    collection = root_collection().add_child(name="内部")
    captions = ContentFile(f"WEBVTT\n\n00:00.000 --> 00:02.000\n{TEXT}".encode(), name="a.vtt")
    film = SiteMediaFactory(collection=collection, captions=captions)
    VideoPageFactory(media=film)

    def put(into):
        changed(SiteMedia.objects.get(pk=film.pk), collection=into)

    def hide():
        put(collection)

    CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.LOGIN
    )
    return Case(lambda: put(root_collection()), hide, by=("text",), whole=False)


def person_without_consent(clock):
    person = PersonFactory(name=TITLE, intro=TEXT, consent=False, consent_on=None)

    def hide():
        withdraw_consent(person=person)

    return Case(lambda: changed(person, consent=True), hide)


def person_as_a_draft(clock):
    person = PersonFactory(name=TITLE, intro=TEXT, live=False)
    return Case(lambda: changed(person, live=True), lambda: changed(person, live=False))


def person_without_consent_in_a_story_and_an_honour(clock):
    person = PersonFactory(name=TITLE, live=True, consent=False, consent_on=None)
    StoryPersonFactory(person=person)
    HonourAwardFactory(person=person)
    HonourAwardFactory(honour=HonourAward.objects.get().honour)
    return Case(
        lambda: changed(person, consent=True),
        lambda: withdraw_consent(person=person),
        by=("title", "offer"),
        whole=False,
    )


def revoked_honour(clock):
    award = HonourAwardFactory(
        honour__name=TITLE,
        honour__blurb=TEXT,
        revoked=True,
        revoked_on=timezone.localdate(),
    )

    def show():
        changed(award, revoked=False, revoked_on=None)

    return Case(show, lambda: revoke_award(award=award, reason="失实"), whole=False)


def honour_to_be_announced(clock):
    award = HonourAwardFactory(honour__name=TITLE, honour__blurb=TEXT)
    day = timezone.localdate() + timedelta(days=9)
    listed = HonourListFactory(honour=award.honour, year=award.year, announced_on=day)

    def show():
        changed(listed, announced_on=timezone.localdate())

    return Case(show, lambda: changed(listed, announced_on=day), whole=False)


def book_taken_out_of_the_catalogue(clock):
    made = []

    def show():
        made.append(TitleFactory(title=TITLE, summary=TEXT))

    return Case(show, lambda: made.pop().delete())


def closed_room(clock):
    room = ReadingRoomFactory(name=TITLE, intro=TEXT, is_public=False)
    HoldingFactory(room=room)
    return Case(lambda: changed(room, is_public=True), lambda: changed(room, is_public=False))


def union_that_shows_nothing(clock):
    union = UnionFactory(name=TITLE, short_name=TEXT)
    MemberFactory(union=union)
    room = ReadingRoomFactory(union=union, name="书屋", is_public=False)
    return Case(lambda: changed(room, is_public=True), lambda: changed(room, is_public=False))


def withdrawn_competition(clock):
    competition = CompetitionFactory(title=TITLE, intro=TEXT, published=False)
    return Case(
        lambda: changed(competition, published=True), lambda: changed(competition, published=False)
    )


def question_of_a_running_competition(clock):
    """A question is never found, open or closed; only what the organiser writes beside it is."""
    competition = CompetitionFactory(bank__name=f"{TITLE}题库")
    question = make_question(
        competition.bank, stem=f"{TITLE}是什么？", explanation=TEXT, source_law=TITLE
    )
    question.options.update(text=TEXT)
    competition.rules.update(count=13)
    changed(competition)
    return Case(
        lambda: changed(competition, title=TITLE, intro=TEXT),
        lambda: changed(competition, title="知识竞赛", intro=""),
        whole=False,
    )


LOGIN, PASSWORD = PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD
CASES = {
    "a draft of a story": draft(StoryPageFactory, body=BODY),
    "a draft of a video": draft(VideoPageFactory, body=BODY),
    "a draft of a lesson": draft(LessonPageFactory, body=BODY),
    "a draft of a topic": draft(TopicPageFactory, body=BODY),
    "a draft of a notice": draft(NoticePageFactory, body=BODY),
    "a draft of a page of help": draft(StandardPageFactory, body=BODY),
    "a draft of a column": draft_channel,
    "a draft of a public story": draft_of_a_public_story,
    "a story before and after its time": scheduled_and_expired,
    "a story for members": restricted(LOGIN, "page"),
    "a story with a password": restricted(PASSWORD, "page"),
    "a story below a private page": restricted(LOGIN, "ancestor"),
    "a story moved below a private page": moved_below_a_restricted_channel,
    "a withdrawn story": withdrawn_story,
    "an attachment of a notice in a private collection": attachment(NoticePageFactory),
    "an attachment of a story below a private collection": attachment(StoryPageFactory, below=True),
    "captions of a film in a private collection": captions_of_a_private_film,
    "a person without consent": person_without_consent,
    "a person as a draft": person_as_a_draft,
    "a person without consent in a story": person_without_consent_in_a_story_and_an_honour,
    "a revoked honour": revoked_honour,
    "an honour to be announced": honour_to_be_announced,
    "a book taken out": book_taken_out_of_the_catalogue,
    "a closed room": closed_room,
    "a union that shows nothing": union_that_shows_nothing,
    "a withdrawn competition": withdrawn_competition,
    "a question of a running competition": question_of_a_running_competition,
}


@pytest.fixture
def clock():
    """`clock(hours=2)` puts the clock so far ahead of the test's beginning."""
    began, travels = timezone.now(), []

    def ahead(**span):
        travels.append(time_machine.travel(began + timedelta(**span), tick=True))
        travels[-1].start()

    yield ahead
    for travel in reversed(travels):
        travel.stop()


@pytest.fixture
def sync(db, settings, tmp_path):
    """An empty site with one public story, and `sync()`, which brings its index up to date."""
    settings.MEDIA_ROOT = tmp_path / "media"
    memory = Path("/dev/shm")  # noqa: S108  (an index in memory spares a sync to disk per commit)
    folder = tempfile.mkdtemp(prefix="gongsheng-index-", dir=memory if memory.is_dir() else None)
    settings.SEARCH_INDEX_DIR = Path(folder)
    root_collection()
    home()
    StoryPageFactory(title=f"{DECOY}边", body=[("paragraph", f"<p>{DECOY}</p>")])
    services.rebuild()
    PendingSync.objects.all().delete()

    def bring_up_to_date():
        services.sync_pending()
        get_engine().forget()
        assert not PendingSync.objects.failing().exists()

    yield bring_up_to_date
    shutil.rmtree(folder, ignore_errors=True)


def shown(client, words, **more):
    """(text of the page without marks, its results) for a search of `words`."""
    response = client.get("/search/", {"q": words, **more})
    return strip_tags(re.sub("</?mark>", "", response.content.decode())), response.context[
        "results"
    ]


def offered(client):
    """All that the box offers for the beginnings of the secret title."""
    return [
        offer["text"]
        for typed in TYPED
        for offer in json.loads(client.get("/search/suggest/", {"q": typed}).content)["suggestions"]
    ]


def traces(client):
    """In how many ways the public doors betray the secret."""
    cache.delete(POPULAR_KEY)
    found = []
    for words in (TITLE, TEXT, TITLE[:2], DECOY):
        for more in ({}, {"exact": "1"}):
            page, results = shown(client, words, **more)
            found += [
                ("text", words, secret)
                for secret in (TITLE, TEXT)
                if secret not in words and secret in page
            ]
            counts = [count for facet in results.facets.values() for _value, count in facet]
            decoys = int(DECOY in words or results.relaxed)
            if max([results.total, results.elsewhere, *counts]) > decoys:
                found.append(("count", words, results.total, results.facets))
    return found + [("offer", text) for text in offered(client) if TITLE in text]


def kept():
    """What of the secret is prepared for the index or stands in the tables of search."""
    found = [
        (document.kind, secret)
        for document in registry.values()
        for row in document.get_queryset()
        for secret in (TITLE, TEXT)
        if secret
        in json.dumps(
            mapping.to_entry(document, document.prepare(row)), ensure_ascii=False, default=str
        )
    ]
    terms = SuggestionTerm.objects.filter(text__contains=TITLE[:3])
    return found + list(terms.values_list("kind", "text"))


# One for each way in which something is kept from readers is tried on either database: each asks
# its own columns. The others differ from one of these by the kind of the row alone.
ON_BOTH = {
    "a draft of a story",
    "a draft of a public story",
    "a story before and after its time",
    "a story with a password",
    "a story below a private page",
    "a story moved below a private page",
    "an attachment of a story below a private collection",
    "a person without consent in a story",
    "a revoked honour",
    "an honour to be announced",
    "a book taken out",
    "a closed room",
    "a union that shows nothing",
    "a withdrawn competition",
}


def cases():
    for name in CASES:
        yield pytest.param(name, marks=() if name in ON_BOTH else pytest.mark.either_database)


@pytest.mark.parametrize("name", cases())
def test_what_is_not_public_is_betrayed_by_nothing(name, client, sync, clock):
    case = CASES[name](clock)
    sync()
    assert traces(client) == []
    assert kept() == []
    assert not LexiconWord.objects.filter(text__contains=TITLE[:2]).exists()

    case.show()
    sync()
    if "title" in case.by:
        assert shown(client, TITLE, exact="1")[1].total
    if "text" in case.by:
        assert shown(client, TEXT, exact="1")[1].total
        assert shown(client, DECOY)[1].total > 1
    if "offer" in case.by:
        assert TITLE in offered(client)
    assert traces(client) != []

    case.hide()
    if case.whole:
        assert traces(client) == [], "before the index has followed"
    getattr(case.hide, "settle", lambda: None)()
    sync()
    assert traces(client) == []
    assert kept() == []


def test_a_restriction_on_the_column_is_noted_for_its_union_too(sync):
    page = StoryPageFactory()
    PendingSync.objects.all().delete()
    PageViewRestriction.objects.create(page=ChannelPage.objects.get(slug="laomo"))
    syncing._spread(list(PendingSync.objects.filter(kind=outbox.BRANCH)))
    noted = set(PendingSync.objects.values_list("kind", "key"))
    assert {("story", str(page.pk)), ("union", str(page.union_id))} <= noted
