"""Open or closed, checked minute by minute against the plain reading of the hours."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reading.hours import LOCAL, MIDNIGHT, Span, by_days, open_state, same_hours

MINUTE = timedelta(minutes=1)
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
spans = st.builds(
    lambda weekday, first, second: Span(
        weekday, min(first, second), max(first, second) if first != second else MIDNIGHT
    ),
    st.integers(1, 7),
    times,
    times,
)
weeks = st.lists(spans, max_size=8)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(LOCAL)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def is_open(week, moment):
    """The hours as a person reads them: after opening, before closing, on the weekday."""
    return any(
        span.weekday == moment.isoweekday()
        and span.opens <= moment.time()
        and (moment.time() < span.closes or span.closes == MIDNIGHT)
        for span in week
    )


@given(weeks, moments)
def test_open_means_within_a_span_of_the_day(week, moment):
    assert open_state(week, moment).is_open == is_open(week, moment)


@given(weeks, moments)
def test_it_is_open_until_it_says(week, moment):
    state = open_state(week, moment)
    if state.is_open and state.until:
        assert state.until > moment
        assert is_open(week, state.until - MINUTE)
        assert not is_open(week, state.until)


@given(weeks, moments)
def test_it_opens_when_it_says_and_not_before(week, moment):
    state = open_state(week, moment)
    if state.is_open:
        assert state.opens_at is None
    elif state.opens_at is None:
        assert not week
    else:
        assert is_open(week, state.opens_at)
        assert not is_open(week, state.opens_at - MINUTE)
        assert moment < state.opens_at <= moment + timedelta(days=8)


@given(weeks, moments)
def test_the_time_zone_of_the_question_does_not_matter(week, moment):
    assert open_state(week, moment) == open_state(week, moment.astimezone(UTC))


def test_a_room_that_never_closes_has_no_closing_time():
    week = [Span(weekday, MIDNIGHT, MIDNIGHT) for weekday in range(1, 8)]
    state = open_state(week, datetime(2026, 4, 23, 3, tzinfo=LOCAL))
    assert state.is_open
    assert state.until is None


def test_a_night_that_crosses_midnight_is_one_opening():
    week = [Span(4, time(18), MIDNIGHT), Span(5, MIDNIGHT, time(2))]
    state = open_state(week, datetime(2026, 4, 23, 23, tzinfo=LOCAL))
    assert state.until == datetime(2026, 4, 24, 2, tzinfo=LOCAL)


def test_hours_read_as_on_the_door():
    assert str(Span(1, time(7, 30), time(22))) == "07:30–22:00"
    assert str(Span(1, time(18), MIDNIGHT)) == "18:00–24:00"


@given(weeks)
def test_the_sign_at_the_door_tells_the_whole_week(week):
    told = {
        (weekday, span.opens, span.closes)
        for first, last, day in by_days(week)
        for weekday in range(first, last + 1)
        for span in day
    }
    assert told == {(span.weekday, span.opens, span.closes) for span in week}


@given(weeks)
def test_neighbours_with_equal_hours_share_a_line(week):
    rows = by_days(week)
    for (_first, last, one), (then, _last, other) in pairwise(rows):
        assert last < then
        assert not (last + 1 == then and same_hours(one, other))
