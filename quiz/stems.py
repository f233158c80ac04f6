"""When two questions ask the same: their stems, without what doesn't change the meaning."""

import hashlib
import unicodedata

from quiz.scoring import folded

# Hexadecimal digits of a key: short enough for any index, whatever the length of a stem.
KEY_LENGTH = 64
SILENT = ("P", "Z", "C")


def normalised(stem: str) -> str:
    """`stem` folded as answers are, and without punctuation and blanks to fill in."""
    kept = (char for char in folded(stem) if not unicodedata.category(char).startswith(SILENT))
    return folded("".join(kept))


def stem_key(stem: str) -> str:
    """A key that equal normalised stems share, of KEY_LENGTH characters.

    A stem of nothing but marks is its own key: those differ by their marks alone.
    """
    return hashlib.sha256((normalised(stem) or stem).encode()).hexdigest()
