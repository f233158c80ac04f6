"""A person is taken out while an attempt is begun or handed in: nothing of it counts afterwards."""

import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Disqualification, Standing
from quiz.services import disqualifying
from tests.factories.quiz import CompetitionFactory, answer_all
from tests.factories.unions import MemberFactory
from tests.quiz.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def under_way(call):
    """`call` in a transaction of its own that stays open for a second, or until it is let go."""
    begun, ended = threading.Event(), threading.Event()

    def run():
        try:
            with transaction.atomic():
                call()
                begun.set()
                # Over at once without the lock that is waited for.
                ended.wait(timeout=1)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(timeout=30)
    return thread, ended


@pytest.fixture
def case():
    return CompetitionFactory(), MemberFactory(), MemberFactory()


def taken_out(case):
    competition, member, staff = case
    return services.disqualify(competition=competition, member=member, reason="代人作答", by=staff)


def test_a_start_that_is_under_way_is_waited_for_and_does_not_count(case):
    competition, member, _staff = case
    thread, ended = under_way(
        lambda: services.start_attempt(competition=competition, member=member)
    )
    found = taken_out(case)
    ended.set()
    thread.join()
    attempt = Attempt.objects.get()
    assert attempt.void_reason == "代人作答"
    assert list(found.attempts.all()) == [attempt]
    assert not Attempt.objects.unfinished().exists()


def test_an_attempt_that_is_being_handed_in_keeps_its_result_and_does_not_count(case):
    competition, member, _staff = case
    attempt = services.start_attempt(competition=competition, member=member)
    answer_all(attempt, right=4)
    now = timezone.now()
    thread, ended = under_way(lambda: services.submit_attempt(attempt=attempt, now=now))
    taken_out(case)
    ended.set()
    thread.join()
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.void_reason) == (now, "代人作答")
    assert not Standing.objects.exists()


def test_without_the_lock_the_result_that_is_being_handed_in_would_be_overwritten(
    case, monkeypatch
):
    """The decision reads the attempt as open; the submit is stored before it writes."""
    competition, member, _staff = case
    attempt = services.start_attempt(competition=competition, member=member)
    now = timezone.now()
    finish = disqualifying.finish_attempt

    def finish_late(*, attempt, now):
        services.submit_attempt(attempt=attempt, now=handed_in)
        finish(attempt=attempt, now=now)

    handed_in = now
    monkeypatch.setattr(disqualifying, "finish_attempt", finish_late)
    taken_out(case)
    attempt.refresh_from_db()
    assert attempt.submitted_at != handed_in
    # Even so nothing counts: boards ask for what is not void.
    assert not Standing.objects.exists()


def test_submits_and_a_decision_at_once_leave_nothing_that_counts(case):
    competition, member, _staff = case
    attempt = services.start_attempt(competition=competition, member=member)
    answer_all(attempt, right=4)
    calls = [lambda: services.submit_attempt(attempt=attempt), lambda: taken_out(case)]
    found = at_once(lambda n: calls[n % 2](), range(6))
    assert not [result for result in found if isinstance(result, Exception)]
    assert Disqualification.objects.count() == 1
    assert Attempt.objects.get().void_reason == "代人作答"
    assert not Standing.objects.exists()


def test_starts_and_a_decision_at_once_leave_nothing_open(case):
    competition, member, _staff = case
    calls = [
        lambda: services.start_attempt(competition=competition, member=member),
        lambda: taken_out(case),
    ]
    found = at_once(lambda n: calls[n % 2](), range(8))
    refused = [result for result in found if isinstance(result, Exception)]
    assert {getattr(error, "code", error) for error in refused} <= {"disqualified"}
    assert all(isinstance(error, QuizError) for error in refused)
    assert not Attempt.objects.unfinished().exists()
    assert not Attempt.objects.filter(void_at__isnull=True).exists()
