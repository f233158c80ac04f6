"""Tables as files."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

from unions.spreadsheets import neutral

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(lines: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """A response that saves `lines` as `name`.xlsx; no cell of it is a formula or a link."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, [neutral(value) for value in line])
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response
