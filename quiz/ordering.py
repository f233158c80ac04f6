"""The one order of every board: a single integer, lower is better, equal is equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# points < 2**28 and elapsed < 2**24 (194 days) make a cost below 2**52: exact in JavaScript, in
# a Redis sorted set and in every database.
ELAPSED_BITS = 24
MAX_ELAPSED = 2**ELAPSED_BITS - 1
MAX_POINTS = 2**28 - 1

BEST, SUM_OF_DAYS = "best", "days"


@dataclass(frozen=True)
class Result:
    """What one finished attempt brings: local day, points, whole seconds."""

    day: date
    points: int
    elapsed: int


def cost(points: int, elapsed: int) -> int:
    """The place of (points, elapsed seconds): more points first, then less time.

    The cost is below 2**53. `ValueError` when a figure is negative or too large to be kept apart.
    """
    if not 0 <= points <= MAX_POINTS or not 0 <= elapsed <= MAX_ELAPSED:
        raise ValueError(f"out of range: {points} points, {elapsed} s")
    return (MAX_POINTS - points) << ELAPSED_BITS | elapsed


def figures(value: int) -> tuple[int, int]:
    """(points, elapsed seconds) that have the cost `value`."""
    return MAX_POINTS - (value >> ELAPSED_BITS), value & MAX_ELAPSED


def counted(results: Iterable[Result], rule: str) -> tuple[int, int]:
    """(points, elapsed) that count for one person under `rule`; (0, 0) without results.

    BEST: the best attempt of all. SUM_OF_DAYS: the best attempt of each day, added up.
    """
    best: dict[date | None, Result] = {}
    for result in results:
        box = result.day if rule == SUM_OF_DAYS else None
        if box not in best or _cost(result) < _cost(best[box]):
            best[box] = result
    return sum(r.points for r in best.values()), sum(r.elapsed for r in best.values())


def ranks(costs: Sequence[int], *, position: int = 1, rank: int = 1) -> list[int]:
    """The ranks of ascending `costs`: equal costs share one, and the next skips (1, 2, 2, 4).

    `position` is the place (from 1) of the first row on the whole board and `rank` its rank, so
    that a window out of the middle counts right.
    """
    found: list[int] = []
    for index, value in enumerate(costs):
        if index and value != costs[index - 1]:
            rank = position + index
        found.append(rank)
    return found


def _cost(result: Result) -> int:
    return cost(result.points, result.elapsed)
