"""Long numbers in what people type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.numbers import without_numbers
from search.text import fold


@pytest.mark.parametrize(
    "text",
    [
        "我的电话 13800001234 请回",
        "我的电话 138-0000-1234 请回",
        "我的电话 １３８００００１２３４ 请回",
        "我的电话 138 0000 1234 请回",
        "我的电话 37010219900307123X 请回",
    ],
)
def test_a_number_that_may_name_a_person_is_hidden(text):
    assert without_numbers(text) == "我的电话 ＊ 请回"


@pytest.mark.parametrize("text", ["12351 是什么电话", "2026 年的规定", "一天 8 小时，每月 36 小时"])
def test_years_and_the_hotline_stay(text):
    assert without_numbers(text) == text


@given(st.text(alphabet="0１2-3 4电话，Xx"))
def test_no_long_number_is_left(text):
    assert not re.search(r"[0-9]{7}", fold(without_numbers(text)))


@given(st.text())
def test_hiding_twice_changes_nothing_more(text):
    assert without_numbers(without_numbers(text)) == without_numbers(text)
