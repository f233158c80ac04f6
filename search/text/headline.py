"""Where a Chinese headline may break: between phrases, never inside a word or before a 的."""

import regex

from search.text.folding import fold
from search.text.words import CHINESE, cut

# Never first on a line: particles, suffixes, closing marks.
NOT_FIRST = frozenset(
    "的了着过地得们吗呢吧啊呀里上下中内外前后间时者们性化式型界、，。：；！？·…—～％%）》」』】〉〕”’)]},.!?:;"
)
# They end a phrase: a single character after one belongs to what follows (手套里的·丝级刻度).
ENDING = frozenset("的了着过地得里上下中内外前后")
# Never last on a line: opening marks, and characters that lean on what follows.
OPENING = frozenset("（《「『【〈〔“‘([{")
LEANING = frozenset(
    "和与及或在把被从到对向为以让给第每各这那该本一二两三四五六七八九十百千万不也就都还又再很最更"
)
PIECE = regex.compile(
    r"\p{Han}+|(?:(?!\p{Han})[\p{L}\p{N}\p{M}])(?:(?!\p{Han})[\p{L}\p{N}\p{M}.\-])*|\s+|.",
    regex.DOTALL,
)
COMFORTABLE = 6


def phrase_breaks(title: str) -> list[str]:
    """Cut `title` into phrases; joined they are `title` again.

    No phrase starts with a particle (的, 了) or closing mark, none but the last ends with an
    opening mark, no word is cut. Phrases grow to about six characters.
    """
    phrases: list[str] = []
    for piece in _pieces(title):
        if phrases and _belong_together(phrases[-1], piece):
            phrases[-1] += piece
        else:
            phrases.append(piece)
    if len(phrases) > 1 and len(phrases[-1]) == 1:
        phrases[-2:] = ["".join(phrases[-2:])]
    return phrases


def _pieces(title: str) -> list[str]:
    """Words, marks and spaces of `title`, raw, in order."""
    found: list[str] = []
    for piece in PIECE.findall(title):
        if not CHINESE.match(piece):
            found.append(piece)
            continue
        at = 0
        for word in cut(fold(piece)):
            found.append(piece[at : at + len(word)])
            at += len(word)
    return found


def _belong_together(phrase: str, piece: str) -> bool:
    last = phrase[-1]
    if piece[0] in NOT_FIRST or piece.isspace() or last in OPENING:
        return True
    if last.isspace() or last in "，。：；！？、":
        return False
    if last in LEANING and piece[0] not in OPENING:
        return True
    if len(piece) == 1 and piece not in LEANING and piece not in OPENING:
        return last not in ENDING
    if last in NOT_FIRST:
        return False
    return len(phrase) == 1 or len(phrase) + len(piece) <= COMFORTABLE
