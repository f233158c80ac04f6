"""One spelling for what readers hold to be the same, character by character."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

import regex
from opencc import OpenCC

# Blocks with Han characters: Extension A, the basic block, compatibility, Extensions B to F.
HAN_BLOCKS = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x2FA20),
)
NOT_A_LETTER = regex.compile(r"[^\p{L}\p{N}\p{M}]+")


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional → simplified, one character each; only those that change."""
    characters = [
        chr(code)
        for block in HAN_BLOCKS
        for code in block
        if unicodedata.category(chr(code)) != "Cn"
    ]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        old: new
        for old, new in zip(characters, converted, strict=True)
        if old != new and len(new) == 1
    }


def _compatible(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _simplified(character: str) -> str:
    return simplified().get(character, character)


STEPS: tuple[Callable[[str], str], ...] = (_compatible, str.casefold, _simplified)


def _fold_character(character: str) -> str:
    """The fixed point of NFKC, casefold and simplification, as long as each gives one character."""
    for _round in range(4):
        folded = character
        for step in STEPS:
            result = step(folded)
            if len(result) == 1:
                folded = result
        if folded == character:
            break
        character = folded
    return character


class _Table(dict[int, str]):
    """A translation table that fills itself."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_table = _Table()


def fold(text: str) -> str:
    """Return `text` with width, case and script variants folded: 勞動 → 劳动, ５Ｇ → 5g.

    The result has the same length, so that an offset in it is an offset in `text`. Characters
    that would become several (㎏, ß) stay as they are.
    """
    return text.translate(_table)


def key_of(text: str) -> str:
    """`text` as an exact key: folded, letters and digits only (978-7-02 → 978702, lǚ → lv)."""
    letters: str = NOT_A_LETTER.sub("", fold(text))
    return letters.replace("ü", "v")
