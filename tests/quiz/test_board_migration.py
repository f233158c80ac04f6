"""What was there before boards had rows of their own is on them afterwards, and back again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from quiz.models import Attempt, Competition, Standing
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory
from tests.quiz.test_boards import played

BEFORE, AFTER = [("quiz", "0006_after")], [("quiz", "0009_standings_on_boards")]


def migrate(target):
    executor = MigrationExecutor(connection)
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
        old = migrate(BEFORE)
        found = old.get_model("quiz", "Standing").objects.values_list(*fields[2:])
        assert sorted(found) == totals
    finally:
        migrate(AFTER)
    assert snapshot_of_days(fields) == there
    assert Attempt.objects.count() == 7
    assert Competition.objects.count() == 2


def snapshot_of_days(fields):
    rows = Standing.objects.values_list(*fields, "completions", "elapsed")
    return sorted(rows, key=lambda row: (row[0], str(row[1]), row[2]))
