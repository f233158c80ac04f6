"""Properties of the order of practice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quiz.practising import DAILY, Progress, daily_of, dealt, next_of, places_of

ids = st.lists(st.integers(1, 10**6), unique=True, max_size=30)
members = st.integers(1, 10**7)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(ids, members, days)
def test_the_five_of_a_day_are_distinct_and_of_the_pool(questions, member, day):
    five = daily_of(questions, member=member, day=day)
    assert len(five) == len(set(five)) == min(DAILY, len(questions))
    assert set(five) <= set(questions)


@given(ids, members, days, st.randoms())
def test_the_five_do_not_depend_on_the_order_of_the_pool(questions, member, day, random):
    shuffled = list(questions)
    random.shuffle(shuffled)
    found = daily_of(questions, member=member, day=day)
    assert daily_of(shuffled, member=member, day=day) == found


@given(ids.filter(lambda found: len(found) > DAILY), members, days)
def test_a_question_that_goes_changes_nothing_for_who_has_not_drawn_it(questions, member, day):
    five = daily_of(questions, member=member, day=day)
    gone = next(question for question in questions if question not in five)
    rest = [question for question in questions if question != gone]
    assert daily_of(rest, member=member, day=day) == five


def test_other_days_and_other_members_get_other_questions():
    day = date(2026, 4, 20)
    week = {tuple(daily_of(range(200), member=7, day=day + timedelta(n))) for n in range(7)}
    people = {tuple(daily_of(range(200), member=n, day=day)) for n in range(7)}
    assert len(week) == len(people) == 7


@given(ids.filter(bool), st.dictionaries(st.integers(1, 10**6), st.integers(0, 9)), members)
def test_what_was_answered_least_comes_next(questions, times, member):
    found = next_of(questions, times=times, member=member)
    assert times.get(found, 0) == min(times.get(question, 0) for question in questions)


@given(st.lists(st.booleans(), max_size=12))
def test_a_question_is_in_the_book_from_a_mistake_until_right_twice_in_a_row(answers):
    progress = Progress()
    for right in answers:
        progress = progress.after(right=right)
    mistakes = [place for place, right in enumerate(answers) if not right]
    expected = bool(mistakes) and len(answers) - mistakes[-1] - 1 < 2
    assert progress.book == expected


@given(members, st.integers(1, 10**6), st.integers(0, 50), st.integers(2, 10), st.booleans())
def test_a_deal_names_every_option_once_and_its_names_lead_back(
    member, version, deal, options, fixed
):
    item = dealt(key=b"k", member=member, version=version, deal=deal, options=options, fixed=fixed)
    names = [name for name, _place in item.options]
    assert len(set(names)) == options
    assert places_of(item, names) == list(range(options))
    assert places_of(item, [*names, "xxxxxx"]) is None
    if fixed:
        assert [place for _name, place in item.options] == list(range(options))


def test_the_first_option_of_the_editors_stands_everywhere():
    found = {
        next(
            position
            for position, (_name, place) in enumerate(
                dealt(key=b"k", member=1, version=2, deal=deal, options=4, fixed=False).options
            )
            if place == 0
        )
        for deal in range(60)
    }
    assert found == {0, 1, 2, 3}
