"""Text that goes into files which people open in a spreadsheet."""

import unicodedata

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def neutral(value: object) -> object:
    """`value` such that no spreadsheet takes it for a formula; what is no text stays as it is.

    Text that begins with = + - @ | %, a tab or a line end (also full-width or after blanks) gets
    an apostrophe in front.
    """
    if not isinstance(value, str):
        return value
    for seen in (value, unicodedata.normalize("NFKC", value)):
        if seen.startswith(DANGEROUS) or seen.lstrip(" \u3000").startswith(DANGEROUS):
            return "'" + value
    return value


def plain(text: str) -> str:
    """A cell of an export as it was before `neutral` put an apostrophe in front."""
    if text.startswith("'") and neutral(text[1:]) == text:
        return text[1:]
    return text
