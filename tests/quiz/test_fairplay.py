"""Signals raise a case and do nothing else; a person decides."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from quiz import fairplay, services, tasks
from quiz.errors import QuizError
from quiz.models import Attempt, Case, Competition, Standing
from tests.factories.quiz import (
    CompetitionFactory,
    ids_of,
    total_standings,
)
from tests.factories.unions import MemberFactory

START = datetime(2026, 5, 1, 9, tzinfo=UTC)
paces = st.lists(st.integers(1, 5000), min_size=1, max_size=20)  # milliseconds between replies


def sitting(steps, *, attempt=1, member=1, places=(0,), start=START):
    """Replies `steps` seconds apart."""
    replies, at = {}, start
    for version, step in enumerate(steps, start=1):
        at += timedelta(seconds=step)
        replies[version] = (tuple(places), at)
    return fairplay.Sitting(attempt, member, start, int(sum(steps)), replies)


@given(paces)
def test_only_less_than_a_second_a_question_is_too_fast(milliseconds):
    found = sitting([step / 1000 for step in milliseconds])
    mean = sum(milliseconds) / len(milliseconds) / 1000
    assert fairplay.is_too_fast(found) == (len(milliseconds) >= 5 and mean < 1)


def test_an_outbox_that_is_sent_at_once_is_no_speed():
    """Ten replies in the same moment, ten minutes after the start."""
    found = sitting([600, *[0] * 9])
    assert not fairplay.is_too_fast(found)
    assert fairplay.fingerprint(found) == ""


@given(paces, st.integers(0, 10**6), st.integers(1, 3))
def test_a_print_tells_replies_and_seconds_apart_and_nothing_else(milliseconds, later, place):
    steps = [step / 1000 for step in milliseconds]
    one = sitting(steps)
    same = sitting(steps, attempt=2, member=2, start=START + timedelta(seconds=later))
    other = sitting(steps, places=(place,))
    assert fairplay.fingerprint(one) == fairplay.fingerprint(same)
    if fairplay.fingerprint(one):
        assert fairplay.fingerprint(one) != fairplay.fingerprint(other)


def test_three_accounts_that_answer_alike_are_found_and_two_are_not():
    steps = [3, 4, 2, 7, 5]
    alike = [sitting(steps, attempt=n, member=n) for n in (1, 2, 3)]
    assert fairplay.findings(alike[:2]) == []
    assert fairplay.findings([alike[0], alike[1], alike[1]]) == []
    (found,) = fairplay.findings([*alike, sitting([9, 2, 6, 3, 8], attempt=4, member=4)])
    assert (found.signal, found.attempts) == (fairplay.TWINS, (1, 2, 3))


def test_who_is_too_fast_again_and_again_is_found_as_such():
    fast = [sitting([0.2] * 10, attempt=n, places=(n,)) for n in (1, 2, 3)]
    found = fairplay.findings(fast)
    assert [row.signal for row in found] == ["pace", "pace", "pace", "habit"]
    assert found[-1].attempts == (1, 2, 3)


def test_no_address_and_no_device_goes_into_a_signal():
    names = {field.name for field in fields(fairplay.Sitting)}
    assert names == {"attempt", "member", "started_at", "elapsed", "replies", "wrong"}
    stored = {field.name for field in Attempt._meta.get_fields()}
    assert not {name for name in stored if "ip" in name.split("_") or "device" in name}


def quick(competition, member=None, *, step=0.1, now=None):
    """A finished attempt whose replies are `step` seconds apart."""
    now = now or timezone.now()
    attempt = services.start_attempt(
        competition=competition, member=member or MemberFactory(), now=now
    )
    for number in range(1, len(attempt.paper) + 1):
        now += timedelta(seconds=step)
        options = tuple(ids_of(attempt, number, right=True))
        services.save_answer(attempt=attempt, answer=services.Answer(number, options, 1), now=now)
    return services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=1))


def scan_today():
    """How many cases are new, of all competitions."""
    today = timezone.localdate()
    return sum(
        services.scan_day(competition=competition, day=today)
        for competition in Competition.objects.all()
    )


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def case(db):
    """A case about one attempt that was too fast."""
    quick(CompetitionFactory(draw=6))
    scan_today()
    return Case.objects.get()


def test_a_scan_raises_once_and_touches_no_result(case):
    attempt = case.attempts.get()
    assert (case.signal, case.state) == ("pace", "open")
    assert attempt.void_at is None
    assert total_standings().get().points == 60
    assert scan_today() == 0
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_an_honest_pace_raises_nothing():
    quick(CompetitionFactory(draw=6), step=4)
    assert scan_today() == 0


@pytest.mark.django_db
def test_an_attempt_that_is_void_raises_nothing(staff):
    attempt = quick(CompetitionFactory(draw=6))
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    assert scan_today() == 0
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_the_clock_looks_at_each_day_that_is_over_once():
    now = timezone.now()
    competition = CompetitionFactory(draw=6, opens_at=now - timedelta(days=4))
    for days in (3, 2, 0):
        quick(competition, now=now - timedelta(days=days))
    tasks.order_scans.delay()
    assert Case.objects.count() == 2  # today goes on
    assert services.order_scans() == 0


@pytest.mark.django_db
def test_a_day_that_a_dead_worker_left_is_looked_at_later(monkeypatch):
    now = timezone.now()
    competition = CompetitionFactory(draw=6, opens_at=now - timedelta(days=4))
    attempt = quick(competition, now=now - timedelta(days=3))

    def killed(sittings):
        raise SystemExit

    with monkeypatch.context() as at_work:
        at_work.setattr(fairplay, "findings", killed)
        with pytest.raises(SystemExit):
            services.scan_day(competition=competition, day=attempt.day)
    services.order_scans()
    assert Case.objects.get().day == attempt.day


@pytest.mark.django_db
def test_the_last_day_is_looked_at_once_nobody_answers_any_more():
    closes = START + timedelta(hours=2)
    competition = CompetitionFactory(draw=6, opens_at=START, closes_at=closes)
    quick(competition, now=START)
    before = closes - timedelta(minutes=1)
    late = services.start_attempt(competition=competition, member=MemberFactory(), now=before)
    assert services.order_scans(now=closes) == 0
    services.submit_attempt(attempt=late, now=closes)
    assert services.order_scans(now=closes) == 1
    assert Case.objects.count() == 1
    assert services.order_scans(now=closes) == 0


@pytest.mark.django_db
def test_accounts_that_answer_alike_are_one_case():
    competition = CompetitionFactory(draw=12)
    for _each in range(3):
        quick(competition, step=3, now=timezone.now())
    scan_today()
    # The papers have the same twelve questions in another order, so the seconds differ.
    assert not Case.objects.exists()
    paper = Attempt.objects.first()
    Attempt.objects.exclude(pk=paper.pk).update(paper=paper.paper, answers=paper.answers)
    Attempt.objects.update(started_at=paper.started_at)
    scan_today()
    assert Case.objects.get().attempts.count() == 3
    assert "3 个账号" in Case.objects.get().summary


def test_upheld_means_void_with_the_reason(case, staff):
    services.decide_case(case=case, upheld=True, note="平均每题不到一秒", by=staff)
    attempt = case.attempts.get()
    assert attempt.void_reason == "平均每题不到一秒"
    assert not Standing.objects.exists()
    with pytest.raises(QuizError) as caught:
        services.decide_case(case=case, upheld=False, note="算了", by=staff)
    assert caught.value.code == "decided"
    services.restore_attempt(attempt=attempt, by=staff)
    assert scan_today() == 0  # decided stays decided


def test_dismissed_leaves_everything_and_needs_a_word_too(case, staff):
    with pytest.raises(QuizError) as caught:
        services.decide_case(case=case, upheld=False, note=" ", by=staff)
    assert caught.value.code == "no_reason"
    services.decide_case(case=case, upheld=False, note="题短，看得快", by=staff)
    assert case.attempts.get().void_at is None


def test_staff_see_the_evidence_and_decide(case, staff, client, signed_in):
    signed_in(staff)
    assert "答得太快" in client.get(reverse("case:index")).content.decode()
    desk = reverse("case:edit", args=[case.pk])
    page = client.get(desk).content.decode()
    assert "平均每题" in page
    assert "0.1 秒" in page
    response = client.post(desk, {"upheld": "yes"})
    assert response.status_code == 422
    assert client.post(desk, {"upheld": "yes", "note": "=代答"}).status_code == 302
    sheet = openpyxl.load_workbook(BytesIO(client.get(reverse("case:export")).content)).active
    assert sheet["H2"].value == "'=代答"
    assert ModelLogEntry.objects.filter(action="quiz.case.decide").count() == 1
    assert "由" in client.get(desk).content.decode()


@pytest.mark.django_db
def test_a_case_says_what_replies_that_came_together_mean(staff, client, signed_in):
    competition = CompetitionFactory(draw=6)
    attempts = [quick(competition), quick(competition, step=0)]
    signed_in(staff)
    told = []
    for attempt in attempts:
        case = Case.objects.create(
            competition=competition, day=attempt.day, signal=Case.Signal.PACE, key=attempt.pk,
            evidence={"seconds_per_question": 0.4, "replies": 6, "elapsed": 2},
            created_at=timezone.now(),
        )  # fmt: skip
        case.attempts.add(attempt)
        page = client.get(reverse("case:edit", args=[case.pk])).content.decode()
        told.append("断网时手机先存在本机" in page)
    assert told == [False, True]


def test_the_desk_is_for_those_who_may(case, client, signed_in):
    signed_in(MemberFactory())
    client.post(reverse("case:edit", args=[case.pk]), {"upheld": "yes", "note": "代答"})
    assert client.get(reverse("case:export")).status_code in {302, 403}
    assert Case.objects.get().is_open


def test_the_list_asks_no_more_queries_with_more_cases(
    case, staff, client, signed_in, count_queries
):
    signed_in(staff)
    few = count_queries(lambda: client.get(reverse("case:index")))
    for _each in range(4):
        quick(case.competition)
    scan_today()
    assert Case.objects.count() == 5
    assert count_queries(lambda: client.get(reverse("case:index"))) == few


@pytest.mark.django_db
def test_an_empty_desk_says_so(staff, client, signed_in):
    signed_in(staff)
    for name in ("case:index", "attempt:index", "appeal:index", "draw:index"):
        assert client.get(reverse(name)).status_code == 200
