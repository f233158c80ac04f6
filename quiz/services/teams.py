"""Teams of a competition: invited, named and filled by the organisers until their round starts.

Whoever acts is `by`; each change leaves an entry in the log. Everything is written while the round
is held, so that two who save at once write one after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, count

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from quiz import boards
from quiz.errors import QuizError
from quiz.models import Round, Team, TeamMember
from quiz.services.rosters import Roster, TeamPlan, plan_team, plan_teams
from quiz.transfer.teams import Line
from unions.models import Member, Union


def save_teams(
    *, round: Round, lines: Sequence[Line], by: Member, now: datetime | None = None
) -> TeamPlan:
    """Make the teams that `lines` name as they say; all of them or, with any error, none.

    Teams that no line names stay as they are. A line without a login names its team alone. A
    second time nothing changes. `QuizError` with code roster_closed.
    """
    with transaction.atomic():
        round = _held(round, now)
        return _carry_out(round, plan_teams(round=round, lines=lines), by)


def save_team(
    *,
    round: Round,
    team: Team | None,
    lines: Sequence[Line],
    by: Member,
    now: datetime | None = None,
) -> TeamPlan:
    """Make `team`, or a new one (None), as `lines` say, its name included; else as `save_teams`."""
    with transaction.atomic():
        round = _held(round, now)
        return _carry_out(round, plan_team(round=round, lines=lines, team=team), by)


def delete_team(*, round: Round, team: Team, by: Member, now: datetime | None = None) -> None:
    """Take the invitation back; `QuizError` with code roster_closed."""
    with transaction.atomic():
        _held(round, now)
        log(team, "quiz.team.delete", user=by, data=_told(team.name, team.union), deleted=True)
        team.delete()


def invite_unions(
    *, round: Round, level: str, order: str, most: int, by: Member, now: datetime | None = None
) -> int:
    """A team without members for each of the first `most` unions of a board, ties included.

    The board is the competition's as the public sees it, of `level` and in `order`. A union that
    has a team keeps it. Returns how many teams are new. `QuizError` with code roster_closed.
    """
    with transaction.atomic():
        round = _held(round, now)
        rows = boards.union_board(round.competition, level, None, by=order)
        unions = Union.objects.filter(path__in=[row.path for row in rows if row.rank <= most])
        teams = Team.objects.filter(competition=round.competition)
        there = set(teams.values_list("union_id", flat=True))
        names = set(teams.values_list("name", flat=True))
        new = [union for union in unions if union.pk not in there]
        for union in new:
            name = _free_name(union, names)
            names.add(name)
            _write(round, Roster(None, name, union), by)
    return len(new)


def check_roster(*, round: Round, now: datetime) -> None:
    """Raise the `QuizError` that a change of the teams would raise at `now`."""
    # Who has begun keeps the team, also where the opening is moved back afterwards.
    if now >= round.opens_at or round.attempts.exists():
        raise QuizError("roster_closed")


def _held(round: Round, now: datetime | None) -> Round:
    """The round as it is now, held by this transaction; its teams may still be changed."""
    round = Round.objects.of_teams().select_for_update(of=("self",)).get(pk=round.pk)
    check_roster(round=round, now=now or timezone.now())
    return round


def _free_name(union: Union, taken: set[str]) -> str:
    """A name for the team of `union` that no team has."""
    more = (f"{union.name}{number}" for number in count(2))
    names = (
        _("%(union)s代表队") % {"union": text} for text in chain([union.label, union.name], more)
    )
    return next(name for name in names if name not in taken)


def _carry_out(round: Round, plan: TeamPlan, by: Member) -> TeamPlan:
    if not plan.errors:
        # First out of all of them: a member may go from one to another.
        leaving = [roster.stored for roster in plan.changed]
        TeamMember.objects.filter(team__in=leaving).delete()
        for roster in [*plan.new, *plan.changed]:
            _write(round, roster, by)
    return plan


def _write(round: Round, roster: Roster, by: Member) -> None:
    team = roster.stored or Team(competition=round.competition)
    team.name, team.union = roster.name, roster.union
    team.save()
    TeamMember.objects.bulk_create(
        TeamMember(
            team=team,
            competition=round.competition,
            member=member,
            is_captain=member == roster.captain,
        )
        for member in roster.members
    )
    action = "quiz.team.change" if roster.stored else "quiz.team.create"
    data = _told(roster.name, roster.union, [member.pk for member in roster.members])
    log(team, action, user=by, data=data)


def _told(name: str, union: Union, members: Iterable[int] = ()) -> dict[str, object]:
    return {"name": name, "union": union.code, "members": list(members)}
