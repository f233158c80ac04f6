"""Thirteen checked digits, however the number was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.isbn import check_digit, is_isbn10, is_isbn13, normalise

twelve = st.builds(
    lambda prefix, rest: f"{prefix}{rest:09}",
    st.sampled_from(["978", "979"]),
    st.integers(0, 10**9 - 1),
)


@given(twelve)
def test_exactly_one_check_digit_is_right(digits):
    right = [last for last in "0123456789" if is_isbn13(digits + last)]
    assert right == [check_digit(digits)]


@given(twelve, st.integers(3, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits, place, shift):
    whole = digits + check_digit(digits)
    wrong = str((int(whole[place]) + shift) % 10)
    assert not is_isbn13(whole[:place] + wrong + whole[place + 1 :])


@given(twelve, st.lists(st.integers(0, 12), max_size=4), st.sampled_from("- –"))
def test_separators_don_t_matter(digits, places, mark):
    whole = digits + check_digit(digits)
    typed = "".join(mark + digit if at in places else digit for at, digit in enumerate(whole))
    assert normalise(f"ISBN {typed}") == whole


@given(st.text(max_size=20))
def test_any_text_is_normalised_or_refused(text):
    try:
        found = normalise(text)
    except ValueError:
        return
    assert is_isbn13(found)
    assert normalise(found) == found


def test_numbers_of_before_2007_are_understood():
    # The standard's own example, and one that ends in X.
    assert normalise("0-306-40615-2") == "9780306406157"
    assert is_isbn10("080442957X")


@pytest.mark.parametrize(
    "text", ["", "9780306406158", "1234567890123", "９７８０３０６４０６１５７", "978"]
)
def test_what_is_no_isbn_is_refused(text):
    with pytest.raises(ValueError, match="^" if not text else None):
        normalise(text)
