"""Text out of files is made fit to be searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.plain_text import captions_text, tidied


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("职⼯书屋", "职工书屋"),
        ("全⺠阅读", "全民阅读"),
        ("关 于 开 展", "关于开展"),
        ("姓名 电话", "姓名 电话"),
        (
            "为深入贯彻落实精神，进一步推动职工书\n屋建设",
            "为深入贯彻落实精神，进一步推动职工书屋建设",
        ),
        (
            "为深入贯彻落实精神，进一步推动建设。\n第二段",
            "为深入贯彻落实精神，进一步推动建设。\n第二段",
        ),
        ("第一章\n总则", "第一章\n总则"),
        ("a\u200bb\x00c\td\r\n\r\ne", "abc d\ne"),
        ("\ud800x", "x"),
    ],
)
def test_text_is_tidied(raw, wanted):
    assert tidied(raw) == wanted


@given(st.text(alphabet=st.characters(), max_size=200))
def test_whatever_comes_can_be_stored_and_shown(raw):
    text = tidied(raw)
    assert text.encode() is not None
    assert "\f" not in text
    assert "\n\n" not in text
    assert not [char for char in text if char != "\n" and unicodedata.category(char) == "Cc"]


@given(st.text(alphabet="工会法 学习a1，。", max_size=60))
def test_no_letter_is_lost(raw):
    assert "".join(tidied(raw).split()) == "".join(raw.split())


CAPTIONS = """WEBVTT - 走线

STYLE
::cue { color: red }

NOTE 编导：这里要重录

1
00:01.000 --> 00:03.000 align:start
<v 师傅>先看<b>风向</b></v>

00:03.000 --> 00:05.000
先看风向

00:05.000 --> 00:07.000
再挂 &amp; 系安全带
两个人一起
"""


def test_captions_give_what_is_spoken_and_nothing_else():
    assert captions_text(CAPTIONS) == "先看风向\n再挂 & 系安全带 两个人一起"


def test_captions_with_other_line_ends_are_the_same():
    assert captions_text(CAPTIONS.replace("\n", "\r\n")) == captions_text(CAPTIONS)


@given(st.text(max_size=200))
def test_any_captions_give_some_text(raw):
    assert captions_text(f"WEBVTT\n\n{raw}").encode() is not None
