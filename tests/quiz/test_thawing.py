"""Frozen boards are made final in the background, whatever stops it on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quiz import services, tasks
from quiz.models import Board, Competition, Standing, ThawRun
from quiz.models.thaw import LEASE
from quiz.services import standings, thawing
from tests.factories.quiz import CompetitionFactory, answer_all
from tests.factories.unions import MemberFactory
from tests.quiz.test_boards import played
from tests.quiz.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """As a worker that is gone: nobody handles it."""


def points():
    """Everyone's points on the total board, by member."""
    rows = Standing.objects.filter(board__kind=Board.Kind.TOTAL)
    return dict(rows.values_list("member", "points"))


@pytest.fixture
def competition(monkeypatch):
    """One that closed after a freeze, with five members, each better after the freeze than before.

    Its boards are made final by two members, who have four attempts, at a time.
    """
    monkeypatch.setattr(standings, "REBUILD_CHUNK", 4)
    now = timezone.now()
    made = CompetitionFactory(
        opens_at=now - timedelta(days=4),
        freeze_at=now - timedelta(days=1),
        closes_at=now + timedelta(minutes=1),
    )
    for member in MemberFactory.create_batch(5):
        played(made, member, right=1, now=now - timedelta(days=2))
        played(made, member, right=3, now=now - timedelta(hours=3))
    Competition.objects.update(closes_at=now - timedelta(minutes=1))
    made.refresh_from_db()
    return made


@pytest.fixture
def dies(monkeypatch):
    """`dies(after=3)`: the worker is killed before the chunk after so many."""
    rebuild = standings._rebuild_members

    def arrange(*, after):
        left, done = iter(range(after)), []

        def killed(boards, members, now):
            if next(left, None) is None:
                raise Killed
            rebuild(boards, members, now)
            done.extend(members)

        monkeypatch.setattr(standings, "_rebuild_members", killed)
        return done

    return arrange


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_run_that_was_killed_is_gone_on_with(competition, dies, after):
    first = dies(after=after)
    with pytest.raises(Killed):
        services.order_thaws()
    competition.refresh_from_db()
    assert competition.thawed_at is None
    rest = dies(after=100)
    assert services.order_thaws() == 0  # it may still be alive
    assert services.order_thaws(now=timezone.now() + LEASE + timedelta(seconds=1)) == 1
    competition.refresh_from_db()
    assert competition.thawed_at is not None
    assert set(points().values()) == {30}
    assert not set(first) & set(rest)  # nothing is done twice
    assert not ThawRun.objects.exists()
    assert services.order_thaws() == 0


def test_a_task_goes_on_for_a_while_and_leaves_the_rest_to_the_next(competition):
    run = services.begin_thaw(competition=competition)
    assert services.go_on_with_thaw(run=run, seconds=0)
    assert sorted(points().values()) == [10, 10, 10, 30, 30]
    slices = 2
    while services.go_on_with_thaw(run=run, seconds=0):
        slices += 1
    assert slices == 4  # the last one finds nobody left
    assert set(points().values()) == {30}


def test_a_worker_that_was_taken_for_dead_stops_when_another_is_at_it(competition, monkeypatch):
    run, rebuild = services.begin_thaw(competition=competition), thawing.rebuild_next
    others, chunks = iter([run]), []

    def taken_over_after_the_first_chunk(**kwargs):
        for other in others:
            ThawRun.objects.filter(pk=other.pk).update(run="5e" * 16)
        chunks.append(kwargs["after"])
        return rebuild(**kwargs)

    monkeypatch.setattr(thawing, "rebuild_next", taken_over_after_the_first_chunk)
    assert services.go_on_with_thaw(run=run) is False
    assert len(chunks) == 1
    assert set(points().values()) == {10}  # the chunk that was under way isn't kept either
    competition.refresh_from_db()
    assert competition.thawed_at is None


def test_workers_at_once_make_it_final_once(competition):
    found = at_once(lambda _n: services.thaw_competition(competition=competition), range(4))
    assert not [result for result in found if isinstance(result, Exception)]
    competition.refresh_from_db()
    assert competition.thawed_at is not None
    assert set(points().values()) == {30}
    assert not ThawRun.objects.exists()


def test_what_is_voided_meanwhile_takes_nothing_else_from_the_member(competition):
    staff = MemberFactory()
    stale = competition.attempts.order_by("pk").first()  # knows nothing of the run
    assert stale.competition.is_frozen(timezone.now())
    run = services.begin_thaw(competition=competition)
    assert services.go_on_with_thaw(run=run, seconds=0)
    assert points()[stale.member_id] == 30
    services.void_attempt(attempt=stale, reason="代答", by=staff)
    while services.go_on_with_thaw(run=run):
        pass
    assert list(points().values()) == [30] * 5
    assert Board.objects.days(competition).filter(standings__member=stale.member_id).count() == 1


def test_the_task_that_hands_in_makes_nothing_final(competition):
    tasks.submit_overdue.delay()
    competition.refresh_from_db()
    assert competition.thawed_at is None
    tasks.thaw_boards.delay()
    competition.refresh_from_db()
    assert competition.thawed_at is not None


def test_an_open_attempt_holds_it_back(competition):
    Competition.objects.update(closes_at=timezone.now() + timedelta(minutes=1))
    competition.refresh_from_db()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    answer_all(attempt, right=4)
    Competition.objects.update(closes_at=timezone.now())
    assert services.order_thaws() == 0
    services.submit_attempt(attempt=attempt)
    assert services.order_thaws() == 1
    assert points()[attempt.member_id] == 40
