"""What the officers' desk says of a unit; screen and export read the same `Report`."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from engagement import chart, folding
from engagement.declaration import Measure, registry
from engagement.folding import Row
from engagement.models import RollUp, Tally
from unions.models import Union

HEADLINE = ("page_views", "quiz_participants", "reading_check_ins", "reading_loans")
PEOPLE = "quiz_participants"
STALE_AFTER = timedelta(minutes=20)
CHART_DAYS = 7


@dataclass(frozen=True)
class Period:
    """`length` days up to `last`, against as many days before."""

    key: str
    length: int
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.length - 1)

    @property
    def before(self) -> "Period":
        return Period(self.key, self.length, self.first - timedelta(days=1))

    @property
    def label(self) -> str:
        return {"today": _("今天"), "7": _("近 7 天"), "30": _("近 30 天")}[self.key]

    @property
    def against(self) -> str:
        return {"today": _("比昨天"), "7": _("比前 7 天"), "30": _("比前 30 天")}[self.key]

    @property
    def against_text(self) -> str:
        return {
            "today": _("今天零点起，对比昨天全天"),
            "7": _("含今天，对比再前 7 天"),
            "30": _("含今天，对比再前 30 天"),
        }[self.key]


PERIODS = {"today": 1, "7": 7, "30": 30}


@dataclass(frozen=True)
class Cell:
    """One place of a table: `value` is what a spreadsheet gets, `text` what the screen shows."""

    value: Any
    text: str
    wide_only: bool = False

    @classmethod
    def number(cls, value: int | None) -> "Cell":
        return cls(value, "—" if value is None else f"{value:,}")

    @classmethod
    def percent(cls, value: float | None) -> "Cell":
        return cls(value, "—" if value is None else f"{value:.1f}%")

    @classmethod
    def points(cls, value: float | None) -> "Cell":
        return cls(value, "—" if value is None else signed(value, 1))


def signed(value: float, digits: int = 0) -> str:
    """`value` with its sign, a true minus sign and thousands parted."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):,.{digits}f}"


@dataclass(frozen=True)
class Stat:
    """One figure at the top: value, change and where it comes from."""

    name: str
    label: str
    unit: str
    value: int
    before: int
    definition: str
    rate: str = ""

    @property
    def text(self) -> str:
        return f"{self.value:,}"

    @property
    def change(self) -> str:
        return signed(self.value - self.before) if self.value != self.before else _("持平")

    @property
    def direction(self) -> str:
        return "up" if self.value > self.before else "down" if self.value < self.before else ""


@dataclass(frozen=True)
class Column:
    """A column of the table of units; `sort` is what its head asks for, `state` for aria-sort."""

    key: str
    label: str
    sort: str
    state: str
    wide_only: bool = False


@dataclass(frozen=True)
class Line:
    """One row of the table as it is shown; `summary` stands under the name on a phone."""

    name: str
    unit_id: int | None
    cells: list[Cell]
    summary: str


class Report:
    """The figures of `unit` (with its subtree) for a period.

    `period` is a key of `PERIODS`, `sort` a column key with or without 「-」, `measure` the name
    of the charted measure; what is unknown becomes the default. All days are local days up to
    `today`.
    """

    def __init__(
        self, unit: Union, *, today: date, period: str = "", sort: str = "", measure: str = ""
    ):
        self.unit = unit
        self.period = Period(*((period, PERIODS[period]) if period in PERIODS else ("7", 7)), today)
        self.measures = [registry[name] for name in HEADLINE if name in registry]
        self.measure = next(
            (found for found in self.measures if found.name == measure),
            registry.get(PEOPLE) or (self.measures[0] if self.measures else None),
        )
        keys = ["name", "members", *(found.name for found in self.measures), "rate", "change"]
        asked = sort.removeprefix("-")
        if asked in keys and (self.counts_people or asked not in {"rate", "change"}):
            self.sort, self.descending = asked, sort.startswith("-")
        else:
            self.sort, self.descending = ("rate" if self.counts_people else "members"), True

    @cached_property
    def counts_people(self) -> bool:
        return PEOPLE in registry

    @cached_property
    def as_of(self) -> datetime | None:
        """When today was last rolled up; None: not yet."""
        return RollUp.objects.filter(day=self.period.last).values_list("at", flat=True).first()

    @cached_property
    def stale(self) -> bool:
        return self.as_of is not None and timezone.now() - self.as_of > STALE_AFTER

    @cached_property
    def too_small(self) -> bool:
        """Whether the unit has so few members that numbers would tell of persons."""
        return self._total.members < folding.LEAST

    @cached_property
    def empty(self) -> bool:
        """Whether nothing was counted in this period nor in the one before."""
        return not any([*self._total.values.values(), *self._total.before.values()])

    @cached_property
    def _rows(self) -> list[Row]:
        """One row per child, and one for the own level where it has something, in tree order."""
        members = Union.objects.members_by_child(self.unit)
        now = {found.name: self._by_child(found, self.period) for found in self.measures}
        before = {found.name: self._by_child(found, self.period.before) for found in self.measures}
        rows = [
            Row(
                key=path,
                members=count,
                values={name: found.get(path, 0) for name, found in now.items()},
                before={name: found.get(path, 0) for name, found in before.items()},
            )
            for path, count in sorted(members.items())
        ]
        return [
            row
            for row in rows
            if row.key != self.unit.path
            or row.members
            or any(row.values.values())
            or any(row.before.values())
        ]

    def _by_child(self, measure: type[Measure], period: Period) -> dict[str, int]:
        """The exact figure per child's path (with its subtree), the own level under its own."""
        first, last = period.first, period.last
        if measure.additive or first == last:
            return Tally.objects.of(measure.name).during(first, last).by_child(self.unit)
        subtree = Union.objects.subtree_of(self.unit)
        per_union = measure.by_union(subtree, first, last)
        length = len(self.unit.path) + Union.steplen
        found: dict[str, int] = {}
        if per_union is not None:
            for pk, path in subtree.values_list("pk", "path"):
                branch = path[:length]
                found[branch] = found.get(branch, 0) + per_union.get(pk, 0)
            return found
        for path in Union.objects.members_by_child(self.unit):
            branch_unions = (
                subtree.filter(path=path)
                if path == self.unit.path
                else subtree.filter(path__startswith=path)
            )
            found[path] = measure.total(branch_unions, first, last)
        return found

    @cached_property
    def _total(self) -> Row:
        return folding.together(self._rows, self.unit.path)

    @cached_property
    def stats(self) -> list[Stat]:
        """The figures at the top, those of `HEADLINE` that are declared."""
        total = self._total
        return [
            Stat(
                name=found.name,
                label=str(found.label),
                unit=str(found.unit),
                value=total.values.get(found.name, 0),
                before=total.before.get(found.name, 0),
                definition=str(found.definition),
                rate=self._rate_text(total) if found.name == PEOPLE else "",
            )
            for found in self.measures
        ]

    def _rate_text(self, row: Row) -> str:
        value = folding.rate(row.values.get(PEOPLE), row.members)
        if value is None:
            return ""
        return _("参与率 %(rate)s%%，在册会员 %(members)s 人") % {
            "rate": f"{value:.1f}",
            "members": f"{row.members:,}",
        }

    @cached_property
    def columns(self) -> list[Column]:
        """The heads of the table of units."""
        wanted = [("name", _("单位"), False), ("members", _("会员"), True)]
        wanted += [
            (found.name, str(found.label), found.name != self._last_measure)
            for found in self.measures
        ]
        if self.counts_people:
            wanted += [("rate", _("参与率"), False), ("change", self.period.against, False)]
        columns = []
        for key, label, wide_only in wanted:
            here = key == self.sort
            down = not self.descending if here else key != "name"
            state = ("descending" if self.descending else "ascending") if here else ""
            columns.append(Column(key, label, ("-" if down else "") + key, state, wide_only))
        return columns

    @cached_property
    def _last_measure(self) -> str:
        """The measure a phone shows where there is no rate."""
        return "" if self.counts_people or not self.measures else self.measures[0].name

    @cached_property
    def _folded(self) -> tuple[list[Row], list[Row]]:
        return folding.fold(self._rows)

    @cached_property
    def folded_count(self) -> int:
        return len(self._folded[1])

    @cached_property
    def lines(self) -> list[Line]:
        """The table of units, sorted; the folded row is last. Empty without units below."""
        units = {
            path: (pk, name)
            for path, pk, name in Union.objects.below(self.unit).values_list("path", "pk", "name")
        }
        if not units:
            return []
        units[self.unit.path] = (None, _("本级"))
        shown, folded = self._folded
        lines = [
            (self._sort_key(row, units[row.key][1]), self._line(row, *units[row.key]))
            for row in shown
        ]
        lines.sort(key=lambda pair: pair[0], reverse=self.descending)
        found = [line for _key, line in lines]
        if folded:
            name = _("其他 %(count)d 个单位") % {"count": len(folded)}
            found.append(self._line(folding.together(folded), None, name))
        return found

    @cached_property
    def total(self) -> Line:
        return self._line(self._total, None, _("合计"))

    def _line(self, row: Row, unit_id: int | None, name: str) -> Line:
        cells = [Cell.number(row.members)]
        cells += [Cell.number(row.values.get(found.name, 0)) for found in self.measures]
        if self.counts_people:
            cells += [Cell.percent(self._rate(row)), Cell.points(self._change(row))]
        cells = [
            replace(cell, wide_only=column.wide_only)
            for cell, column in zip(cells, self.columns[1:], strict=True)
        ]
        people = f"{row.values.get(PEOPLE, 0):,} / " if self.counts_people else ""
        return Line(name, unit_id, cells, _("%(count)s 人") % {"count": f"{people}{row.members:,}"})

    def _rate(self, row: Row) -> float | None:
        return folding.rate(row.values.get(PEOPLE), row.members)

    def _change(self, row: Row) -> float | None:
        now, before = self._rate(row), folding.rate(row.before.get(PEOPLE, 0), row.members)
        return None if now is None or before is None else round(now - before, 1)

    def _sort_key(self, row: Row, name: str) -> tuple[float | str, str]:
        if self.sort == "name":
            return (name, row.key)
        if self.sort == "members":
            return (row.members, row.key)
        if self.sort in {"rate", "change"}:
            value = self._rate(row) if self.sort == "rate" else self._change(row)
            return (float("-inf") if value is None else value, row.key)
        return (row.values.get(self.sort, 0), row.key)

    @cached_property
    def attention(self) -> list[tuple[Line, str]]:
        """Units to look at, at most five: those that fell by five points, and silent ones."""
        found = []
        for row in self._folded[0]:
            if row.key == self.unit.path:
                continue
            change = self._change(row)
            if not any(row.values.values()):
                found.append((float("-inf"), row, _("这段时间没有任何记录")))
            elif change is not None and change <= -5:
                text = _("参与率%(against)s %(change)s 个百分点") % {
                    "against": self.period.against,
                    "change": signed(change, 1),
                }
                found.append((change, row, text))
        found.sort(key=lambda triple: (triple[0], -triple[1].members))
        found = found[:5]
        units = {
            path: (pk, name)
            for path, pk, name in Union.objects.below(self.unit)
            .filter(path__in=[row.key for _key, row, _text in found])
            .values_list("path", "pk", "name")
        }
        return [(self._line(row, *units[row.key]), text) for _key, row, text in found]

    @cached_property
    def daily(self) -> list[tuple[date, Cell, Cell]]:
        """Day by day (at least a week): the charted measure and the same day a span before."""
        if self.measure is None:
            return []
        span = max(self.period.length, CHART_DAYS)
        first = self.period.last - timedelta(days=2 * span - 1)
        values = (
            Tally.objects.of(self.measure.name)
            .during(first, self.period.last)
            .under(self.unit.path)
            .by_day()
        )
        days = [self.period.last - timedelta(days=span - 1 - offset) for offset in range(span)]
        return [
            (
                day,
                Cell.number(values.get(day, 0)),
                Cell.number(values.get(day - timedelta(days=span), 0)),
            )
            for day in days
        ]

    @cached_property
    def chart(self) -> chart.Chart:
        weekdays = _("一二三四五六日")
        names = [
            weekdays[day.weekday()] if len(self.daily) <= CHART_DAYS else f"{day.month}-{day.day}"
            for day, _now, _before in self.daily
        ]
        return chart.draw(
            names,
            [now.value for _day, now, _before in self.daily],
            [before.value for _day, _now, before in self.daily],
        )

    @cached_property
    def chart_text(self) -> str:
        """The chart in words, for those who hear the page."""
        parts = [f"{date_format(day, _('n月j日'))} {now.text}" for day, now, _before in self.daily]
        return _("依次为：%(values)s。前一段见图下的表。") % {"values": "，".join(parts)}
