"""A stem may come with a picture or a recording, and with words for both."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from media.renditions import registered
from quiz import services
from quiz.exhibits import SPEC, exhibits_of
from quiz.models import Competition, Question
from tests.factories.media import SiteImageFactory, SiteMediaFactory
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, draft
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
LIMIT = 40 * 1024


def with_exhibit(**changes):
    return {
        "picture": SiteImageFactory(),
        "picture_alt": "一张流程图",
        "sound": SiteMediaFactory(
            type="audio", file=ContentFile(b"OggS" + bytes(80), name="stem.ogg")
        ),
        "transcript": "请听下面的话。",
        **changes,
    }


@pytest.fixture
def attempt(signed_in):
    bank = QuestionBankFactory()
    services.create_questions(bank=bank, drafts=[draft(1, **with_exhibit())])
    bank.refresh_from_db()
    member = MemberFactory()
    signed_in(member)
    return services.start_attempt(competition=CompetitionFactory(bank=bank, draw=1), member=member)


def test_the_page_of_the_question_shows_both_with_their_words(client, attempt):
    response = client.get(attempt.question_url(1))
    page = response.content.decode()
    assert 'alt="一张流程图"' in page
    assert "max-800x600" in page
    assert "<audio controls" in page
    assert "请听下面的话。" in page
    assert len(response.content) < LIMIT


def test_the_preview_shows_both_as_the_page_does(client, attempt, signed_in):
    signed_in(MemberFactory(is_superuser=True, is_staff=True))
    address = reverse("quiz:preview", args=[attempt.competition.slug, 1])
    page = client.get(address).content.decode()
    assert 'alt="一张流程图"' in page
    assert "<audio controls" in page
    assert "请听下面的话。" in page


def test_the_rendition_is_made_before_anybody_asks():
    assert SPEC in registered()


def test_a_lost_picture_leaves_its_words():
    content = {"picture": 0, "picture_alt": "一张流程图", "sound": 0, "transcript": "原话"}
    shown = exhibits_of([content])[0]
    assert (shown.picture.alt, shown.picture.url) == ("一张流程图", "")
    assert (shown.sound.transcript, shown.sound.url) == ("原话", "")


@pytest.mark.parametrize("lacking", ["picture_alt", "transcript"])
def test_without_its_words_the_database_takes_neither(lacking):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create_questions(
            bank=QuestionBankFactory(), drafts=[draft(1, **with_exhibit(**{lacking: ""}))]
        )


def test_questions_without_them_cost_no_query(count_queries):
    assert count_queries(lambda: exhibits_of([{}, {}])) == 0


def test_the_review_shows_them_again_in_as_many_queries_for_many(client, attempt, count_queries):
    bank = QuestionBankFactory()
    exhibit = with_exhibit()
    services.create_questions(bank=bank, drafts=[draft(n, **exhibit) for n in range(6)])
    bank.refresh_from_db()
    many = services.start_attempt(
        competition=CompetitionFactory(bank=bank, draw=6), member=attempt.member
    )
    now = timezone.now()
    addresses = []
    for one in (attempt, many):
        services.submit_attempt(attempt=one)
        addresses.append(reverse("quiz:result", args=[one.competition.slug, one.uuid]))
    Competition.objects.update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=5)
    )
    for address in addresses:
        assert 'alt="一张流程图"' in client.get(address).content.decode()
    few = count_queries(lambda: client.get(addresses[0]))
    assert count_queries(lambda: client.get(addresses[1])) <= few


def test_practice_shows_both_before_and_after_the_answer(client, signed_in):
    bank = QuestionBankFactory()
    services.create_questions(bank=bank, drafts=[draft(1, practice=True, **with_exhibit())])
    signed_in(MemberFactory())
    address = reverse("quiz:practise", args=["daily"])
    open_page = client.get(address)
    option = open_page.context["view"].options[0].name
    fields = {"question": Question.objects.get().pk, "deal": 0, "option": option}
    answered = client.post(address, fields, follow=True)
    for response in (open_page, answered):
        page = response.content.decode()
        assert 'alt="一张流程图"' in page
        assert "<audio controls" in page
        assert "请听下面的话。" in page
