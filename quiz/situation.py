"""Where a member stands with a competition right now; screens and services ask the same."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from quiz.models import Attempt, Competition
from unions.models import Member

READY, RESUME = "ready", "resume"


@dataclass(frozen=True)
class Situation:
    """`code`: ready | resume | anonymous | coming | closed | not_eligible | tries_used.

    `latest` is the member's latest attempt at all, `tries_left` what remains of the local day.
    """

    code: str
    tries_left: int = 0
    latest: Attempt | None = None
    used_today: int = 0

    @property
    def next_number(self) -> int:
        """Which try of the day the next attempt is; only for `ready`."""
        return self.used_today + 1


def situation_of(competition: Competition, member: Member | None, now: datetime) -> Situation:
    """The situation of `member` (None or not signed in: anonymous) at `now`. One query at most."""
    signed_in = member is not None and member.is_authenticated
    latest = Attempt.objects.of(competition, member).first() if signed_in else None
    if latest:
        latest.competition = competition
    used = latest.number if latest and latest.day == timezone.localdate(now) else 0
    left = max(competition.daily_tries - used, 0)
    return Situation(_code(competition, member, latest, left, now), left, latest, used)


def _code(competition, member, latest, left, now) -> str:
    if latest and latest.takes_answers(now):
        return RESUME
    state = competition.state_at(now)
    if state != Competition.State.OPEN:
        return str(state.value)
    if member is None or not member.is_authenticated:
        return "anonymous"
    if not competition.admits(member):
        return "not_eligible"
    return READY if left else "tries_used"
