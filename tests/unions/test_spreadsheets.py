"""Files for spreadsheets hold no formula, whatever people are called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unions.spreadsheets import DANGEROUS, neutral


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    found = neutral(text)
    for seen in (found, unicodedata.normalize("NFKC", found)):
        assert not seen.startswith(DANGEROUS)
        assert not seen.lstrip(" \u3000").startswith(DANGEROUS)


@given(st.text(), st.sampled_from(["", " ", "\u3000", " \u3000 "]), st.sampled_from(DANGEROUS))
def test_text_that_begins_so_keeps_every_sign_behind_an_apostrophe(rest, blanks, start):
    assert neutral(blanks + start + rest) == "'" + blanks + start + rest


@given(st.text())
def test_nothing_but_an_apostrophe_is_ever_added(text):
    assert neutral(text) in {text, "'" + text}


@given(st.text())
def test_a_second_time_changes_nothing(text):
    assert neutral(neutral(text)) == neutral(text)


@given(st.none() | st.integers() | st.floats(allow_nan=False) | st.dates())
def test_what_is_no_text_stays_as_it_is(value):
    assert neutral(value) is value


@pytest.mark.parametrize(
    ("text", "kept"), [("-3", "'-3"), ("＝1", "'＝1"), ("云港市总工会", "云港市总工会")]
)
def test_numbers_as_text_are_marked_and_plain_names_are_not(text, kept):
    assert neutral(text) == kept
