"""One measure day by day: as numbers, as a chart and in words."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from engagement import chart
from engagement.cells import Cell
from engagement.declaration import Measure
from engagement.models import Tally
from engagement.periods import Period
from unions.models import Union

LEAST_DAYS = 7


@dataclass(frozen=True)
class Day:
    """A local day, its number, and that of the same day a span before."""

    date: date
    now: Cell
    before: Cell


def days_of(unit: Union, measure: type[Measure], period: Period) -> list[Day]:
    """The days of `period` (at least a week) in `unit` with its subtree."""
    span = max(period.length, LEAST_DAYS)
    first = period.last - timedelta(days=2 * span - 1)
    tallies = Tally.objects.of(measure.name).during(first, period.last).under(unit.path)
    values = tallies.by_day()
    days = [period.last - timedelta(days=span - 1 - offset) for offset in range(span)]
    return [
        Day(
            day,
            Cell.number(values.get(day, 0)),
            Cell.number(values.get(day - timedelta(days=span), 0)),
        )
        for day in days
    ]


def drawn(days: list[Day]) -> chart.Chart:
    """The chart of `days`: a week is named by weekdays, more by dates."""
    weekdays = _("一二三四五六日")
    names = [
        weekdays[day.date.weekday()]
        if len(days) <= LEAST_DAYS
        else f"{day.date.month}-{day.date.day}"
        for day in days
    ]
    return chart.draw(names, [day.now.value for day in days], [day.before.value for day in days])


def in_words(days: list[Day]) -> str:
    """The chart for those who hear the page."""
    parts = [f"{date_format(day.date, _('n月j日'))} {day.now.text}" for day in days]
    return _("依次为：%(values)s。前一段见图下的表。") % {"values": "，".join(parts)}
