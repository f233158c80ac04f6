"""One parser decides what JSON we take, so every database sees the same values."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.strict_json import StrictJSONError, parse

storable_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | storable_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(storable_text, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(storable_text, values, max_size=4))
def test_what_is_fit_comes_back_as_it_was(value):
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "\ud800"}',
        rb'{"\ud800": 1}',
        rb'{"a": "\u0000"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": 100000000000000000000}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b"[1, 2]",
        b'"text"',
        b"{broken",
        b"\xff\xfe",
        b"",
        b'{"a": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_what_no_view_can_use_is_refused_in_chinese(body):
    with pytest.raises(StrictJSONError, match="请求"):
        parse(body)


def test_brackets_inside_text_do_not_count_as_nesting():
    assert parse(json.dumps({"a": "[" * 500}).encode()) == {"a": "[" * 500}


@given(st.binary(max_size=200))
def test_no_bytes_bring_another_error_than_ours(body):
    with suppress(StrictJSONError):
        assert isinstance(parse(body), dict)
