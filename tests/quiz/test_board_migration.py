"""What was there before boards had rows of their own is on them afterwards, and back again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from quiz import services
from quiz.models import Attempt, Board, Competition, Rung, Standing
from tests.factories.quiz import CompetitionFactory, RoundFactory
from tests.factories.unions import MemberFactory
from tests.quiz.test_boards import played

WITHOUT_BOARDS, WITHOUT_ROUNDS = [("quiz", "0006_after")], [("quiz", "0033_case_signals")]


def migrate(target=None):
    """Go to `target`, or to the newest there is; the models as they are there."""
    executor = MigrationExecutor(connection)
    target = target or executor.loader.graph.leaf_nodes("quiz")
    executor.migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


@pytest.mark.django_db(transaction=True)
def test_standings_come_onto_boards_and_go_back():
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - timedelta(days=3))
    frozen = CompetitionFactory(opens_at=now - timedelta(days=3), freeze_at=now - timedelta(days=1))
    for member in MemberFactory.create_batch(2):
        played(competition, member, right=1, now=now - timedelta(days=1))
        played(competition, member, right=3, now=now)
        played(frozen, member, now=now - timedelta(days=2))
    played(frozen, member, right=4, now=now)
    fields = ("board__competition", "board__day", "member", "union", "points", "cost")
    there = snapshot_of_days(fields)
    totals = sorted(Standing.objects.filter(board__kind="total").values_list(*fields[2:]))
    try:
        old = migrate(WITHOUT_BOARDS)
        found = old.get_model("quiz", "Standing").objects.values_list(*fields[2:])
        assert sorted(found) == totals
    finally:
        migrate()
    assert snapshot_of_days(fields) == there
    assert Attempt.objects.count() == 7
    assert Competition.objects.count() == 2


def snapshot_of_days(fields):
    rows = Standing.objects.values_list(*fields, "completions", "elapsed")
    return sorted(rows, key=lambda row: (row[0], str(row[1]), row[2]))


@pytest.mark.django_db(transaction=True)
def test_rounds_that_were_played_get_their_boards():
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - timedelta(days=3), catch_up=True)
    frozen = CompetitionFactory(opens_at=now - timedelta(days=3), freeze_at=now - timedelta(days=1))
    RoundFactory(competition=competition, days=1)  # nobody has played it
    early, late = (RoundFactory(competition=competition, days=days) for days in (-1, 0))
    RoundFactory(competition=frozen, days=-2)
    RoundFactory(competition=frozen, days=0)
    people = MemberFactory.create_batch(2)
    for member in people:
        played(competition, member, right=1, now=now - timedelta(days=1))
        played(competition, member, right=3, now=now)
        played(competition, member, right=2, now=now)
        played(frozen, member, now=now - timedelta(days=2))
    played(frozen, people[0], right=4, now=now)
    void = competition.attempts.filter(round=late, member=people[0]).best_first().first()
    services.void_attempt(attempt=void, reason="代答。", by=MemberFactory(is_staff=True))
    there = snapshot_of_rounds()
    assert len(there) == 6
    try:
        old = migrate(WITHOUT_ROUNDS)
        assert not old.get_model("quiz", "Standing").objects.filter(board__kind="round").exists()
    finally:
        migrate()
    assert snapshot_of_rounds() == there
    board = Board.objects.get(round=early)
    assert board.unlevelled == 2
    assert services.level_ladders(step=2) >= 1
    assert Rung.objects.filter(board=board).exists()


def snapshot_of_rounds():
    rows = Standing.objects.filter(board__kind="round")
    fields = ("board__round", "member", "union", "points", "elapsed", "cost", "completions")
    return sorted(rows.values_list(*fields))
