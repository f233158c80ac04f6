"""What an app declares so that it is counted.

Each app has a `measures.py` (autodiscovered) with one `Measure` subclass per figure, derived by
queries from the app's own tables, so that anyone can re-derive a number that the desk shows.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from unions.models import UnionQuerySet


class Measure:
    """One figure: per day and union in the tallies, and exact for a subtree and a period."""

    name: ClassVar[str]
    label: ClassVar[Any]
    unit: ClassVar[Any]
    definition: ClassVar[Any]
    # Whether the value of a period is the sum of its days (loans) or not (distinct people).
    additive: ClassVar[bool] = True

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        """Rows (day, union id, value) for the days `first` to `last` (both in, local days)."""
        raise NotImplementedError

    @classmethod
    def total(cls, unions: UnionQuerySet, first: date, last: date) -> int:
        """The exact figure over `unions` and the period; needed where `additive` is False."""
        raise NotImplementedError

    @classmethod
    def by_union(cls, unions: UnionQuerySet, first: date, last: date) -> dict[int, int] | None:
        """The figure of the period for the own level of each of `unions`, by union id.

        One query, for a measure that is not additive over days. Each person counts under one
        union, who moved within the period under the latest: so the sum over some of `unions`
        counts nobody twice, and over all of them it is `total`. None: ask `total` for each unit.
        """
        return None


registry: dict[str, type[Measure]] = {}


def register(measure: type[Measure]) -> type[Measure]:
    """Class decorator: make `measure` known under its name."""
    if measure.name in registry and registry[measure.name] is not measure:
        raise ValueError(f"two measures named {measure.name!r}")
    registry[measure.name] = measure
    return measure
