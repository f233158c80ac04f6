"""Where somebody may go on to after an answer: each app above ours adds what it knows of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from unions.models import Member


@dataclass(frozen=True)
class Subject:
    """What was answered: the question, with its category and the law it cites ("" without one)."""

    question: int
    category: str
    law: str


@dataclass(frozen=True)
class Further:
    """A place to go on to; `value` says in a word what it is."""

    title: str | Promise
    url: str
    value: str | Promise


Source = Callable[[Member, Subject], Iterable[Further]]
_sources: dict[str, tuple[int, Source]] = {}


def add_source(*, name: str, source: Source, place: int) -> None:
    """Ask `source` after each practice answer; what the one with the lowest `place` knows comes
    first. Adding a name again replaces it."""
    _sources[name] = (place, source)


def further_for(member: Member, subject: Subject) -> list[Further]:
    """All places that any app knows for `member` after `subject`."""
    ordered = sorted(_sources.values(), key=lambda pair: pair[0])
    return [found for _place, source in ordered for found in source(member, subject)]
