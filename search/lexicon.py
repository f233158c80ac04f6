"""What was probably meant: names typed in pinyin, and slips in a query without results."""

import regex

from search.models import LexiconWord, SuggestionTerm
from search.pinyin import compact, syllables
from search.text import ParsedQuery, fold, key_of
from search.text.words import is_chinese

SHORTEST, LONGEST = 2, 8
MOST_WINDOWS = 120
MOST_PROPOSALS = 6
MOST_READINGS = 4
LETTERS = regex.compile("[a-z]{2,}")


def readings(query: ParsedQuery) -> list[tuple[str, str]]:
    """Pairs (typed, name): the names whose whole pinyin or initials a segment, or the query without
    its spaces, is. At most four per typed text; no query to the database without Latin letters."""
    texts = {segment.text for segment in query.segments} | {query.key}
    typed = [text for text in texts if LETTERS.fullmatch(text)]
    if not typed:
        return []
    found: dict[str, list[str]] = {text: [] for text in typed}
    for term in SuggestionTerm.objects.read_as(typed):
        for text in {term.pinyin, term.initials} & found.keys():
            name = fold(term.text)
            if name not in found[text] and len(found[text]) < MOST_READINGS:
                found[text].append(name)
    return [(text, name) for text, names in found.items() for name in names]


def proposals(query: ParsedQuery) -> list[str]:
    """Queries that `query` may be a slip for, the likeliest first; each changes one word.

    A word that was typed in pinyin comes first, then a word of the lexicon with the same pinyin,
    then one at edit distance one (from three characters on). At most six.
    """
    windows = _windows(query)
    found = _spelt(query) + _same_sound(query, windows) + _one_edit(query, windows)
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


def _spelt(query: ParsedQuery) -> list[str]:
    """Queries in which a segment in pinyin is a word of the lexicon: laomo → 劳模."""
    typed = [segment.text for segment in query.segments if LETTERS.fullmatch(segment.text)]
    if not typed:
        return []
    words = LexiconWord.objects.sounding_like(typed).order_by("size", "text")[:MOST_PROPOSALS]
    return [_replaced(query, word.pinyin, word.text) for word in words]


def _same_sound(query: ParsedQuery, windows: list[str]) -> list[str]:
    if not windows:
        return []
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
