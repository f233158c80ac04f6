"""The table of units: columns, sorted lines, and the units an officer should look at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from engagement import folding
from engagement.cells import Cell, signed
from engagement.figures import PEOPLE, Figures, change_of, participation
from engagement.folding import Row
from unions.models import Union

MOST_TO_LOOK_AT = 5
FALL = -5


@dataclass(frozen=True)
class Column:
    """A column of the table; `sort` is what its head asks for, `state` is for aria-sort."""

    key: str
    label: str
    sort: str
    state: str
    wide_only: bool = False
    unit: str = ""

    @property
    def heading(self) -> str:
        """The head in one line, for a file."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


@dataclass(frozen=True)
class Remark:
    """A unit to look at, and why."""

    unit_id: int
    name: str
    why: str


@dataclass(frozen=True)
class Line:
    """One row of the table as it is shown.

    Under the name a phone shows `summary`, which opens onto `more`: pairs (label, text) of the
    columns that it leaves out.
    """

    name: str
    unit_id: int | None
    cells: list[Cell]
    summary: str
    more: list[tuple[str, str]]


class UnitTable:
    """`figures` as a table of units.

    `sort` is a column key with or without 「-」; what is unknown becomes the participation rate,
    and where nobody counts people the members, from the top down.
    """

    def __init__(self, figures: Figures, *, sort: str = ""):
        self.figures = figures
        self.counts_people = any(found.name == PEOPLE for found in figures.measures)
        asked = sort.removeprefix("-")
        if asked in self._labels:
            self.sort, self.descending = asked, sort.startswith("-")
        else:
            self.sort, self.descending = ("rate" if self.counts_people else "members"), True

    @cached_property
    def _labels(self) -> dict[str, str]:
        labels = {"name": _("单位"), "members": _("在册会员")}
        labels |= {found.name: str(found.label) for found in self.figures.measures}
        if self.counts_people:
            labels |= {"rate": _("参与率"), "change": self.figures.period.against}
        return labels

    @cached_property
    def _on_a_phone(self) -> set[str]:
        """The columns that a phone shows: the rate, or the first measure where there is none."""
        if self.counts_people:
            return {"name", "rate", "change"}
        return {"name", *(found.name for found in self.figures.measures[:1])}

    @cached_property
    def columns(self) -> list[Column]:
        return [self._column(key, label) for key, label in self._labels.items()]

    def _column(self, key: str, label: str) -> Column:
        here = key == self.sort
        down = not self.descending if here else key != "name"
        state = ("descending" if self.descending else "ascending") if here else ""
        unit = _("百分点") if key == "change" else ""
        return Column(
            key, label, ("-" if down else "") + key, state, key not in self._on_a_phone, unit
        )

    @cached_property
    def _folded(self) -> tuple[list[Row], list[Row]]:
        return folding.fold(self.figures.rows)

    @cached_property
    def folded_count(self) -> int:
        return len(self._folded[1])

    @cached_property
    def lines(self) -> list[Line]:
        """The units, sorted; the folded row is last. Empty without units below."""
        units = self._units()
        if not units:
            return []
        units[self.figures.unit.path] = (None, _("本级"))
        shown, folded = self._folded
        order = sorted(
            shown,
            key=lambda row: self._sort_key(row, units[row.key][1]),
            reverse=self.descending,
        )
        lines = [self._line(row, *units[row.key]) for row in order]
        if folded:
            name = _("其他 %(count)d 个单位") % {"count": len(folded)}
            lines.append(self._line(folding.together(folded), None, name))
        return lines

    @cached_property
    def total(self) -> Line:
        return self._line(self.figures.total, None, _("合计"))

    @cached_property
    def attention(self) -> list[Remark]:
        """The units to look at: silent ones, and those that fell much."""
        noted = [
            (row, *found)
            for row in self._folded[0]
            if row.key != self.figures.unit.path and (found := self._fall(row))
        ]
        noted.sort(key=lambda triple: (triple[1], -triple[0].members))
        noted = noted[:MOST_TO_LOOK_AT]
        units = self._units(row.key for row, _change, _why in noted)
        return [Remark(*units[row.key], why) for row, _change, why in noted]

    def _fall(self, row: Row) -> tuple[float, str] | None:
        """(percentage points lost, in words) where `row` should be looked at."""
        change = change_of(row)
        if not any(row.values.values()):
            return float("-inf"), _("这段时间没有任何记录")
        if change is None or change > FALL:
            return None
        words = {"against": self.figures.period.against, "change": signed(change, 1)}
        return change, _("参与率%(against)s %(change)s 个百分点") % words

    def _units(self, paths: Iterable[str] | None = None) -> dict[str, tuple[int | None, str]]:
        """(pk, name) by path of the units below, or of those at `paths`."""
        below = Union.objects.below(self.figures.unit)
        if paths is not None:
            below = below.filter(path__in=list(paths))
        return {path: (pk, name) for path, pk, name in below.values_list("path", "pk", "name")}

    def _line(self, row: Row, unit_id: int | None, name: str) -> Line:
        cells = [Cell.number(row.members)]
        cells += [Cell.number(row.values.get(found.name, 0)) for found in self.figures.measures]
        if self.counts_people:
            cells += [Cell.percent(participation(row)), Cell.points(change_of(row))]
        cells = [
            replace(cell, wide_only=column.wide_only)
            for cell, column in zip(cells, self.columns[1:], strict=True)
        ]
        more = [
            (column.label, cell.text)
            for column, cell in zip(self.columns[1:], cells, strict=True)
            if cell.wide_only
        ]
        people = f"{row.values.get(PEOPLE, 0):,} / " if self.counts_people else ""
        summary = _("%(count)s 人") % {"count": f"{people}{row.members:,}"}
        return Line(name, unit_id, cells, summary, more)

    def _sort_key(self, row: Row, name: str) -> tuple[float | str, str]:
        if self.sort == "name":
            return (name, row.key)
        if self.sort == "members":
            return (row.members, row.key)
        if self.sort in {"rate", "change"}:
            value = participation(row) if self.sort == "rate" else change_of(row)
            return (float("-inf") if value is None else value, row.key)
        return (row.values.get(self.sort, 0), row.key)
