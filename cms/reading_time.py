"""How long a text takes to read."""

import math

import regex

CHARACTERS_PER_MINUTE = 350
# A Chinese character counts one, a run of other letters or digits counts as one word.
UNITS = regex.compile(r"\p{Han}|[^\p{Han}\W]+")


def count_characters(text: str) -> int:
    """Return how many characters (Chinese) and words (others) `text` has."""
    return len(UNITS.findall(text))


def reading_minutes(text: str) -> int:
    """Return whole minutes, rounded up, at least one."""
    return max(1, math.ceil(count_characters(text) / CHARACTERS_PER_MINUTE))
