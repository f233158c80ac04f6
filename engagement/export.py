"""The report as a file, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from engagement.report import Report
from unions.spreadsheets import neutral


def table(report: Report) -> Iterable[list[object]]:
    """The rows of the table of units as shown: heads, units, total."""
    yield [column.heading for column in report.table.columns]
    if report.too_small:
        return
    for line in [*report.table.lines, report.table.total]:
        yield [line.name, *(cell.value for cell in line.cells)]


def heading(report: Report) -> Iterable[list[object]]:
    """What the numbers are of: unit, period, time."""
    first, last = report.period.first, report.period.last
    as_of = timezone.localtime(report.as_of).strftime("%Y-%m-%d %H:%M") if report.as_of else "—"
    yield [_("单位"), report.unit.name]
    yield [_("时段"), f"{report.period.label} {first} — {last}"]
    yield [_("截至"), as_of]
    if report.table.folded_count:
        yield [_("说明"), _("不足 10 人的单位合并为一行")]


def definitions(report: Report) -> Iterable[list[object]]:
    """Each figure with its definition."""
    yield [_("指标"), _("数值"), _("上期"), _("计量单位"), _("口径")]
    if report.too_small:
        return
    for stat in report.stats:
        yield [stat.label, stat.value, stat.before, stat.unit, stat.definition]


def daily(report: Report) -> Iterable[list[object]]:
    """The numbers of the daily chart."""
    yield [_("日期"), str(report.measure.label) if report.measure else "", _("前一段同日")]
    if report.too_small:
        return
    for day in report.daily:
        yield [day.date.isoformat(), day.now.value, day.before.value]


def as_csv(report: Report) -> bytes:
    """The table of units as CSV: UTF-8 with a mark, which spreadsheets need for Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in table(report):
        writer.writerow(["" if value is None else neutral(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(report: Report) -> bytes:
    """The whole screen as a workbook: units, days and definitions."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for title, rows, wide in [
            (_("下级单位"), [*heading(report), [], *table(report)], 26),
            (_("逐日"), [*daily(report)], 16),
            (_("口径"), [*definitions(report)], 16),
        ]:
            sheet = book.add_worksheet(title)
            sheet.set_column(0, 0, wide)
            sheet.set_column(1, 8, 14)
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    _write(sheet, y, x, neutral(value), bold if x == 0 else None)
    return out.getvalue()


def _write(sheet, y, x, value, style) -> None:
    if isinstance(value, str):
        sheet.write_string(y, x, value, style)
    elif value is not None:
        sheet.write_number(y, x, value, style)
