"""Text that goes into files which people open in a spreadsheet."""

import io
import unicodedata
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def neutral(value: object) -> object:
    """`value` such that no spreadsheet takes it for a formula; what is no text stays as it is.

    Text that begins with = + - @ | %, a tab or a line end (also full-width or after blanks) gets
    an apostrophe in front.
    """
    if not isinstance(value, str):
        return value
    for seen in (value, unicodedata.normalize("NFKC", value)):
        if seen.startswith(DANGEROUS) or seen.lstrip(" \u3000").startswith(DANGEROUS):
            return "'" + value
    return value


def neutral_cell(value: object) -> object:
    """The text of a cell, of a row its name, such that no spreadsheet takes it for a formula."""
    return neutral(str(value))


def plain(text: str) -> str:
    """A cell of an export as it was before `neutral` put an apostrophe in front."""
    if text.startswith("'") and neutral(text[1:]) == text:
        return text[1:]
    return text


def form_to_fill(
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    notes: Iterable[str],
) -> bytes:
    """An .xlsx of text cells to fill in and send back: (head, width) of each column, the rows that
    are there already, made `neutral`, and a second sheet that says how."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title)
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True})
        for x, (name, width) in enumerate(columns):
            sheet.set_column(x, x, width, text)
            sheet.write_string(0, x, name, bold)
        sheet.freeze_panes(1, 0)
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row):
                sheet.write_string(y, x, str(neutral(value)), text)
        help_sheet = book.add_worksheet(_("填写说明"))
        help_sheet.set_column(0, 0, 80)
        for y, line in enumerate(notes):
            help_sheet.write_string(y, 0, line)
    return out.getvalue()
