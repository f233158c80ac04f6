"""Tables as workbooks, safe to open in a spreadsheet, and the response that saves one."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils.functional import Promise

from unions.spreadsheets import neutral

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
}
WIDTH = 16

Lines = Iterable[Sequence[object]]


def workbook(sheets: Mapping[str, Lines]) -> bytes:
    """One sheet per title, its first line in bold; texts become no formula and no link."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        for title, lines in sheets.items():
            sheet = book.add_worksheet(str(title)[:31])
            sheet.set_column(0, 30, WIDTH)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, map(_cell, line), None if place else bold)
    return buffer.getvalue()


def saved_as(name: object, content: bytes, ending: str = "xlsx") -> HttpResponse:
    """A response that saves a workbook, or a file of another of TYPES, as `name`.`ending`."""
    response = HttpResponse(content, content_type=TYPES[ending])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(str(name))}.{ending}"
    return response


def _cell(value: object) -> object:
    if isinstance(value, Promise):
        value = str(value)
    return "" if value is None else neutral(value)
