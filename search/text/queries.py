"""What someone typed, cut into segments and units. Nothing in it is an operator."""

from dataclasses import dataclass

import regex

from search.text.folding import fold, key_of
from search.text.words import bigrams, cut, is_chinese, parts, runs

MAX_CHARACTERS = 100
MAX_UNITS = 20
SEGMENT = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# Single characters that carry no meaning of their own beside other words.
FUNCTION_CHARACTERS = frozenset("的了着过和与及或在是之于为把被给让从到对向就也都很吗呢吧啊这那个")


@dataclass(frozen=True)
class Unit:
    """A word, or a run of characters that the dictionary does not join.

    `text` is folded. A run (`is_run`) is sought as a phrase of bigrams; `parts` are the words
    inside a word.
    """

    text: str
    is_run: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """What stood between two separators: its folded text, its units, its bigrams."""

    text: str
    units: tuple[Unit, ...]
    bigrams: tuple[str, ...]


@dataclass(frozen=True)
class ParsedQuery:
    """A query ready to compile. `key` is the whole as an exact key; `cut_short` says that only
    the first `MAX_UNITS` units were kept."""

    text: str
    segments: tuple[Segment, ...]
    key: str
    cut_short: bool = False

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units in order."""
        return tuple(unit for segment in self.segments for unit in segment.units)

    def needles(self) -> list[tuple[str, ...]]:
        """What to mark: per unit the unit first, then what to mark where it does not occur."""
        found: list[tuple[str, ...]] = [(segment.text,) for segment in self.segments]
        found += [(unit.text, *unit.parts) for unit in self.units]
        return list(dict.fromkeys(found))


def parse(text: str) -> ParsedQuery:
    """Parse `text`, of which the first `MAX_CHARACTERS` count."""
    text = text.strip()[:MAX_CHARACTERS]
    segments: list[Segment] = []
    left = MAX_UNITS
    cut_short = False
    for piece in SEGMENT.findall(fold(text)):
        units = _units(piece)
        if len(units) > left:
            units, cut_short = units[:left], True
        if not units:
            break
        left -= len(units)
        segments.append(Segment(piece, tuple(units), tuple(bigrams(piece))))
    return ParsedQuery(text, tuple(segments), key_of(text), cut_short)


def _units(piece: str) -> list[Unit]:
    found: list[Unit] = []
    for run in runs(piece):
        if not is_chinese(run):
            found.append(Unit(run))
            continue
        loose = ""
        for word in [*cut(run), ""]:
            if len(word) == 1:
                loose += word
                continue
            if loose:
                found.append(Unit(loose, is_run=len(loose) > 1))
                loose = ""
            if word:
                found.append(Unit(word, parts=parts(word)))
    telling = [unit for unit in found if unit.text not in FUNCTION_CHARACTERS]
    return telling or found
