"""What differs between two wordings of the same thing. No I/O.

Where the texts part and where they meet again is shown, not each letter: of two Chinese sentences
single letters in common say nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile


@dataclass(frozen=True)
class Parted:
    """A text in three: `changed` is what the other one doesn't have there."""

    head: str
    changed: str
    tail: str


@dataclass(frozen=True)
class Line:
    """One thing that is said of a question: `now`, and `before` where that was something else.

    Both are None where nothing is, or was, said of it; `differs` also then.
    """

    name: str
    now: Parted | None
    before: Parted | None
    differs: bool


def parted(one: str, other: str) -> tuple[Parted, Parted]:
    """Both texts, each in what they begin with alike, what differs, and what they end with."""
    head = _alike(one, other)
    tail = _alike(one[head:][::-1], other[head:][::-1])
    return _cut(one, head, tail), _cut(other, head, tail)


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _cut(text: str, head: int, tail: int) -> Parted:
    end = len(text) - tail
    return Parted(text[:head], text[head:end], text[end:])


def lines(now: Mapping[str, str], before: Mapping[str, str] | None) -> list[Line]:
    """All that is said `now` by its name, in order, then what was said `before` and is no more.

    Without a `before` nothing differs.
    """
    if before is None:
        return [Line(name, Parted(text, "", ""), None, False) for name, text in now.items()]
    return [_line(name, now.get(name), before.get(name)) for name in {**now, **before}]


def _line(name: str, now: str | None, before: str | None) -> Line:
    if now == before:
        return Line(name, Parted(now or "", "", ""), None, False)
    if now is None or before is None:
        whole = [None if text is None else Parted("", text, "") for text in (now, before)]
        return Line(name, *whole, differs=True)
    return Line(name, *parted(now, before), differs=True)
