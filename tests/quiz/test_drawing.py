"""A paper follows its rules, is secret in its ids, and never comes twice in a row."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quiz.drawing import (
    ALPHABET,
    Candidate,
    Paper,
    Rule,
    ShortPool,
    Strata,
    _choose,
    draw,
    shortages,
)

CATEGORIES = ["工会法", "劳动法", "安全"]
seeds = st.integers(0, 2**32).map(random.Random)
rules = st.lists(
    st.builds(
        Rule,
        st.integers(1, 4),
        st.sampled_from(["", *CATEGORIES]),
        st.sampled_from([None, 1, 2, 3]),
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def pools(draw_from, largest=40):
    kinds = draw_from(
        st.lists(
            st.tuples(
                st.sampled_from(CATEGORIES), st.integers(1, 3), st.integers(2, 6), st.booleans()
            ),
            max_size=largest,
        )
    )
    return [
        Candidate(version, category, difficulty, options, fixed)
        for version, (category, difficulty, options, fixed) in enumerate(kinds, start=1)
    ]


@given(pools(), rules, seeds)
def test_a_pool_without_shortages_always_serves_the_rules(pool, wanted, rng):
    assume(not shortages(Strata.of(pool), wanted))
    paper = draw(Strata.of(pool), wanted, rng=rng)
    assert len(paper.items) == sum(rule.count for rule in wanted)
    assert len(set(paper.versions)) == len(paper.items)
    known = {candidate.version: candidate for candidate in pool}
    for rule in wanted:
        assert sum(rule.takes(known[v]) for v in paper.versions) >= rule.count


@given(pools(), rules, seeds)
def test_a_pool_that_is_too_small_is_found_out(pool, wanted, rng):
    for rule in wanted:
        if sum(map(rule.takes, pool)) < rule.count:
            assert shortages(Strata.of(pool), wanted)
            with pytest.raises(ShortPool):
                draw(Strata.of(pool), wanted, rng=rng)
            return


@given(pools(), seeds)
def test_each_option_stands_once_under_an_id_of_its_own(pool, rng):
    assume(pool)
    paper = draw(Strata.of(pool), [Rule(len(pool))], rng=rng)
    known = {candidate.version: candidate for candidate in pool}
    names = [name for item in paper.items for name, _place in item.options]
    assert len(set(names)) == len(names)
    for item in paper.items:
        places = [place for _name, place in item.options]
        assert sorted(places) == list(range(known[item.version].options))
        if known[item.version].fixed:
            assert places == sorted(places)


@given(pools(), st.integers(1, 6), seeds)
def test_the_same_paper_never_comes_twice_in_a_row(pool, count, rng):
    assume(len(pool) >= max(count, 2))
    first = draw(Strata.of(pool), [Rule(count)], rng=rng)
    second = draw(Strata.of(pool), [Rule(count)], rng=rng, previous=first.versions)
    assert first.versions != second.versions
    if len(pool) > count:
        assert set(first.versions) != set(second.versions)


@given(pools(), seeds)
def test_a_paper_survives_being_stored(pool, rng):
    assume(pool)
    paper = draw(Strata.of(pool), [Rule(1)], rng=rng)
    assert Paper.from_json(paper.as_json()) == paper
    assert Paper.from_json(paper.as_json()).hash == paper.hash


@given(pools(), seeds)
def test_the_hash_sees_a_change_of_order(pool, rng):
    assume(len(pool) > 1)
    paper = draw(Strata.of(pool), [Rule(2)], rng=rng)
    assert Paper(paper.items[::-1]).hash != paper.hash


def test_the_right_option_stands_everywhere_equally_often():
    rng = random.Random(20260423)
    pool = [Candidate(1, "工会法", 1, 4)]
    found = Counter()
    for _turn in range(4000):
        options = draw(Strata.of(pool), [Rule(1)], rng=rng).items[0].options
        found[[place for _name, place in options].index(0)] += 1
    chi_square = sum((found[place] - 1000) ** 2 / 1000 for place in range(4))
    assert chi_square < 16.3  # 3 degrees of freedom, one in a thousand


def test_overlapping_rules_leave_every_paper_as_likely():
    rng = random.Random(20260426)
    pool = [Candidate(n, "工会法" if n <= 3 else "安全", 1 + n % 2, 2) for n in range(1, 7)]
    strata, found = Strata.of(pool), Counter()
    for _turn in range(6000):
        first, *rest = _choose(strata, [Rule(2), Rule(1, "工会法")], rng)
        found[first.version, frozenset(candidate.version for candidate in rest)] += 1
    assert len(found) == 3 * 10
    assert chi_square(found, 30) < 58.3  # 29 degrees of freedom, one in a thousand


def papers(rng, turns=1500):
    """(number, own ids in the order shown, id of the right option) of many drawn questions."""
    pool = [Candidate(version, "工会法", 1, 4) for version in range(1, 13)]
    for _turn in range(turns):
        for number, item in enumerate(draw(Strata.of(pool), [Rule(4)], rng=rng).items):
            names = [name for name, _place in item.options]
            # Editors put the right one anywhere: so does this, by a rule of its own.
            right = item.version % 4
            yield number, names, next(name for name, place in item.options if place == right)


def chi_square(found, cells):
    expected = sum(found.values()) / cells
    return sum((count - expected) ** 2 / expected for count in found.values())


def test_neither_position_nor_id_tells_the_right_option():
    """Wherever editors put it, at each number of the paper: its place, and the place of its id in
    the alphabet, are spread as chance spreads them (limits: one in a thousand)."""
    places, alphabet, letters = Counter(), Counter(), Counter()
    for number, names, right in papers(random.Random(20260424)):
        places[number, names.index(right)] += 1
        alphabet[number, sorted(names).index(right)] += 1
        letters[right[0]] += 1
    assert len(places) == len(alphabet) == 16
    assert chi_square(places, 16) < 37.7
    assert chi_square(alphabet, 16) < 37.7
    assert chi_square(letters, len(ALPHABET)) < 54.1


def test_the_square_finds_a_draw_that_favours_a_place():
    found = Counter()
    for number, names, right in papers(random.Random(20260424)):
        favoured = sorted(names, key=lambda name: name != right) if number == 0 else names
        found[number, favoured.index(right)] += 1
    assert chi_square(found, 16) > 37.7


def test_a_question_that_comes_again_has_its_right_option_elsewhere_as_often_as_chance_says():
    rng = random.Random(20260425)
    pool = [Candidate(1, "工会法", 1, 4)]
    places = []
    for _turn in range(4000):
        options = draw(Strata.of(pool), [Rule(1)], rng=rng).items[0].options
        places.append([place for _name, place in options].index(0))
    moves = Counter((later - earlier) % 4 for earlier, later in pairwise(places))
    assert chi_square(moves, 4) < 16.3


def test_an_id_says_nothing_about_the_place():
    rng = random.Random(1)
    pool = [Candidate(1, "工会法", 1, 4)]
    first = {n[0]: p for n, p in draw(Strata.of(pool), [Rule(1)], rng=rng).items[0].options}
    second = {n[0]: p for n, p in draw(Strata.of(pool), [Rule(1)], rng=rng).items[0].options}
    assert first != second
