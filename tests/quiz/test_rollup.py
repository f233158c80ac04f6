"""Unions add up their subtrees; small ones are not shown."""

from hypothesis import given
from hypothesis import strategies as st

from quiz.rollup import FEWEST_SHOWN, Totals, nearest_shown, roll_up

counts = st.builds(
    Totals, st.integers(0, 500), st.integers(0, 60), st.integers(0, 90), st.integers(0, 9999)
)
paths = st.lists(st.sampled_from(["0001", "0002"]), min_size=1, max_size=4).map("".join)


@given(st.dictionaries(paths, counts))
def test_every_union_holds_the_sum_of_its_subtree(own):
    sums = roll_up(own.items(), 4)
    for path, total in sums.items():
        inside = [figures for leaf, figures in own.items() if leaf.startswith(path)]
        assert total == sum(inside, Totals())


@given(counts)
def test_a_rate_lies_between_none_and_all(totals):
    assert 0 <= totals.rate <= 1


@given(st.dictionaries(paths, counts), paths)
def test_the_union_that_is_named_is_large_enough_and_lies_above(own, path):
    sums = roll_up(own.items(), 4)
    shown = nearest_shown(sums, path)
    assert path.startswith(shown)
    if shown:
        assert sums[shown].participants >= FEWEST_SHOWN
