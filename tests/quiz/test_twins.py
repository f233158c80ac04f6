"""Planted twins are found, honest days raise nothing, and the chances are what they are called."""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz import fairplay, twins

BANK, PAPER = 60, 20


class Day:
    """A day of honest members: each has an ability and a pace, each question its own of both."""

    def __init__(self, seed, people, bank=BANK, ability=0.9):
        self.rng = rng = random.Random(seed)
        self.hardness = [rng.gauss(0, 1) for _q in range(bank)]
        self.lures = [[rng.expovariate(1) + 0.05 for _o in range(3)] for _q in range(bank)]
        self.lengths = [rng.lognormvariate(2, 0.4) for _q in range(bank)]
        self.traces = [self._sits(number, ability) for number in range(people)]

    def _sits(self, number, ability):
        rng = self.rng
        able, pace = rng.gauss(ability, 0.8), rng.lognormvariate(0, 0.4)
        chosen, wrong, waits = {}, set(), {}
        for question in rng.sample(range(len(self.hardness)), PAPER):
            waits[question] = self.lengths[question] * pace * rng.lognormvariate(0, 0.5)
            chosen[question] = (0,)
            if rng.random() > 1 / (1 + math.exp(self.hardness[question] - able)):
                chosen[question] = (rng.choices([1, 2, 3], self.lures[question])[0],)
                wrong.add(question)
        return twins.Trace(number, number, chosen, frozenset(wrong), waits)

    def copy(self, trace, number, *, slips=2, jitter=0.4):
        """The sitting of who answers after `trace`, but for `slips` and a little time."""
        chosen, wrong = dict(trace.chosen), set(trace.wrong)
        for question in self.rng.sample(sorted(chosen), slips):
            wrong ^= {question}
            chosen[question] = (self.rng.choice([1, 2, 3]) if question in wrong else 0,)
        waits = {
            question: max(wait + self.rng.uniform(-jitter, jitter), 0.1)
            for question, wait in trace.waits.items()
        }
        return twins.Trace(number, number, chosen, frozenset(wrong), waits)


@pytest.mark.parametrize("ability", [-0.5, 0.9, 2.5])
def test_honest_days_raise_hardly_anything(ability):
    """The rate that is stated is one in a hundred days; a dozen of each ability raise none."""
    found = [twins.Crowd(Day(seed, 200, ability=ability).traces).pairs() for seed in range(12)]
    assert sum(map(len, found)) == 0


def test_a_chance_is_never_understated():
    """Of honest pairs of one paper no more are called unlikely than honest pairs are."""
    day = Day(7, 250, bank=25)
    crowd = twins.Crowd(day.traces)
    chances = [crowd._compare(*pair).chance for pair in combinations(day.traces, 2)]
    for limit in (0.1, 0.01, 0.001):
        assert sum(chance <= limit for chance in chances) <= limit * len(chances)


@pytest.mark.parametrize("ability", [-0.5, 0.9, 2.5])
def test_who_answers_after_somebody_else_is_found(ability):
    found = 0
    for seed in range(10):
        day = Day(seed, 200, ability=ability)
        planted = day.copy(day.traces[0], 1000)
        pairs = twins.Crowd([*day.traces, planted]).pairs()
        assert {pair.attempts for pair in pairs} <= {(0, 1000)}
        found += bool(pairs)
    assert found >= 9


def test_a_large_ring_hangs_together():
    day = Day(3, 600)
    ring = [day.copy(day.traces[0], 1000 + n, slips=0, jitter=0.2) for n in range(40)]
    ((attempts, _pairs),) = twins.groups(twins.Crowd([*day.traces, *ring]).pairs())
    assert attempts == (0, *range(1000, 1040))


def test_the_same_person_twice_is_no_pair():
    day = Day(4, 50)
    again = twins.Trace(1000, 0, *list(vars(day.copy(day.traces[0], 0)).values())[2:])
    assert twins.Crowd([*day.traces, again]).pairs() == []


@pytest.mark.parametrize(("sharing", "candidates"), [(20, 190), (500, 499)])
def test_a_mark_that_many_share_does_not_make_all_their_pairs(sharing, candidates):
    """The work grows with the sittings, not with the pairs."""
    chosen = {1: (1,), 2: (2,), 3: (3,)}
    traces = [twins.Trace(n, n, chosen, frozenset(chosen), {}) for n in range(sharing)]
    assert len(twins.Crowd(traces)._candidates()) == candidates


def test_the_same_right_answers_alone_say_nothing():
    """Everyone who knows everything answers alike."""
    day = Day(6, 60, bank=PAPER)
    perfect = [
        twins.Trace(t.attempt, t.member, dict.fromkeys(t.chosen, (0,)), frozenset(), t.waits)
        for t in day.traces
    ]
    assert twins.Crowd(perfect).pairs() == []


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(0, 9))
def test_a_tail_is_that_of_the_sum(chances, least):
    exact = 0.0
    for happened in range(2 ** len(chances)):
        bits = [happened >> place & 1 for place in range(len(chances))]
        if sum(bits) >= least:
            exact += math.prod(c if bit else 1 - c for c, bit in zip(chances, bits, strict=True))
    assert twins.tail(chances, least) == pytest.approx(exact, abs=1e-9)


@given(st.dictionaries(st.integers(0, 99), st.integers(1, 900), max_size=20))
def test_waits_are_between_the_moments_and_unknown_for_what_came_together(moments):
    found = twins.waits_of(moments)
    values = list(moments.values())
    assert set(found) == {q for q, at in moments.items() if values.count(at) == 1}
    assert all(0 < wait <= moments[question] for question, wait in found.items())


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=20))
def test_groups_are_what_hangs_together(edges):
    pairs = [twins.Pair((min(e), max(e)), 5, 5, 5, 0.0) for e in edges if e[0] != e[1]]
    found = twins.groups(pairs)
    everyone = [attempt for attempts, _own in found for attempt in attempts]
    assert sorted(everyone) == sorted({a for pair in pairs for a in pair.attempts})
    assert sorted(pair.attempts for _a, own in found for pair in own) == sorted(
        pair.attempts for pair in pairs
    )
    for attempts, own in found:
        assert {a for pair in own for a in pair.attempts} == set(attempts)


def as_sitting(trace):
    """The trace as a sitting whose replies were saved one after the other."""
    at = start = datetime(2026, 5, 1, 9, tzinfo=UTC)
    replies = {}
    for question, wait in trace.waits.items():
        at += timedelta(seconds=wait)
        replies[question] = (trace.chosen[question], at)
    elapsed = int((at - start).total_seconds())
    return fairplay.Sitting(trace.attempt, trace.member, start, elapsed, replies, trace.wrong)


def test_the_scan_raises_one_finding_for_a_group_with_what_was_seen():
    day = Day(8, 100)
    planted = [day.copy(day.traces[0], 1000 + n, slips=1) for n in range(2)]
    (found,) = fairplay.findings(map(as_sitting, [*day.traces, *planted]))
    assert (found.signal, found.attempts) == (fairplay.TWINS, (0, 1000, 1001))
    assert found.evidence["accounts"] == 3
    assert found.evidence["common"] == PAPER
    assert found.evidence["near"] > PAPER / 2
