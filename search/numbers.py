"""Long numbers in what people type: kept nowhere."""

import re

from search.text import fold
from unions.names import clean_name

# Seven digits and more, however parted: a phone, an identity card, an account. Nobody's business.
NUMBER = re.compile(r"\d(?:[ \-‐-―]?\d){6,}[xX]?")
HIDDEN = "＊"


def without_numbers(text: str) -> str:
    """`text` on one line, with long numbers replaced by a star: they may name a person."""
    line = clean_name(text)
    plain = fold(line)  # as long as the line: a full-width number stands where it stood
    hidden = line
    for found in reversed(list(NUMBER.finditer(plain))):
        hidden = hidden[: found.start()] + HIDDEN + hidden[found.end() :]
    return hidden
