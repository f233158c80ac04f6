"""Two accounts that answer as one: the same wrong options, the same seconds. No I/O.

Of each pair two chances are worked out, both for people who know nothing of each other: that so
many of their wrong replies agree, given how able each is and how each question is answered; and
that so many waits before a reply are as near, given how fast each is and how long each question
takes. A pair is reported when both together are less likely than FALSE_PAIRS over all pairs of the
day, so a whole day of honest members raises that many on average, however many they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import log
from statistics import median

# Pairs that a day of honest members may raise, on average.
FALSE_PAIRS = 0.01
FEWEST_IN_COMMON = 5
# Waits that differ by no more than so many seconds are near.
NEAR = 1.0
LONGEST_WAIT = 600.0
# Per sitting so many of its rarest wrong replies, and of its waits, make marks by three.
MARKED = 5
# Of a mark that more sittings share than this only neighbours are compared: the work stays in
# proportion to the sittings, and a large ring still hangs together.
MOST_WITH_A_MARK = 30
INDEX_BITS, MARK_BITS = 24, 39


@dataclass(frozen=True)
class Trace:
    """A sitting as pairs compare it; `chosen` and `waits` by question, `wrong` a part of these.

    `waits` has the seconds before each reply, without those that came in together.
    """

    attempt: int
    member: int
    chosen: Mapping[int, tuple[int, ...]]
    wrong: frozenset[int]
    waits: Mapping[int, float]


@dataclass(frozen=True)
class Pair:
    """Two attempts that look like one: of `common` questions so many wrong alike, waits near."""

    attempts: tuple[int, int]
    common: int
    alike: int
    near: int
    chance: float


def waits_of(moments: Mapping[int, float]) -> dict[int, float]:
    """Seconds before each reply, from the seconds since the start at which it was saved.

    Replies that came in at one moment were kept on a phone: of them nothing is known.
    """
    together = Counter(moments.values())
    order = sorted((at, question) for question, at in moments.items())
    before = [(0.0, -1), *order]
    return {
        question: min(at - last, LONGEST_WAIT)
        for (last, _q), (at, question) in pairwise(before)
        if together[at] == 1
    }


def tail(chances: Sequence[float], least: int) -> float:
    """The chance that at least `least` of independent events with `chances` happen."""
    if least <= 0:
        return 1.0
    # below[k]: exactly k so far, for k < least.
    below, reached = [1.0] + [0.0] * (least - 1), 0.0
    for chance in chances:
        reached += below[-1] * chance
        for count in range(least - 1, 0, -1):
            below[count] = below[count] * (1 - chance) + below[count - 1] * chance
        below[0] *= 1 - chance
    return min(reached, 1.0)


def together(first: float, second: float) -> float:
    """The chance of two independent findings at least as unlikely as these (Fisher)."""
    product = max(first * second, 1e-300)
    return min(product * (1 - log(product)), 1.0)


class Crowd:
    """All sittings of a day, to find the pairs among them that answer as one."""

    def __init__(self, traces: Iterable[Trace]):
        self._traces = list(traces)
        asked: Counter[int] = Counter()
        picked: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
        waits: dict[int, list[float]] = defaultdict(list)
        for trace in self._traces:
            asked.update(trace.chosen.keys())
            for question in trace.wrong:
                picked[question][trace.chosen[question]] += 1
            for question, wait in trace.waits.items():
                waits[question].append(wait)
        self._picked = picked
        self._difficulty = {
            question: (picked[question].total() + 0.5) / (number + 1)
            for question, number in asked.items()
        }
        self._alike = {
            question: sum(count**2 for count in counts.values()) / counts.total() ** 2
            for question, counts in picked.items()
            if counts
        }
        self._typical = {question: median(found) for question, found in waits.items()}
        total = sum(asked.values())
        self._mean = (sum(len(trace.wrong) for trace in self._traces) + 0.5) / (total + 1)

    def pairs(self) -> list[Pair]:
        """Every pair that is less likely than FALSE_PAIRS over all pairs, in order."""
        size = len(self._traces)
        limit = FALSE_PAIRS / max(size * (size - 1) / 2, 1)
        found = []
        for one, other in sorted(self._candidates()):
            pair = self._compare(self._traces[one], self._traces[other])
            if pair is not None and pair.chance <= limit:
                found.append(pair)
        return found

    def _candidates(self) -> set[tuple[int, int]]:
        """Places of sittings of two members that share a mark: few of all pairs."""
        marks = sorted(
            mark << INDEX_BITS | place
            for place, trace in enumerate(self._traces)
            for mark in self._marks(trace)
        )
        found: set[tuple[int, int]] = set()
        start = 0
        while start < len(marks):
            end, mark = start + 1, marks[start] >> INDEX_BITS
            while end < len(marks) and marks[end] >> INDEX_BITS == mark:
                end += 1
            places = [value & ((1 << INDEX_BITS) - 1) for value in marks[start:end]]
            near = combinations(places, 2) if len(places) <= MOST_WITH_A_MARK else pairwise(places)
            found.update(
                (one, other)
                for one, other in near
                if self._traces[one].member != self._traces[other].member
            )
            start = end
        return found

    def _marks(self, trace: Trace) -> set[int]:
        """Hashes of what a twin would have too: three wrong replies, or three waits."""
        wrong = sorted(
            (self._picked[question][trace.chosen[question]], question, trace.chosen[question])
            for question in trace.wrong
        )[:MARKED]
        waits = sorted(trace.waits, key=lambda question: hash((question, 7)))[:MARKED]
        timed = sorted((question, round(trace.waits[question] / 2)) for question in waits)
        return {
            hash((kind, three)) & ((1 << MARK_BITS) - 1)
            for kind, marked in ((0, sorted(reply[1:] for reply in wrong)), (1, timed))
            for three in combinations(marked, 3)
        }

    def _compare(self, one: Trace, other: Trace) -> Pair | None:
        common = sorted(one.chosen.keys() & other.chosen.keys())
        if len(common) < FEWEST_IN_COMMON:
            return None
        alike = sum(
            question in one.wrong
            and question in other.wrong
            and one.chosen[question] == other.chosen[question]
            for question in common
        )
        chances = [
            self._errs(one, question) * self._errs(other, question) * self._alike.get(question, 1)
            for question in common
        ]
        near, by_time = self._nearness(one, other)
        by_choice = tail(chances, alike)
        chance = by_choice if by_time is None else together(by_choice, by_time)
        attempts = tuple(sorted((one.attempt, other.attempt)))
        return Pair((attempts[0], attempts[1]), len(common), alike, near, chance)

    def _errs(self, trace: Trace, question: int) -> float:
        """The chance that somebody of this ability gets a question of this difficulty wrong."""
        own = (len(trace.wrong) + 0.5) / (len(trace.chosen) + 1)
        odds = _odds(own) * _odds(self._difficulty[question]) / _odds(self._mean)
        return odds / (1 + odds)

    def _nearness(self, one: Trace, other: Trace) -> tuple[int, float | None]:
        """How many waits are near, and the chance of that; None where too few can be compared.

        What is usual for these two shows where the questions are not the same: it holds the pace
        of both. How long a question takes is out of it beforehand.
        """
        common = sorted(one.waits.keys() & other.waits.keys())
        if len(common) < FEWEST_IN_COMMON:
            return 0, None
        pairs = [
            (one.waits[q] - self._typical[q], other.waits[q] - self._typical[q]) for q in common
        ]
        near = sum(abs(first - second) <= NEAR for first, second in pairs)
        usual = sum(
            abs(first - second) <= NEAR
            for place, (first, _s) in enumerate(pairs)
            for where, (_f, second) in enumerate(pairs)
            if place != where
        )
        share = (usual + 1) / (len(pairs) * (len(pairs) - 1) + 1)
        return near, tail([min(share, 1.0)] * len(pairs), near)


def _odds(share: float) -> float:
    return share / (1 - share)


def groups(pairs: Iterable[Pair]) -> list[tuple[tuple[int, ...], list[Pair]]]:
    """The attempts that hang together by `pairs`, each group with its pairs, in order."""
    leader: dict[int, int] = {}

    def find(attempt: int) -> int:
        while leader.setdefault(attempt, attempt) != attempt:
            attempt = leader[attempt]
        return attempt

    pairs = list(pairs)
    for pair in pairs:
        first, second = sorted(map(find, pair.attempts))
        leader[second] = first
    members: dict[int, set[int]] = defaultdict(set)
    own: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        root = find(pair.attempts[0])
        members[root].update(pair.attempts)
        own[root].append(pair)
    return [(tuple(sorted(members[root])), own[root]) for root in sorted(members)]
