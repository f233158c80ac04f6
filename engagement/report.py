"""What the officers' desk says of a unit; screen and export read the same `Report`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from engagement import chart, days, folding
from engagement.cells import signed
from engagement.declaration import registry
from engagement.figures import PEOPLE, Figures, participation
from engagement.folding import Row
from engagement.models import RollUp
from engagement.periods import Period
from engagement.units import UnitTable
from unions.models import Union

HEADLINE = ("page_views", PEOPLE, "reading_check_ins", "reading_loans")
STALE_AFTER = timedelta(minutes=20)


@dataclass(frozen=True)
class Stat:
    """One figure at the top: value, change and where it comes from."""

    label: str
    unit: str
    value: int
    before: int
    against: str
    definition: str
    note: str = ""

    @property
    def text(self) -> str:
        return f"{self.value:,}"

    @property
    def change(self) -> str:
        changed = signed(self.value - self.before) if self.value != self.before else _("持平")
        return f"{self.against} {changed}"

    @property
    def direction(self) -> str:
        return "up" if self.value > self.before else "down" if self.value < self.before else ""


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
        self.period = Period.asked(period, today)
        self.measures = [registry[name] for name in HEADLINE if name in registry]
        self.measure = next(
            (found for found in self.measures if found.name == measure),
            registry.get(PEOPLE) or (self.measures[0] if self.measures else None),
        )
        self._figures = Figures(unit, self.period, self.measures)
        self.table = UnitTable(self._figures, sort=sort)

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
        return self._figures.total.members < folding.LEAST

    @cached_property
    def empty(self) -> bool:
        """Whether nothing was counted in this period nor in the one before."""
        total = self._figures.total
        return not any([*total.values.values(), *total.before.values()])

    @cached_property
    def stats(self) -> list[Stat]:
        """The figures at the top, those of `HEADLINE` that are declared."""
        total = self._figures.total
        return [
            Stat(
                label=str(found.label),
                unit=str(found.unit),
                value=total.values.get(found.name, 0),
                before=total.before.get(found.name, 0),
                against=self.period.against,
                definition=str(found.definition),
                note=_rate_in_words(total) if found.name == PEOPLE else "",
            )
            for found in self.measures
        ]

    @cached_property
    def daily(self) -> list[days.Day]:
        """Day by day: the charted measure; empty where nothing is measured."""
        return days.days_of(self.unit, self.measure, self.period) if self.measure else []

    @cached_property
    def chart(self) -> chart.Chart:
        return days.drawn(self.daily)

    @cached_property
    def chart_text(self) -> str:
        return days.in_words(self.daily)


def _rate_in_words(row: Row) -> str:
    rate = participation(row)
    if rate is None:
        return ""
    return _("参与率 %(rate)s%%，工会登记的在册会员 %(members)s 人") % {
        "rate": f"{rate:.1f}",
        "members": f"{row.members:,}",
    }
