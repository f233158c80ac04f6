"""What was counted in a unit: one row per unit below it, for a period and the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from engagement import folding
from engagement.declaration import Measure
from engagement.folding import Row
from engagement.models import Tally
from engagement.periods import Period
from unions.models import Union

PEOPLE = "quiz_participants"


@dataclass(frozen=True)
class Figures:
    """The exact figures of `unit` by `measures`; nothing is folded yet."""

    unit: Union
    period: Period
    measures: Sequence[type[Measure]]

    @cached_property
    def rows(self) -> list[Row]:
        """One row per child, and one for the own level where it has something, in tree order."""
        members = Union.objects.members_by_child(self.unit)
        now = self._in(self.period)
        before = self._in(self.period.before)
        rows = [
            Row(
                key=path,
                members=count,
                values={name: found.get(path, 0) for name, found in now.items()},
                before={name: found.get(path, 0) for name, found in before.items()},
            )
            for path, count in sorted(members.items())
        ]
        return [row for row in rows if row.key != self.unit.path or _has_something(row)]

    @cached_property
    def total(self) -> Row:
        """The unit with everything below it."""
        return folding.together(self.rows, self.unit.path)

    def _in(self, period: Period) -> dict[str, dict[str, int]]:
        return {found.name: by_child(self.unit, found, period) for found in self.measures}


def _has_something(row: Row) -> bool:
    return bool(row.members) or any(row.values.values()) or any(row.before.values())


def by_child(unit: Union, measure: type[Measure], period: Period) -> dict[str, int]:
    """The exact figure per child's path (with its subtree), the own level under its own."""
    first, last = period.first, period.last
    if measure.additive or first == last:
        return Tally.objects.of(measure.name).during(first, last).by_child(unit)
    subtree = Union.objects.subtree_of(unit)
    per_union = measure.by_union(subtree, first, last)
    length = len(unit.path) + Union.steplen
    found: dict[str, int] = {}
    if per_union is not None:
        for pk, path in subtree.values_list("pk", "path"):
            branch = path[:length]
            found[branch] = found.get(branch, 0) + per_union.get(pk, 0)
        return found
    for path in Union.objects.members_by_child(unit):
        own_level = path == unit.path
        branch_unions = subtree.filter(**{"path" if own_level else "path__startswith": path})
        found[path] = measure.total(branch_unions, first, last)
    return found


def participation(row: Row) -> float | None:
    """Percent of the registered members that took part."""
    return folding.rate(row.values.get(PEOPLE), row.members)


def change_of(row: Row) -> float | None:
    """Percentage points by which the participation rose against the period before."""
    now, before = participation(row), folding.rate(row.before.get(PEOPLE, 0), row.members)
    return None if now is None or before is None else round(now - before, 1)
