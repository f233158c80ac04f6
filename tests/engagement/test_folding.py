"""Small units are never shown on their own, and never found by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from engagement.folding import LEAST, Row, fold, rate, together

rows_of_units = st.lists(st.integers(0, 60), max_size=30).map(
    lambda counts: [Row(str(key), members, {"m": members}) for key, members in enumerate(counts)]
)


@given(rows_of_units)
def test_no_shown_unit_is_small_and_every_unit_is_somewhere(rows):
    shown, folded = fold(rows)
    assert all(row.members >= LEAST for row in shown)
    assert sorted(row.key for row in shown + folded) == sorted(row.key for row in rows)
    assert [row.key for row in shown] == [row.key for row in rows if row in shown]


@given(rows_of_units)
def test_the_folded_row_stands_for_enough_people_or_is_all_there_is(rows):
    shown, folded = fold(rows)
    assert not folded or together(folded).members >= LEAST or not shown


@given(rows_of_units)
def test_folding_keeps_the_total(rows):
    shown, folded = fold(rows)
    assert together([*shown, together(folded)]).values.get("m", 0) == sum(r.members for r in rows)


def test_a_single_small_unit_takes_the_next_smallest_with_it():
    rows = [Row("a", 100), Row("b", 9), Row("c", 11)]
    shown, folded = fold(rows)
    assert [row.key for row in shown] == ["a"]
    assert {row.key for row in folded} == {"b", "c"}


def test_a_rate_without_members_is_no_number():
    assert rate(3, 0) is None
    assert rate(None, 10) is None
    assert rate(1, 3) == 33.3
