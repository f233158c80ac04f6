"""When an entry answers what was asked. Pure: texts in, a judgement out.

A question and the wordings of an entry are compared by their telling words: what is left of the
units of search without the words that only make it a question or name worker and employer. An
entry answers what was asked

1. if its question or another wording has the very same telling words in the same order, or
2. if at least `ENOUGH_WORDS` telling words, holding at least `ENOUGH` of the characters of all
   that were asked, occur in its wordings taken together. A word occurs too where a synonym does;
   a compound occurs as far as the words do that make it up.

So a single telling word is answered by its like alone (rule 1). What is only in the answer's text
counts for nothing there: an answer mentions many things in passing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpdesk.fillers import AMOUNT, CHARACTERS, WORDS
from search.text import fold, key_of, parse

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

    def held(self, parts: Iterable[str]) -> int:
        """How many of its characters `parts` make up."""
        places: set[int] = set()
        for part in parts:
            at = self.text.find(part)
            places.update(range(at, at + len(part)))
        return len(places)

    @property
    def is_compound(self) -> bool:
        """Whether words alone make it up: 拖欠工资 is two, though a dictionary joins them."""
        return self.held(self.parts) == len(self.text)

    @property
    def count(self) -> int:
        return 2 if self.is_compound else 1


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
            found += [Telling(piece) for piece in pieces if not AMOUNT.fullmatch(piece)]
        elif unit.text not in WORDS and not AMOUNT.fullmatch(unit.text):
            found.append(Telling(unit.text, unit.parts))
    return tuple(dict.fromkeys(found))


def sought(text: str) -> str:
    """What to search for: the telling words, parted by blanks; "" where there is none."""
    return " ".join(word.text for word in telling(text))


def telling_key(text: str) -> str:
    """The telling words run together: the same for wordings that differ in fillers alone."""
    return "".join(word.text for word in telling(text))[:LONGEST_KEY]


def is_topic(text: str) -> bool:
    """Whether `text` is one telling word and nothing else: a subject, not a question."""
    words = telling(text)
    return len(words) == 1 and words[0].text == key_of(text)


def fit(asked: str, wordings: Sequence[str], synonyms: Pairs = ()) -> Fit:
    """How well the wordings of one entry hold the telling words of `asked`.

    Synonyms are folded pairs, one for each direction.
    """
    words = telling(asked)
    total = sum(min(HEAVIEST, len(word.text)) for word in words)
    if not total:
        return Fit()
    folded = fold("\n".join(wordings))
    found = [_found(word, folded, synonyms) for word in words]
    return Fit(
        same=telling_key(asked) in {telling_key(wording) for wording in wordings},
        share=sum(min(HEAVIEST, characters) for characters, _count in found) / total,
        words=sum(count for _characters, count in found),
    )


def _found(word: Telling, folded: str, synonyms: Pairs) -> tuple[int, int]:
    """How many characters of `word` occur, and how many words those are."""
    rewritten = (
        word.text.replace(term, other) for term, other in synonyms if term and term in word.text
    )
    if word.text in folded or any(text in folded for text in rewritten):
        return len(word.text), word.count
    if not word.is_compound:  # 工资 alone is no 工资条
        return 0, 0
    held = word.held(part for part in word.parts if part in folded)
    return held, (held > 0) + (held == len(word.text))
