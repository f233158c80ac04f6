"""The team that a member plays for, as its members see it."""

from dataclasses import dataclass
from datetime import datetime

from quiz.boards import TeamRow, own_team_row, team_board
from quiz.models import Attempt, Competition, Round, TeamMember
from unions.models import Member


@dataclass(frozen=True)
class Teammate:
    """One of the team by the public name; whether an attempt that counts is handed in."""

    name: str
    is_captain: bool
    is_me: bool
    has_finished: bool


@dataclass(frozen=True)
class OwnTeam:
    """A team with those who play for it, the captain first.

    `row` is its line of the board once the round `is_over`; None before, and while a board that
    was frozen still stands.
    """

    name: str
    union: str
    round: Round
    mates: tuple[Teammate, ...]
    is_over: bool
    row: TeamRow | None

    @property
    def finished(self) -> int:
        return sum(mate.has_finished for mate in self.mates)


def own_team(competition: Competition, member: Member | None, now: datetime) -> OwnTeam | None:
    """What `member` plays for in the team round of `competition`, None without either.

    Before the end it asks for the team alone, however many there are.
    """
    round_ = competition.team_round
    if round_ is None:
        return None
    place = TeamMember.objects.of(competition, member).select_related("team__union").first()
    if place is None:
        return None
    places = list(place.team.members.select_related("member"))
    attempts = Attempt.objects.of_round(round_).filter(
        member__in=[found.member_id for found in places]
    )
    finished = set(attempts.values_list("member_id", flat=True))
    mates = (
        Teammate(
            found.member.public_name,
            found.is_captain,
            found.member_id == member.pk,
            found.member_id in finished,
        )
        for found in places
    )
    is_over, row = now >= round_.ends_at, None
    if is_over and not competition.is_frozen(now):
        row = own_team_row(team_board(round_, member, now))
    team = place.team
    return OwnTeam(team.name, team.union.name, round_, tuple(mates), is_over, row)
