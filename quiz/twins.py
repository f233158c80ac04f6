"""Two accounts that answer as one: the same wrong options, the same seconds. No I/O.

Of each pair two chances are worked out, both for people who know nothing of each other: that so
many of their wrong replies agree, given how able each is and how each question is answered; and
that so many waits before a reply are as near, given how fast each is and how long each question
takes. A pair is reported when both together are less likely than FALSE_PAIRS over all pairs of the
day, so a whole day of honest members raises that many on average, however many they are.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, groupby, pairwise
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
# Marks are sorted in so many parts, so that few are numbers of their own at a time.
PARTS = 32


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
    """All sittings of a day, to find the pairs among them that answer as one.

    They are kept in a few hundred bytes each: a day may have hundreds of thousands.
    """

    def __init__(self, traces: Iterable[Trace] = ()):
        self._attempts, self._members = array("q"), array("q")
        self._packed: list[tuple[array, array, array]] = []
        self._codes: dict[tuple[int, ...], int] = {}
        self._asked: Counter[int] = Counter()
        self._picked: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
        self._waits: dict[int, array] = defaultdict(lambda: array("f"))
        for trace in traces:
            self.add(trace)

    def add(self, trace: Trace) -> None:
        """Count and keep one sitting."""
        self._attempts.append(trace.attempt)
        self._members.append(trace.member)
        self._asked.update(trace.chosen.keys())
        for question in trace.wrong:
            self._picked[question][trace.chosen[question]] += 1
        for question, wait in trace.waits.items():
            self._waits[question].append(wait)
        questions, replies, waits = array("q"), array("L"), array("f")
        for question, places in trace.chosen.items():
            code = self._codes.setdefault(places, len(self._codes))
            questions.append(question)
            replies.append(code << 1 | (question in trace.wrong))
            waits.append(trace.waits.get(question, -1.0))
        self._packed.append((questions, replies, waits))

    def _trace(self, place: int) -> Trace:
        """The sitting that was added as number `place`."""
        chosen, wrong, waits = {}, set(), {}
        for question, reply, wait in zip(*self._packed[place], strict=True):
            chosen[question] = self._places[reply >> 1]
            if reply & 1:
                wrong.add(question)
            if wait >= 0:
                waits[question] = wait
        attempt, member = self._attempts[place], self._members[place]
        return Trace(attempt, member, chosen, frozenset(wrong), waits)

    def traces_of(self, attempts: Iterable[int]) -> dict[int, Trace]:
        """The sittings of `attempts`, by id."""
        wanted = set(attempts)
        return {
            attempt: self._trace(place)
            for place, attempt in enumerate(self._attempts)
            if attempt in wanted
        }

    def pairs(self) -> list[Pair]:
        """Every pair that is less likely than FALSE_PAIRS over all pairs, in order."""
        size = len(self._attempts)
        limit = FALSE_PAIRS / max(size * (size - 1) / 2, 1)
        found = []
        for one, other in sorted(self._candidates()):
            pair = self._compare(self._trace(one), self._trace(other))
            if pair is not None and pair.chance <= limit:
                found.append(pair)
        return found

    @cached_property
    def _places(self) -> list[tuple[int, ...]]:
        return list(self._codes)

    @cached_property
    def _difficulty(self) -> dict[int, float]:
        """The share of wrong replies, by question."""
        return {
            question: (self._picked[question].total() + 0.5) / (number + 1)
            for question, number in self._asked.items()
        }

    @cached_property
    def _alike(self) -> dict[int, float]:
        """The chance that two wrong replies to a question are the same one."""
        return {
            question: sum(count**2 for count in counts.values()) / counts.total() ** 2
            for question, counts in self._picked.items()
            if counts
        }

    @cached_property
    def _typical(self) -> dict[int, float]:
        """How long a question usually takes."""
        return {question: median(waits) for question, waits in self._waits.items()}

    @cached_property
    def _mean(self) -> float:
        """The share of wrong replies to all questions."""
        wrong = sum(counts.total() for counts in self._picked.values())
        return (wrong + 0.5) / (self._asked.total() + 1)

    def _candidates(self) -> set[tuple[int, int]]:
        """Places of sittings of two members that share a mark: few of all pairs."""
        parts = [array("Q") for _part in range(PARTS)]
        for place in range(len(self._packed)):
            for mark in self._marks(self._trace(place)):
                parts[mark % PARTS].append(mark << INDEX_BITS | place)
        found: set[tuple[int, int]] = set()
        for part in parts:
            for _mark, sharing in groupby(sorted(part), key=lambda value: value >> INDEX_BITS):
                places = [value & ((1 << INDEX_BITS) - 1) for value in sharing]
                all_pairs = len(places) <= MOST_WITH_A_MARK
                near = combinations(places, 2) if all_pairs else pairwise(places)
                found.update(
                    (one, other)
                    for one, other in near
                    if self._members[one] != self._members[other]
                )
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
