"""The rank ladder: how a rank is exact without counting everyone before it.

A rung is a cost of the board with the number of standings before it. The rank of a cost is the
nearest rung at or before it, plus a short count along the index from there.

Exact also while standings change: whoever changes one writes down its cost before and after in
the same transaction (`StandingChange`). A rung's number leaves those pending changes out, and a
reader adds them, all in one statement and so of one moment. The one writer folds changes into the
rungs and deletes them in one transaction; building the ladder anew reads standings and pending
changes in one statement and takes the changes off again. So at every moment

    before(cost) = rung.below + pending changes that crossed the rung + standings from rung to cost

whatever was folded or built since. Functions here do no I/O.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

# Every so many places stands a rung; a board that small needs none.
STEP = 1000

Change = tuple[int | None, int | None]


def crossed(costs: Sequence[int], changes: Iterable[Change]) -> list[int]:
    """For each of `costs`, by how many `changes` (cost before, cost after) raise what is below.

    None: the standing was not there before, or is not there after.
    """
    pairs = list(changes)
    left = sorted(before for before, _after in pairs if before is not None)
    came = sorted(after for _before, after in pairs if after is not None)
    return [bisect_left(came, cost) - bisect_left(left, cost) for cost in costs]
