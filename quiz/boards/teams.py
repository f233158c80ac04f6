"""The board of teams, worked out from the attempts of their members whenever it is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from quiz.models import Attempt, Round, Team
from quiz.ordering import worth
from quiz.teaming import ranked, team_cost
from unions.models import Member

# So many rows a page shows; the own team stands apart.
TOP_TEAMS = 100


@dataclass(frozen=True)
class TeamRow:
    """One line of the board; `rank` None (and no points) while none of the team has a result.

    `finished` of the `size` members have one that the board shows.
    """

    rank: int | None
    name: str
    union: str
    points: int
    elapsed: int
    finished: int
    size: int
    is_mine: bool = False


def team_board(round: Round, member: Member | None, now: datetime) -> list[TeamRow]:
    """The teams of `round`, the best first, those without a result last, by name.

    One that was invited and has no members yet is not among them.
    What counts is what the other boards count at `now`: nothing void, nothing after a freeze.
    """
    teams = [team for team in Team.objects.of(round.competition) if team.members.all()]
    counting = Attempt.objects.counting(round.competition, now).filter(round=round)
    best = dict(counting.order_by().values_list("member_id").annotate(best=Min("cost")))
    places = {team: [place.member_id for place in team.members.all()] for team in teams}
    costs = {
        team: [best[member] for member in members if member in best]
        for team, members in places.items()
    }
    totals = {team: team_cost(found, round.team_counts) for team, found in costs.items()}
    me = member.pk if member is not None else None
    rows = []
    for rank, team in ranked(totals):
        points, elapsed = worth(totals[team]) if rank else (0, 0)
        finished, size, mine = len(costs[team]), len(places[team]), me in places[team]
        union = team.union.label
        rows.append(TeamRow(rank, team.name, union, points, elapsed, finished, size, mine))
    return rows


def own_team_row(rows: Iterable[TeamRow]) -> TeamRow | None:
    """The row of the member's own team."""
    return next((row for row in rows if row.is_mine), None)
