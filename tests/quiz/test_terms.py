"""What of a competition may change once somebody began, and that the close ends every attempt."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from quiz import services, terms
from quiz.errors import QuizError
from quiz.models import Attempt, Competition
from quiz.services import closing, dates
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory
from tests.quiz.test_round_screens import edited

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def editor(signed_in, db):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


@pytest.fixture
def begun():
    """A competition with an attempt that is open."""
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    services.start_attempt(competition=competition, member=MemberFactory())
    return competition


def typed(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def form_of(competition, **changes):
    return form_of_rounds(competition) | changes


def form_of_rounds(competition, *rounds):
    competition.refresh_from_db()
    kept = {
        "freeze_at": typed(competition.freeze_at),
        "daily_tries": competition.daily_tries,
    }
    return edited(competition, *rounds) | kept


def saved(editor, competition, **changes):
    """The page with the form again, or "" when it was saved."""
    address = reverse("competition:edit", args=[competition.pk])
    response = editor.post(address, form_of(competition, **changes))
    competition.refresh_from_db()
    return "" if response.status_code == 302 else response.content.decode()


def told():
    return [entry.data for entry in ModelLogEntry.objects.filter(action=dates.CHANGED)]


def test_a_close_of_a_round_brought_forward_ends_its_open_attempts(editor):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    round = RoundFactory(competition=competition)
    services.start_attempt(competition=competition, member=MemberFactory())
    kept = form_of_rounds(competition, {"closes_at": typed(timezone.now() + 2 * MINUTE)})
    before = round.closes_at
    address = reverse("competition:edit", args=[competition.pk])
    assert editor.post(address, kept).status_code == 302
    round.refresh_from_db()
    attempt = Attempt.objects.get()
    assert attempt.deadline == round.closes_at < before
    assert attempt.accepts_until == round.closes_at + timedelta(seconds=competition.grace)
    assert told()[-1]["round_1_closes_at"] == [str(before), str(round.closes_at)]


def test_a_close_brought_forward_ends_the_open_attempts(editor, begun):
    soon = timezone.now() + 2 * MINUTE
    assert not saved(editor, begun, closes_at=typed(soon))
    attempt = Attempt.objects.get()
    assert attempt.deadline == begun.closes_at < soon
    assert attempt.accepts_until == begun.closes_at + timedelta(seconds=begun.grace)
    with time_machine.travel(begun.closes_at + timedelta(seconds=11), tick=False):
        assert begun.reveals_key(timezone.now())
        with pytest.raises(QuizError) as caught:
            answer_all(attempt, right=1)
        assert caught.value.code == "too_late"
    assert list(told()[0]) == ["closes_at"]


def test_who_read_the_old_close_begins_by_the_new_one(editor, begun):
    read_before = Competition.objects.get(pk=begun.pk)
    assert not saved(editor, begun, closes_at=typed(timezone.now() + 2 * MINUTE))
    attempt = services.start_attempt(competition=read_before, member=MemberFactory())
    assert attempt.deadline == begun.closes_at


def test_who_read_the_old_close_begins_nothing_after_an_early_end(begun):
    read_before = Competition.objects.get(pk=begun.pk)
    services.close_competition(competition=begun, early=True)
    with pytest.raises(QuizError) as caught:
        services.start_attempt(competition=read_before, member=MemberFactory())
    assert caught.value.code == "closed"


def test_an_early_end_leaves_no_attempt_that_could_be_answered(begun, monkeypatch):
    monkeypatch.setattr(closing, "hand_in", lambda **given: 0)
    services.close_competition(competition=begun, early=True)
    begun.refresh_from_db()
    attempt = Attempt.objects.get()
    assert attempt.accepts_until == begun.closes_at + timedelta(seconds=begun.grace)


def test_a_close_that_has_passed_stays(editor, begun):
    services.close_competition(competition=begun, early=True)
    begun.refresh_from_db()
    before = begun.closes_at
    page = saved(editor, begun, closes_at=typed(timezone.now() + timedelta(days=3)))
    assert "竞赛已经截止，截止时间不能再改" in page
    assert begun.closes_at == before


def test_a_form_that_shows_a_close_without_its_seconds_moves_nothing(editor, begun):
    services.close_competition(competition=begun, early=True)
    begun.refresh_from_db()
    before = begun.closes_at
    assert not saved(editor, begun, title="改了标题")
    assert (begun.title, begun.closes_at) == ("改了标题", before)
    assert not told()


def test_a_close_is_not_set_to_what_is_over(editor, begun):
    page = saved(editor, begun, closes_at=typed(timezone.now() - MINUTE))
    assert "截止时间要晚于现在" in page


@pytest.mark.parametrize("hours", [None, -2, 5])
def test_a_freeze_that_has_passed_stays(editor, begun, hours):
    begun.freeze_at = timezone.now() - timedelta(hours=1)
    begun.save()
    moved = timezone.now() + timedelta(hours=hours) if hours else None
    page = saved(editor, begun, freeze_at=typed(moved))
    assert "已经封榜，封榜时间不能再改" in page
    assert begun.is_frozen(timezone.now())


def test_a_freeze_is_not_set_to_what_is_over_but_may_still_be_set(editor, begun):
    assert "封榜时间要晚于现在" in saved(editor, begun, freeze_at=typed(timezone.now() - MINUTE))
    assert begun.freeze_at is None
    assert not saved(editor, begun, freeze_at=typed(timezone.now() + 5 * MINUTE))
    assert begun.freeze_at > timezone.now()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grace": 60}, "宽限（秒）不能再改"),
        ({"slug": "another-address"}, "已经有人答过，网址名不能再改"),
        ({"opens_at": typed(timezone.now() + timedelta(days=1))}, "开始时间不能再改"),
    ],
)
def test_what_attempts_were_built_on_stays(editor, begun, changes, message):
    assert message in saved(editor, begun, **changes)
    assert begun.grace == 10
    assert begun.opens_at < timezone.now()


def test_what_a_certificate_takes_stays_once_they_are_issued(editor, begun):
    level = {"certificate_points": 10, "certificate_title": "知识之星"}
    assert not saved(editor, begun, **level)
    begun.certified_at = timezone.now()
    begun.save()
    assert "证书已经发出，发证分数不能再改" in saved(
        editor, begun, **level | {"certificate_points": 20}
    )
    assert begun.certificate_points == 10


def test_tries_and_time_may_change_and_the_log_says_what_they_were(editor, begun):
    assert not saved(editor, begun, daily_tries=5, seconds=600)
    assert told() == [{"daily_tries": [3, 5], "seconds": [900, 600]}]
    address = reverse("competition:history", args=[begun.pk])
    assert "有人答过以后修改了日程或规则" in editor.get(address).content.decode()


def test_whoever_changes_what_members_were_told_is_told_to_tell_them(editor, begun):
    address = reverse("competition:edit", args=[begun.pk])
    level = {"certificate_points": 20, "certificate_title": "知识之星"}

    def said(**changes):
        response = editor.post(address, form_of(begun, **level | changes), follow=True)
        return "和他们读到的不同了" in (page := response.content.decode()), page

    changed, page = said()
    assert changed
    assert "证书分数线和他们读到的不同了" in page
    assert told() == [{"certificate_points": [None, 20]}]
    assert not said()[0]
    assert not said(title="改了标题")[0]
    changed, page = said(daily_tries=5, seconds=600)
    assert "每天可答次数、每次限时（秒）和他们读到的不同了" in page
    Attempt.objects.all().delete()
    assert not said(daily_tries=4, seconds=900)[0]


def test_where_nobody_began_new_dates_start_afresh(editor):
    now = timezone.now()
    competition = CompetitionFactory(
        bank=QuestionBankFactory(questions=4),
        opens_at=now - timedelta(days=3),
        closes_at=now - timedelta(days=1),
        freeze_at=now - timedelta(days=2),
        thawed_at=now,
        certified_at=now,
    )
    dated = {
        "closes_at": typed(now + timedelta(days=3)),
        "freeze_at": typed(now + timedelta(days=2)),
    }
    assert not saved(editor, competition, **dated)
    assert (competition.thawed_at, competition.certified_at) == (None, None)
    assert not told()


MOMENTS = st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
NOW = timezone.now()
TERMS = st.fixed_dictionaries(
    {
        "slug": st.sampled_from(["one", "two"]),
        "bank": st.integers(1, 2),
        "counting": st.sampled_from(["best", "days"]),
        "opens_at": MOMENTS,
        "grace": st.integers(0, 2),
        "closes_at": MOMENTS,
        "freeze_at": st.none() | MOMENTS,
        "daily_tries": st.integers(1, 3),
        "seconds": st.integers(30, 32),
        "certificate_points": st.none() | st.integers(1, 2),
    }
)


@given(TERMS, TERMS)
def test_what_is_over_never_moves_and_nothing_moves_to_what_is_over(before, after):
    labels = {name: name for name in terms.ALL}
    refused = terms.refusals(before, after, labels, NOW)
    changed = {name for name in terms.ALL if before[name] != after[name]}
    assert set(refused) <= changed - set(terms.TOLD)
    assert changed & set(terms.FIXED) <= set(refused)
    for name in changed & {"closes_at", "freeze_at"}:
        touched = [moment for moment in (before[name], after[name]) if moment and moment <= NOW]
        assert (name in refused) == bool(touched)
