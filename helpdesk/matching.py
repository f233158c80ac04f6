"""When an entry answers what was asked. Pure: texts in, a judgement out.

A question and the wordings of an entry are compared by their telling words: what is left of the
units of search without the words that only make it a question or name worker and employer. An
entry answers what was asked

1. if question or one other wording of it has the very same telling words in the same order, or
2. if at least `ENOUGH_WORDS` telling words, holding at least `ENOUGH` of the characters of all
   that were asked, occur in question or in one other wording. A word occurs too where a synonym
   does, or all its parts.

A single telling word is a topic, not a question: it answers nothing but itself (rule 1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpdesk.fillers import CHARACTERS, WORDS
from search.text import fold, parse

ENOUGH = 2 / 3
ENOUGH_WORDS = 2
# One long word must not outweigh all others.
HEAVIEST = 4
LONGEST_KEY = 200

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Telling:
    """One telling word (folded) and the words that it is made of."""

    text: str
    parts: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return min(HEAVIEST, len(self.text))


@dataclass(frozen=True, order=True)
class Fit:
    """How well a wording holds what was asked: 0 to 1; how many words; whether it is the same."""

    same: bool = False
    share: float = 0.0
    words: int = 0

    @property
    def is_good(self) -> bool:
        return self.same or (self.words >= ENOUGH_WORDS and self.share >= ENOUGH)


def telling(text: str) -> tuple[Telling, ...]:
    """The telling words of `text` in order, each once."""
    found: list[Telling] = []
    for unit in parse(text).units:
        if unit.is_run or len(unit.text) == 1:
            pieces = "".join(" " if char in CHARACTERS else char for char in unit.text).split()
            found += [Telling(piece) for piece in pieces]
        elif unit.text not in WORDS:
            found.append(Telling(unit.text, unit.parts))
    return tuple(dict.fromkeys(found))


def sought(text: str) -> str:
    """What to search for: the telling words, parted by blanks; "" where there is none."""
    return " ".join(word.text for word in telling(text))


def telling_key(text: str) -> str:
    """The telling words run together: the same for wordings that differ in fillers alone."""
    return "".join(word.text for word in telling(text))[:LONGEST_KEY]


def fit(asked: str, wording: str, synonyms: Pairs = ()) -> Fit:
    """How well `wording` holds the telling words of `asked`; synonyms are folded pairs."""
    words = telling(asked)
    total = sum(word.weight for word in words)
    if not total:
        return Fit()
    folded = fold(wording)
    found = [word for word in words if _occurs(word, folded, synonyms)]
    return Fit(
        same=telling_key(asked) == telling_key(wording),
        share=sum(word.weight for word in found) / total,
        words=len(found),
    )


def best_fit(asked: str, wordings: Iterable[str], synonyms: Pairs = ()) -> Fit:
    """The best fit among the wordings of one entry."""
    return max((fit(asked, wording, synonyms) for wording in wordings), default=Fit())


def _occurs(word: Telling, folded: str, synonyms: Pairs) -> bool:
    if word.text in folded:
        return True
    if word.parts and all(part in folded for part in word.parts):
        return True
    rewritten = (
        word.text.replace(term, other) for term, other in synonyms if term and term in word.text
    )
    return any(text in folded for text in rewritten)
