"""Text as one line of its letters, in which what someone types is found as it stands."""

import regex

from search.text.folding import fold
from search.text.words import is_chinese, runs

BETWEEN_CHINESE = regex.compile(r"(?<=\p{Han}) (?=\p{Han})")


def line(text: str) -> str:
    """`text` folded and without marks; Chinese joined, a space around every other word.

    “勞模”精神 2026年 → ` 劳模精神 2026 年 `; empty where no letter is left.
    """
    joined = BETWEEN_CHINESE.sub("", " ".join(runs(fold(text))))
    return f" {joined} " if joined else ""


def needle(text: str) -> str:
    """What a line contains whose text holds `text`: Chinese anywhere, other words from their
    beginning, the last of them perhaps not typed to its end. Empty where no letter is left.
    """
    found = line(text).rstrip()
    return found[1:] if is_chinese(found[1:]) else found
