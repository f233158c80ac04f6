"""Tables as a workbook, safe to open in a spreadsheet."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import xlsxwriter
from django.utils.functional import Promise

from unions.spreadsheets import neutral

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 16


def workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """One sheet per title, its first line in bold; texts become no formula and no link."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        for title, lines in sheets.items():
            sheet = book.add_worksheet(title[:31])
            sheet.set_column(0, 30, WIDTH)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, map(_cell, line), None if place else bold)
    return buffer.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, Promise):
        value = str(value)
    return "" if value is None else neutral(value)
