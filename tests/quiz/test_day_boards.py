"""Boards by day beside the total one: fed together, rebuilt together, kept apart by keys."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from quiz import boards, services
from quiz.models import Board, Competition, Standing, StandingChange, UnionStanding
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_boards import played, snapshot

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def competition():
    return CompetitionFactory(opens_at=timezone.now() - 3 * DAY)


def test_an_attempt_counts_in_total_and_on_its_local_day(competition):
    now = timezone.now()
    early = played(competition, right=4, now=now - DAY)
    late = played(competition, right=2, now=now)
    played(competition, early, right=1, now=now)
    today = timezone.localdate(now)
    assert boards.days_of(competition) == [today, today - DAY]
    assert [row.points for row in boards.top(competition, None)] == [40, 20]
    assert [row.points for row in boards.top(competition, None, day=today)] == [20, 10]
    assert [row.points for row in boards.top(competition, None, day=today - DAY)] == [40]
    assert boards.place_of(competition, late).row.rank == 2
    assert boards.place_of(competition, late, day=today).row.rank == 1
    assert boards.place_of(competition, late, day=today - DAY) is None
    assert boards.participants(competition, day=today) == 2


def test_the_day_counts_the_best_of_the_day_where_days_add_up(competition):
    competition.counting = Competition.Counting.SUM_OF_DAYS
    competition.save()
    now = timezone.now()
    member = played(competition, right=3, now=now - DAY)
    for right in (2, 1):
        played(competition, member, right=right, now=now)
    found = Standing.objects.order_by("board__kind", "board__day").values_list(
        "points", "completions"
    )
    assert list(found) == [(30, 1), (20, 2), (50, 3)]


def test_a_rebuild_gives_every_board_what_the_submits_gave(competition):
    now = timezone.now()
    for member in MemberFactory.create_batch(3):
        played(competition, member, right=1, now=now - DAY)
        played(competition, member, right=3, now=now)
    fields = ("board", "member", "union", "points", "elapsed", "cost", "completions")
    before = snapshot(Standing, *fields)
    Standing.objects.filter(board__kind=Board.Kind.DAY).delete()
    Standing.objects.update(points=0)
    services.rebuild_standings(competition=competition)
    assert snapshot(Standing, *fields) == before
    assert not StandingChange.objects.exists()


def test_a_competition_has_one_total_board_and_one_of_each_day(competition):
    today = timezone.localdate()
    Board.objects.needed(competition, {today})
    for day in (None, today):
        with pytest.raises(IntegrityError), transaction.atomic():
            Board.of(competition, day=day).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Board.objects.create(competition=competition, kind=Board.Kind.DAY)


def test_submits_write_no_counter_that_others_share(competition):
    union = UnionFactory()
    played(competition, MemberFactory(union=union))
    counted = UnionStanding.objects.get().participants
    attempt = services.start_attempt(competition=competition, member=MemberFactory(union=union))
    services.submit_attempt(attempt=attempt)
    assert UnionStanding.objects.get().participants == counted == 1
    assert services.fold_changes() == 2
    assert UnionStanding.objects.get().participants == 2
    assert services.fold_changes() == 0


def test_the_union_board_says_as_of_when_its_counters_are(competition):
    at = boards.union_totals(competition).at
    assert abs(at - timezone.now()) < timedelta(seconds=5)
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    services.submit_attempt(attempt=attempt)
    long_ago = timezone.now() - timedelta(minutes=9)
    StandingChange.objects.update(created_at=long_ago)
    boards.forget_totals()
    assert boards.union_totals(competition).at == long_ago


def test_a_move_to_another_union_found_by_a_rebuild_moves_its_figures(competition):
    first, second = UnionFactory(), UnionFactory()
    member = played(competition, MemberFactory(union=first))
    member.attempts.update(union=second)
    services.rebuild_standings(competition=competition)
    found = dict(UnionStanding.objects.values_list("union", "participants"))
    assert found == {first.pk: 0, second.pk: 1}
