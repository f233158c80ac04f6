"""Latin addresses from Chinese titles."""

from django.utils.text import slugify
from pypinyin import Style, lazy_pinyin

LONGEST = 60


def pinyin_slug(title: str) -> str:
    """Return `title` as toneless pinyin with hyphens, at most 60 characters, cut between syllables.

    Latin letters and digits stay. "" when nothing pronounceable is left.
    """
    spaced = " ".join(lazy_pinyin(title, style=Style.NORMAL, errors=lambda run: list(run.split())))
    slug = slugify(spaced)
    if len(slug) <= LONGEST:
        return slug
    return slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]


def spaced_pinyin(name: str) -> str:
    """Return the full syllables of a name, separated by spaces, with surname readings guessed."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL))
