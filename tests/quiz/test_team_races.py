"""Two organisers save one team at once: one roster stands. Shown also without the lock."""

import threading
from contextlib import suppress

import pytest

from quiz import services
from quiz.models import Team, TeamMember
from quiz.services import teams as module
from quiz.transfer.teams import Line
from tests.factories.quiz import TeamFactory, TeamRoundFactory
from tests.factories.unions import MemberFactory
from tests.quiz.test_fairness_races import _nothing
from tests.quiz.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def final():
    return TeamRoundFactory(days=1, team_least=1, team_most=3)


@pytest.fixture
def rosters(final):
    """Two rosters of three for one team, with nobody in common."""
    team = TeamFactory(competition=final.competition)
    return [
        [
            Line(number, team.name, team.union.code, member.username)
            for number, member in enumerate(MemberFactory.create_batch(3, union=team.union), 2)
        ]
        for _roster in range(2)
    ]


def save(final, lines):
    return services.save_teams(
        round=final, lines=lines, by=MemberFactory(is_staff=True, union=None)
    )


def test_of_two_rosters_saved_at_once_one_stands(final, rosters, monkeypatch):
    """Each waits after reading until the other has read, too: it never has while one is held."""
    everyone_has_read = threading.Barrier(2)
    plan = module.plan_teams

    def plan_together(**kwargs):
        found = plan(**kwargs)
        with suppress(threading.BrokenBarrierError):
            everyone_has_read.wait(timeout=1)
        return found

    monkeypatch.setattr(module, "plan_teams", plan_together)
    at_once(lambda lines: save(final, lines), rosters)
    found = set(TeamMember.objects.values_list("member__username", flat=True))
    assert found in [{line.login for line in lines} for lines in rosters]


def test_a_new_team_that_two_import_at_once_is_made_once(final, rosters):
    Team.objects.all().delete()
    at_once(lambda lines: save(final, lines), rosters)
    assert Team.objects.get().members.count() == 3


def test_without_the_lock_both_rosters_would_stand(final, rosters, monkeypatch):
    """All read the team as it was before anyone writes; it ends up with twice as many."""
    everyone_has_read = threading.Barrier(2)
    plan = module.plan_teams

    def plan_together(**kwargs):
        found = plan(**kwargs)
        everyone_has_read.wait(timeout=30)
        return found

    monkeypatch.setattr(module, "plan_teams", plan_together)
    monkeypatch.setattr(module.transaction, "atomic", _nothing)
    monkeypatch.setattr(module, "_held", lambda round, now: round)
    monkeypatch.setattr(module.TeamMember.objects, "filter", _gone)
    monkeypatch.setattr(module, "log", lambda *args, **kwargs: None)
    at_once(lambda lines: save(final, lines), rosters)
    assert TeamMember.objects.count() == 6


class _gone:
    """What is deleted was deleted before: the team had no members."""

    def __init__(self, **_kwargs):
        pass

    def delete(self):
        pass
