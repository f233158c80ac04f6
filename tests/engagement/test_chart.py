"""The chart's numbers stay inside the picture and on whole steps."""

from hypothesis import given
from hypothesis import strategies as st

from engagement.chart import BOTTOM, TOP, ceiling, draw

values = st.lists(st.integers(0, 10**9), min_size=1, max_size=31)


@given(st.integers(0, 10**12))
def test_the_top_of_the_scale_is_round_and_close(most):
    top = ceiling(most)
    assert top >= most
    assert top % 3 == 0
    assert top <= max(3, 3 * most)


@given(values)
def test_every_point_lies_inside_the_picture(now):
    chart = draw([str(day) for day in range(len(now))], now, now[::-1])
    assert all(TOP <= dot.y <= BOTTOM for dot in chart.dots)
    assert all(0 <= float(dot.x.rstrip("%")) <= 100 for dot in chart.dots)
    assert len(chart.now) == len(now) - 1


def test_a_higher_value_stands_higher():
    low, high = draw(["一", "二"], [3, 9], [0, 0]).dots
    assert high.y < low.y


def test_a_quiet_week_has_no_peak():
    assert draw(["一", "二"], [0, 0], [0, 0]).peak is None


def test_a_month_names_every_fifth_day_and_the_last():
    chart = draw([str(day) for day in range(30)], [1] * 30, [1] * 30)
    assert [label.text for label in chart.days] == ["4", "9", "14", "19", "24", "29"]
