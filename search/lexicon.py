"""A second try for a query without results: what was probably meant."""

from search.models import LexiconWord
from search.pinyin import compact, syllables
from search.text import ParsedQuery, key_of
from search.text.words import is_chinese

SHORTEST, LONGEST = 2, 8
MOST_WINDOWS = 120
MOST_PROPOSALS = 6


def proposals(query: ParsedQuery) -> list[str]:
    """Queries that `query` may be a slip for, the likeliest first; each changes one word.

    A word of the lexicon with the same pinyin comes first, then one at edit distance one (from
    three characters on). At most six.
    """
    windows = _windows(query)
    if not windows:
        return []
    found = _same_sound(query, windows) + _one_edit(query, windows)
    return list(dict.fromkeys(text for text in found if key_of(text) != query.key))[:MOST_PROPOSALS]


def _windows(query: ParsedQuery) -> list[str]:
    """Stretches of Chinese in the query that one word may stand for, longest first."""
    found = [
        segment.text[start : start + size]
        for size in range(LONGEST, SHORTEST - 1, -1)
        for segment in query.segments
        for start in range(len(segment.text) - size + 1)
    ]
    return [text for text in dict.fromkeys(found) if is_chinese(text)][:MOST_WINDOWS]


def _replaced(query: ParsedQuery, old: str, new: str) -> str:
    texts = [segment.text for segment in query.segments]
    return " ".join(text.replace(old, new, 1) if old in text else text for text in texts)


def _same_sound(query: ParsedQuery, windows: list[str]) -> list[str]:
    sounds = {window: compact(syllables(window)) for window in windows}
    words: dict[str, list[str]] = {}
    for word in LexiconWord.objects.sounding_like(list(sounds.values())).order_by("text")[:200]:
        words.setdefault(word.pinyin, []).append(word.text)
    return [
        _replaced(query, window, word)
        for window, sound in sounds.items()
        for word in words.get(sound, [])
        if word != window and len(word) == len(window)
    ]


def _one_edit(query: ParsedQuery, windows: list[str]) -> list[str]:
    whole = {segment.text for segment in query.segments}
    whole |= {unit.text for unit in query.units}
    found = []
    for window in [window for window in windows if len(window) > 2 and window in whole][:4]:
        near = LexiconWord.objects.one_edit_from(window).order_by("text")[:2000]
        found += [
            _replaced(query, window, word.text)
            for word in near
            if word.text != window and within_one_edit(window, word.text)
        ]
    return found


def within_one_edit(left: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours, or none, joins them."""
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    at = 0
    while at < len(left) and left[at] == right[at]:
        at += 1
    if len(left) < len(right):
        return left[at:] == right[at + 1 :]
    if left[at + 1 :] == right[at + 1 :]:
        return True
    return left[at : at + 2] == right[at : at + 2][::-1] and left[at + 2 :] == right[at + 2 :]
