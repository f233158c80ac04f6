"""One integer orders every board."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.ordering import (
    BEST,
    MAX_ELAPSED,
    MAX_POINTS,
    SUM_OF_DAYS,
    SUM_OF_ROUNDS,
    Result,
    cost,
    counted,
    ranks,
    worth,
)

pairs = st.tuples(st.integers(0, MAX_POINTS), st.integers(0, MAX_ELAPSED))
results = st.lists(
    st.builds(
        Result,
        st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        st.integers(0, 1000),
        st.integers(0, 3600),
        st.none() | st.integers(1, 3),
    )
)


@given(pairs, pairs)
def test_more_points_then_less_time_stands_before(one, other):
    before = (-one[0], one[1]) < (-other[0], other[1])
    assert (cost(*one) < cost(*other)) == before
    assert (cost(*one) == cost(*other)) == (one == other)


@given(pairs)
def test_a_cost_is_exact_everywhere(pair):
    assert 0 <= cost(*pair) < 2**53
    assert float(cost(*pair)) == cost(*pair)


@pytest.mark.parametrize("pair", [(-1, 0), (0, -1), (MAX_POINTS + 1, 0), (0, MAX_ELAPSED + 1)])
def test_what_could_not_be_kept_apart_is_refused(pair):
    with pytest.raises(ValueError, match="out of range"):
        cost(*pair)


def test_equal_is_equal_and_the_next_rank_is_skipped():
    assert ranks([5, 7, 7, 9]) == [1, 2, 2, 4]


@given(st.lists(st.integers(0, 9), max_size=30))
def test_a_rank_is_one_more_than_those_who_stand_before(costs):
    costs.sort()
    assert ranks(costs) == [1 + sum(other < own for other in costs) for own in costs]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.data())
def test_a_window_ranks_as_the_whole_board_does(costs, data):
    costs.sort()
    start = data.draw(st.integers(0, len(costs) - 1))
    first = 1 + sum(other < costs[start] for other in costs)
    assert ranks(costs[start:], position=start + 1, rank=first) == ranks(costs)[start:]


@given(results)
def test_the_best_attempt_counts(found):
    points, elapsed = counted(found, BEST)
    if found:
        assert cost(points, elapsed) == min(cost(r.points, r.elapsed) for r in found)
    else:
        assert (points, elapsed) == (0, 0)


@given(results)
def test_the_best_of_each_day_adds_up(found):
    days = {result.day for result in found}
    singles = [counted([r for r in found if r.day == day], BEST) for day in days]
    expected = (sum(p for p, _e in singles), sum(e for _p, e in singles))
    assert counted(found, SUM_OF_DAYS) == expected


@given(results)
def test_the_best_of_each_round_adds_up_whenever_it_was_made(found):
    rounds = {result.round for result in found}
    singles = [counted([r for r in found if r.round == each], BEST) for each in rounds]
    expected = (sum(p for p, _e in singles), sum(e for _p, e in singles))
    assert counted(found, SUM_OF_ROUNDS) == expected


@given(pairs)
def test_a_cost_tells_what_it_was_made_of(pair):
    assert worth(cost(*pair)) == pair


@given(results, results)
def test_another_attempt_never_harms(found, more):
    assert cost(*counted(found + more, BEST)) <= cost(*counted(found, BEST)) or not found


def test_days_are_kept_apart():
    day = date(2026, 5, 1)
    found = [Result(day, 10, 9), Result(day, 30, 50), Result(day + timedelta(1), 20, 5)]
    assert counted(found, BEST) == (30, 50)
    assert counted(found, SUM_OF_DAYS) == (50, 55)
