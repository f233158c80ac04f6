"""The rank ladder: ranks are exact on any board, whatever changed since it was built."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz import services
from quiz.boards.sql import SqlEngine
from quiz.ladder import crossed
from quiz.models import Board, Rung, Standing, StandingChange
from quiz.services.changes import difference, figures_of, write_down
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db

costs = st.integers(0, 12)  # few, so that many are equal
maybe = st.none() | costs
# What happens to a board: a member's cost becomes this (None: the member is gone), or the writer
# folds, or the ladder is built anew.
events = st.lists(
    st.tuples(st.integers(0, 11), maybe) | st.sampled_from(["fold", "ladder", "short fold"]),
    max_size=40,
)


def set_cost(board, member, cost):
    """Let a member stand at `cost`, as the services do: the change written down beside it."""
    standing = Standing.objects.filter(board=board, member=member).first()
    before = figures_of(standing) if standing else None
    if standing is None:
        standing = Standing(board=board, member=member, cost=0)
    if cost is None:
        if before:
            write_down(difference(standing, before, None))
            standing.delete()
        return
    standing.cost, standing.completions = cost, 1
    standing.save()
    write_down(difference(standing, before, figures_of(standing)))


@given(
    st.lists(costs, max_size=8, unique=True).map(sorted),
    st.lists(st.tuples(maybe, maybe), max_size=12),
)
def test_what_a_change_adds_below_a_rung_is_what_counting_says(rungs, changes):
    def below(values, rung):
        return sum(1 for value in values if value is not None and value < rung)

    before, after = [pair[0] for pair in changes], [pair[1] for pair in changes]
    assert crossed(rungs, changes) == [below(after, r) - below(before, r) for r in rungs]


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """The same twelve for every example: making them takes longest."""
    with django_db_blocker.unblock():
        found = [MemberFactory(union=None) for _n in range(12)]
        yield found
        for member in found:
            member.delete()


@given(events)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_rank_is_what_a_plain_count_says_whatever_happened_since_the_ladder(
    people, board_of_ranks, happened
):
    board = board_of_ranks
    Standing.objects.all().delete()
    Rung.objects.all().delete()
    StandingChange.objects.all().delete()
    for event in happened:
        if event == "fold":
            services.fold_board(board_id=board.pk)
        elif event == "short fold":
            services.fold_board(board_id=board.pk, most=2)
        elif event == "ladder":
            services.rebuild_ladder(board_id=board.pk, step=2)
        else:
            set_cost(board, people[event[0]], event[1])
    stand = list(Standing.objects.values_list("cost", flat=True))
    engine = SqlEngine()
    for cost in range(14):
        assert engine.rank(board, cost) == sum(1 for other in stand if other < cost) + 1
    assert engine.size(board) == len(stand)


@pytest.fixture
def board_of_ranks():
    return Board.objects.needed(CompetitionFactory(), set())[0]


def filled(board, count):
    members = MemberFactory.create_batch(count, union=None)
    for place, member in enumerate(members):
        set_cost(board, member, place * 10)
    return members


def test_a_rung_stands_at_every_so_manieth_place(board_of_ranks):
    filled(board_of_ranks, 9)
    services.fold_changes()
    assert services.rebuild_ladder(board_id=board_of_ranks.pk, step=4) == 2
    found = Rung.objects.order_by("cost").values_list("cost", "below")
    assert list(found) == [(30, 3), (70, 7)]


def test_a_rank_asks_one_query_on_a_ladder_and_counts_only_from_its_rung(board_of_ranks):
    filled(board_of_ranks, 9)
    services.fold_changes()
    services.rebuild_ladder(board_id=board_of_ranks.pk, step=4)
    # What stands before the rung is not looked at any more.
    Standing.objects.filter(cost__lt=70).delete()
    with CaptureQueriesContext(connection) as asked:
        assert SqlEngine().rank(board_of_ranks, 80) == 9
    assert len(asked) == 1


def test_ladders_are_built_anew_after_enough_changes_and_not_before(board_of_ranks):
    filled(board_of_ranks, 5)
    services.fold_changes()
    assert services.level_ladders(step=6) == 0
    assert services.level_ladders(step=5) == 1
    assert services.level_ladders(step=5) == 0
