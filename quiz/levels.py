"""How one member stands with each round of a competition; a pure function of what was read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from quiz.models import Competition, Round
from quiz.models.round import source_of

DONE, OPEN, COMING, MISSED, CATCH_UP = "done", "open", "coming", "missed", "catch_up"
NOT_PROMOTED, WAITING, NO_TEAM = "not_promoted", "waiting", "no_team"
DROPPED = "dropped"
# What a member who just presses the button is sent to, the most urgent first.
TURN = (OPEN, CATCH_UP, DONE)


@dataclass(frozen=True)
class Try:
    """What one attempt says about its round.

    `points` and `cost` are None while it is not handed in, and of a void one: it is used up, but
    brings nothing.
    """

    round: int
    day: date
    points: int | None
    cost: int | None


@dataclass(frozen=True)
class Level:
    """One round as a member stands with it.

    `code`: done | open | coming | missed | catch_up | not_promoted | waiting (for the list of
    those who go on) | no_team (teams play it, the member for none) | dropped (the competition was
    closed before it began). `tries_left` of the local day,
    0 where nothing can be answered. `points` and `cost` of the best attempt. `source` is the round
    whose best may come, `went_on` whether the member is among the best of this one (None: not yet
    known, or nobody goes on).
    """

    round: Round
    code: str
    tries_left: int = 0
    used_today: int = 0
    points: int | None = None
    cost: int | None = None
    source: Round | None = None
    went_on: bool | None = None
    is_now: bool = False

    @property
    def can_start(self) -> bool:
        return self.tries_left > 0

    def is_open_at(self, now: datetime) -> bool:
        """Whether the member can answer in it at `now`, tries aside; as things stand."""
        return self.code in TURN and self.round.opens_at <= now < self.round.ends_at


def levels_of(
    competition: Competition,
    rounds: Sequence[Round],
    tries: Iterable[Try],
    promoted: Collection[int],
    now: datetime,
    *,
    in_team: bool = False,
) -> list[Level]:
    """The level of each of `rounds` (in order) at `now`.

    `tries` are all attempts of the member, `promoted` the keys of rounds the member went on from,
    `in_team` is whether the member plays for a team.
    """
    by_round: dict[int, list[Try]] = {}
    for entry in tries:
        by_round.setdefault(entry.round, []).append(entry)
    levels = []
    for found in rounds:
        if competition.closes_at <= min(now, found.opens_at):
            levels.append(Level(round=found, code=DROPPED))
        elif found.for_teams and not in_team:
            is_now = _is_now(competition, found, now)
            levels.append(Level(round=found, code=NO_TEAM, is_now=is_now))
        else:
            own, source = by_round.get(found.pk, []), source_of(found, rounds)
            levels.append(_level(competition, found, source, own, promoted, now))
    return levels


def next_level(levels: Iterable[Level]) -> Level | None:
    """The level to play now, or None: an open one, then a missed one, then today's again."""
    startable = [level for level in levels if level.can_start]
    return min(
        startable, key=lambda level: (TURN.index(level.code), not level.is_now), default=None
    )


def _level(competition, round_, source, tries, promoted, now) -> Level:
    finished = [entry for entry in tries if entry.cost is not None]
    best = min(finished, key=lambda entry: entry.cost, default=None)
    used = sum(entry.day == timezone.localdate(now) for entry in tries)
    code = _code(round_, source, best is not None, promoted, now)
    takes = code in TURN and round_.opens_at <= now < round_.ends_at
    return Level(
        round=round_,
        code=code,
        tries_left=max(competition.daily_tries - used, 0) if takes else 0,
        used_today=used,
        points=best.points if best else None,
        cost=best.cost if best else None,
        source=source,
        went_on=round_.pk in promoted if round_.promoted_at else None,
        is_now=_is_now(competition, round_, now),
    )


def _is_now(competition, round_, now) -> bool:
    return round_.is_open(now) and competition.state_at(now) == competition.State.OPEN


def _code(round_, source, done, promoted, now) -> str:
    if done:
        return DONE
    if round_.promoted_only and (source is None or source.pk not in promoted):
        if source is not None and source.promoted_at is None:
            return COMING if now < round_.opens_at else WAITING
        return NOT_PROMOTED
    if now < round_.opens_at:
        return COMING
    if now < min(round_.closes_at, round_.competition.closes_at):
        return OPEN
    return CATCH_UP if now < round_.ends_at else MISSED
