"""Where a member stands with a competition right now; screens and services ask the same."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from quiz.levels import COMING, NO_TEAM, NOT_PROMOTED, WAITING, Level, Try, levels_of, next_level
from quiz.models import Attempt, Competition, Disqualification, Promotion, Round, TeamMember
from unions.models import Member

READY, RESUME, DISQUALIFIED = "ready", "resume", "disqualified"
TRIES_USED = "tries_used"


@dataclass(frozen=True)
class Situation:
    """`code`: ready | resume | anonymous | coming | closed | not_eligible | tries_used |
    disqualified (whatever the state of the competition, with `disqualification`).
    In a competition with rounds also between_rounds (none can be answered now) or no_team (only
    teams play now, the member for none), and of a single round round_coming, round_over,
    not_promoted or waiting. `latest` is the member's latest attempt at all; `tries_left` and
    `used_today` count the local day, in `level` where there are rounds. `obstacle` says why
    somebody is not eligible. `again_tomorrow`: with tries_used, whether there are more tries from
    the next midnight on; else that was the last one there.
    """

    code: str
    tries_left: int = 0
    latest: Attempt | None = None
    used_today: int = 0
    levels: tuple[Level, ...] = ()
    level: Level | None = None
    obstacle: str = ""
    disqualification: Disqualification | None = None
    again_tomorrow: bool = False

    @property
    def next_number(self) -> int:
        """Which try of the day the next attempt is; only for `ready`."""
        return self.used_today + 1

    @property
    def round(self) -> Round | None:
        """The round of the next attempt, None without rounds."""
        return self.level.round if self.level else None

    @property
    def done(self) -> int:
        """How many rounds have a result."""
        return sum(level.points is not None for level in self.levels)

    @property
    def coming(self) -> Level | None:
        """The next round to open that the member may take part in."""
        found = [level for level in self.levels if level.code == COMING]
        return min(found, key=lambda level: level.round.opens_at, default=None)


def situation_of(
    competition: Competition,
    member: Member | None,
    now: datetime,
    round: Round | None = None,
) -> Situation:
    """The situation of `member` (None or not signed in: anonymous) at `now`.

    One query for the latest attempt and one for a disqualification; for a competition with rounds
    one for the attempts, one for promotions and one for the team. With `round` it is the situation
    in that one, else in the one to play next.
    """
    signed_in = member is not None and member.is_authenticated
    latest = Attempt.objects.latest(competition, member) if signed_in else None
    rounds = list(competition.rounds.all())
    in_team = (
        any(found.for_teams for found in rounds)
        and TeamMember.objects.of(competition, member).exists()
    )
    levels = _levels(competition, member if latest else None, rounds, now, in_team)
    level = _chosen(levels, round)
    if rounds:
        used, left = (level.used_today, level.tries_left) if level else (0, 0)
    else:
        used = latest.number if latest and latest.day == timezone.localdate(now) else 0
        left = max(competition.daily_tries - used, 0)
    obstacle = competition.obstacle_for(member) if signed_in else ""
    barred = Disqualification.objects.against(competition, member) if signed_in else None
    if barred is not None:
        barred.competition = competition
        return Situation(DISQUALIFIED, 0, latest, used, tuple(levels), disqualification=barred)
    code = _code(competition, signed_in, latest, obstacle, now)
    if code == READY and not left:
        code = _why_not(levels, level if round else None)
    again = code == TRIES_USED and _again_tomorrow(
        competition, levels, level if round else None, now
    )
    return Situation(code, left, latest, used, tuple(levels), level, obstacle, again_tomorrow=again)


def _levels(
    competition: Competition,
    member: Member | None,
    rounds: list[Round],
    now: datetime,
    in_team: bool,
) -> list[Level]:
    if not rounds:
        return []
    for found in rounds:
        found.competition = competition
    tries: list[Try] = []
    promoted: set[int] = set()
    if member is not None:
        rows = Attempt.objects.of(competition, member).filter(round__isnull=False)
        tries = [
            Try(round_id, day, None, None) if void_at else Try(round_id, day, points, cost)
            for round_id, day, points, cost, void_at in rows.values_list(
                "round_id", "day", "points", "cost", "void_at"
            )
        ]
        if any(found.promoted_at for found in rounds):
            promoted = Promotion.objects.rounds_of(competition, member)
    return levels_of(competition, rounds, tries, promoted, now, in_team=in_team)


def _chosen(levels: list[Level], round: Round | None) -> Level | None:
    if round is None:
        return next_level(levels)
    return next((level for level in levels if level.round.pk == round.pk), None)


def _code(competition, signed_in, latest, obstacle, now) -> str:
    if latest and latest.takes_answers(now):
        return RESUME
    state = competition.state_at(now)
    if state != Competition.State.OPEN:
        return str(state.value)
    if not signed_in:
        return "anonymous"
    return "not_eligible" if obstacle else READY


def _why_not(levels: list[Level], level: Level | None) -> str:
    """Why nothing can be begun although the competition runs: in `level`, or at all."""
    if level is not None:
        if level.code in {NOT_PROMOTED, WAITING, NO_TEAM}:
            return level.code
        if level.code == COMING:
            return "round_coming"
        if not level.is_now and not level.round.may_be_caught_up:
            return "round_over"
        return TRIES_USED
    open_now = [level for level in levels if level.is_now]
    if open_now and all(level.code == NO_TEAM for level in open_now):
        return NO_TEAM
    used = any(level.used_today for level in open_now)
    return TRIES_USED if used or not levels else "between_rounds"


def _again_tomorrow(
    competition: Competition, levels: list[Level], level: Level | None, now: datetime
) -> bool:
    """Whether `level`, any of `levels` or a competition without them is open at midnight."""
    midnight = next_midnight(now)
    if not levels:
        return midnight < competition.closes_at
    return any(found.is_open_at(midnight) for found in ([level] if level else levels))


def next_midnight(now: datetime) -> datetime:
    """When the next local day begins."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))
