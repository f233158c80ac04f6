"""Short texts of the desk as they are stored: questions, their other wordings, what was asked."""

import re
import unicodedata

from search.text import key_of
from unions.names import BIDI_CONTROLS, clean_name

LONGEST_KEY = 200
MOST_WORDINGS = 20
LONGEST_WORDING = 100
LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
BLANK = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x84\x86-\x9f ]+")


def question_key(text: str) -> str:
    """By what two questions of a category are one: letters and digits, folded."""
    return key_of(text)[:LONGEST_KEY]


def clean_block(text: str) -> str:
    """Text of several lines in NFC: no controls but line ends, one blank for many, trimmed; at
    most one empty line in a row. An answer may be long, so it is not gone through by character."""
    text = unicodedata.normalize("NFC", text).translate(BIDI_CONTROLS)
    lines = [BLANK.sub(" ", line).strip() for line in LINE_END.sub("\n", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def lines_of(text: str) -> list[str]:
    """The wordings in `text`, one a line: cleaned, no empty ones, each key once, in order."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        cleaned = clean_name(line)
        key = question_key(cleaned)
        if key:
            found.setdefault(key, cleaned)
    return list(found.values())
