"""Readings of names and titles, for those who type pinyin."""

from collections.abc import Iterable
from functools import lru_cache

import regex
from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

from search.text import fold, key_of

# What has one item in a reading: a Chinese character, or a run of anything else.
PIECE = regex.compile(r"\p{Han}|\P{Han}+")

# Surnames that dictionaries read otherwise.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "盖": "ge",
    "缪": "miao",
    "朴": "piao",
    "尹": "yin",
    "乐": "yue",
    "黑": "he",
    "秘": "bi",
    "冼": "xian",
    "翟": "zhai",
    "员": "yun",
    "繁": "po",
    "覃": "qin",
    "召": "shao",
    "种": "chong",
    "折": "she",
    "葛": "ge",
    "逄": "pang",
    "隗": "wei",
    "纪": "ji",
    "宁": "ning",
    "华": "hua",
    "应": "ying",
    "燕": "yan",
    "令": "ling",
    "卜": "bu",
    "那": "na",
    "哈": "ha",
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "澹台": "tan tai",
    "令狐": "ling hu",
}
# Surnames of two characters; the spaces keep two neighbours from making a third.
COMPOUND = (
    "欧阳 司马 诸葛 上官 司徒 夏侯 皇甫 东方 尉迟 公孙 慕容 令狐 长孙 宇文 端木 申屠 公冶 "
    "澹台 濮阳 淳于 单于 太叔 轩辕 钟离 闻人 南宫 西门 东郭 百里 呼延 万俟 赫连 独孤 拓跋 司空 闾丘"
)
LONGEST_NAME = 4  # of a surname and a given name in Chinese characters


def surname(name: str, reading: list[str]) -> list[str]:
    """The syllables of `reading`, that of the whole `name`, which read the surname.

    Empty for a name that is not made of a Chinese surname and given name.
    """
    size = 2 if name[:2] in COMPOUND else 1
    whole = size < len(name) <= LONGEST_NAME and len(name) == len(reading)
    return reading[:size] if whole else []


def syllables(text: str, *, person: bool = False) -> list[str]:
    """The reading of `text`, one item per Chinese character, other scripts whole, folded.

    With `person` the first one or two characters are read as a surname.
    """
    text = fold(text.strip())
    if person:
        for size in (2, 1):
            surname = SURNAMES.get(text[:size])
            if surname and len(text) > size:
                return [*surname.split(), *_read(text[size:])]
    return _read(text)


def _read(text: str) -> list[str]:
    return [key for word in seg(text) for key in _word_read(word)]


# pypinyin reads word by word, slowly; titles share most of their words.
@lru_cache(maxsize=20_000)
def _word_read(word: str) -> tuple[str, ...]:
    return tuple(key for part in lazy_pinyin(word, style=Style.NORMAL) if (key := key_of(part)))


def compact(found: list[str]) -> str:
    """Syllables as they are typed without spaces: qinshouye."""
    return "".join(found)


def initials(found: list[str]) -> str:
    """The first letters: qsy."""
    return "".join(syllable[0] for syllable in found)


def typed_part(text: str, key: str, readings: Iterable[list[str]]) -> int:
    """How many characters at the start of `text` the folded `key` stands for: as characters, as
    pinyin or as initials by one of `readings`; 0 if none of them begins with it."""
    folded = fold(text)
    ways = [[(key_of(character), end) for end, character in enumerate(folded, 1)]]
    ends = [found.end() for found in PIECE.finditer(folded) if key_of(found.group())]
    for reading in readings:
        if len(reading) == len(ends):
            ways.append(list(zip(reading, ends, strict=True)))
            ways.append([(syllable[0], end) for syllable, end in ways[-1]])
    return next((end for way in ways if (end := _reached(way, key))), 0)


def _reached(way: list[tuple[str, int]], key: str) -> int:
    """Where `key` ends when it is spelt this way; 0 where it is not."""
    spelt = ""
    for letters, end in way:
        spelt += letters
        if len(spelt) >= len(key):
            return end if key and spelt.startswith(key) else 0
    return 0
