"""Tokens of a text: dictionary words with their parts, and bigrams of Chinese runs."""

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import add

import regex
import rjieba

from search.text.dictionary import TERMS
from search.text.folding import fold

# Raise it whenever the same text would give other tokens: the index is then rebuilt.
PIPELINE_VERSION = 2
CHINESE = regex.compile(r"\p{Han}+")
# A run of one script: Chinese, or letters and digits of any other.
RUN = regex.compile(r"(?V1)\p{Han}+|[[\p{L}\p{N}\p{M}]--\p{Han}]+")
# The same, Chinese and others told apart by group.
RUN_BY_SCRIPT = regex.compile(r"(?V1)(\p{Han}+)|([[\p{L}\p{N}\p{M}]--\p{Han}]+)")
# Between two runs that are cut in one call, and in place of one that is not Chinese: neither is
# a letter, so that no word has them.
BETWEEN, OTHER = "\n", "\ue000"

# Runs in order as pairs of (Chinese, other), one of the two empty.
Runs = list[tuple[str, str]]
# Sum of all frequencies in the dictionary; only sets how much one more cut costs.
TOTAL = 60_000_000
LONGEST_WORD = 16
# Words whose parts a process remembers.
MOST_KEPT = 50_000


@dataclass(frozen=True)
class Terms:
    """Words kept whole beside our own terms; `edition` alone tells two of them apart."""

    edition: str = ""
    words: tuple[str, ...] = field(default=(), compare=False)


NO_OTHERS = Terms()
_kept: ContextVar[Terms] = ContextVar("kept", default=NO_OTHERS)


@contextmanager
def kept_whole(terms: Terms) -> Iterator[None]:
    """Keep `terms` whole for a while, in this thread."""
    token = _kept.set(terms)
    try:
        yield
    finally:
        _kept.reset(token)


def dictionary_version() -> str:
    """What tells the terms that are kept whole now from others."""
    edition = _kept.get().edition
    return f"{_own_version()}-{edition}" if edition else _own_version()


@lru_cache(maxsize=1)
def _own_version() -> str:
    """A short hash of our own terms."""
    return hashlib.sha256("\n".join(TERMS).encode()).hexdigest()[:8]


def _dictionary() -> rjieba.Jieba:
    return _built(_kept.get())


@lru_cache(maxsize=2)
def _built(terms: Terms) -> rjieba.Jieba:
    dictionary = rjieba.Jieba()
    for term in (*TERMS, *terms.words):
        dictionary.add_word(term, None, None)
    return dictionary


def runs(folded: str) -> list[str]:
    """The runs of one script in a folded text; all else separates."""
    found: list[str] = RUN.findall(folded)
    return found


def is_chinese(run: str) -> bool:
    """Whether `run` (of one script) is Chinese."""
    return bool(CHINESE.match(run))


def cut(run: str) -> list[str]:
    """Cut a Chinese run by dictionary alone: the same word is cut the same wherever it stands."""
    return _dictionary().cut(run, False)


def parts(word: str) -> tuple[str, ...]:
    """The words of two or more characters that `word` is best made of, and theirs in turn.

    总工会 → 工会; 集中学习 → 集中, 学习. Best is the most probable split of the word itself, so
    that nothing is found across its joints (never 中学).
    """
    return _parts(word, _kept.get().edition)


@lru_cache(maxsize=MOST_KEPT)
def _parts(word: str, _edition: str) -> tuple[str, ...]:
    if len(word) < 3 or len(word) > LONGEST_WORD or not is_chinese(word):
        return ()
    found: list[str] = []
    for piece in _best_split(word):
        if len(piece) > 1:
            found += [piece, *parts(piece)]
    return tuple(dict.fromkeys(found))


def _best_split(word: str) -> list[str]:
    """The most probable split into at least two dictionary words or single characters."""
    dictionary = _dictionary()
    size = len(word)
    best: list[tuple[float, int]] = [(-math.inf, 0)] * size + [(0.0, size)]
    for start in range(size - 1, -1, -1):
        for end in range(start + 1, size + 1):
            piece = word[start:end]
            if len(piece) == size or (len(piece) > 1 and not dictionary.has_word(piece)):
                continue
            cost = math.log(dictionary.suggest_freq(piece) / TOTAL) + best[end][0]
            if cost > best[start][0]:
                best[start] = (cost, end)
    pieces: list[str] = []
    start = 0
    while start < size:
        end = best[start][1]
        pieces.append(word[start:end])
        start = end
    return pieces


class _WithParts(dict[str, tuple[str, ...]]):
    """Each word with its parts, filled as words are met: looking one up costs less than a call."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[word] = (word, *parts(word))
        return found


@lru_cache(maxsize=2)
def _with_parts(_edition: str) -> _WithParts:
    return _WithParts()


def words(text: str) -> list[str]:
    """The words of `text` in order, each followed by its parts; other scripts whole."""
    return _words(RUN_BY_SCRIPT.findall(fold(text)))


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of each Chinese run (a run of one stays one), other scripts whole."""
    return _bigrams(RUN_BY_SCRIPT.findall(fold(text)))


def tokens(text: str) -> tuple[list[str], list[str]]:
    """`words` and `bigrams` of `text`, which is folded once for both."""
    found = RUN_BY_SCRIPT.findall(fold(text))
    return _words(found), _bigrams(found)


def _words(found: Runs) -> list[str]:
    # One call cuts all runs: the dictionary takes longer to be called than to cut.
    pieces = cut(BETWEEN.join([chinese or OTHER for chinese, _other in found]))
    kept = list(filter(BETWEEN.__ne__, pieces))
    if OTHER in kept:
        others = iter([other for _chinese, other in found if other])
        kept = [next(others) if piece == OTHER else piece for piece in kept]
    return list(chain.from_iterable(map(_with_parts(_kept.get().edition).__getitem__, kept)))


def _bigrams(found: Runs) -> list[str]:
    made: list[str] = []
    for chinese, other in found:
        if len(chinese) > 1:
            made.extend(map(add, chinese, chinese[1:]))
        else:
            made.append(chinese or other)
    return made
