"""Reading a roster file: from bytes to rows, without touching the database."""

import io
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _

from unions import roster_heads, tables
from unions.names import clean_key, clean_name, clean_phone
from unions.roster_heads import OPTIONAL, REQUIRED
from unions.tables import MAX_FILE as MAX_FILE
from unions.tables import TableError

MAX_ROWS = 20_000
MAX_CELL = 200

RosterFileError = TableError


@dataclass(frozen=True)
class RosterRow:
    """One person as written: cleaned text, "" where the cell is empty; `number` as in the file."""

    number: int
    name: str
    phone: str
    code: str
    username: str = ""
    nickname: str = ""


@dataclass(frozen=True)
class Roster:
    """The rows of a file in order, and the heads of columns that are not imported."""

    rows: list[RosterRow]
    ignored: tuple[str, ...] = ()


def read(content: bytes) -> Roster:
    """The roster in `content`, an .xlsx workbook (first sheet) or CSV (UTF-8 or GB 18030).

    The first row holds the heads; empty rows are left out. Raises `RosterFileError`.
    """
    lines = tables.read(content, most_rows=MAX_ROWS, most_cell=MAX_CELL)
    found = tables.named(lines, required=REQUIRED, optional=OPTIONAL)
    return Roster([_row(number, texts) for number, texts in found.rows], found.ignored)


def _row(number: int, found: dict[str, str]) -> RosterRow:
    return RosterRow(
        number=number,
        name=clean_name(found[roster_heads.NAME]),
        phone=clean_phone(found[roster_heads.PHONE]),
        code=clean_key(found[roster_heads.UNION_CODE]),
        username=clean_key(found.get(roster_heads.USERNAME, "")),
        nickname=clean_name(found.get(roster_heads.NICKNAME, "")),
    )


def template(code: str) -> bytes:
    """An .xlsx to fill in: the heads, text columns, and one example row with union `code`."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("名册"))
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, 4, 18, text)
        for x, name in enumerate(REQUIRED + OPTIONAL):
            sheet.write_string(0, x, name, book.add_format({"bold": True}))
        sheet.data_validation(
            1, 1, MAX_ROWS, 1, {"validate": "length", "criteria": "==", "value": 11}
        )
        notes = book.add_worksheet(_("填写说明"))
        notes.set_column(0, 0, 80)
        for y, line in enumerate(
            [
                _("一行一人，从第二行填起；不要合并单元格，不要改表头。"),
                _("姓名、工会代码必填；手机号和用户名至少填一项，手机号是登录用的 11 位号码。"),
                _("本单位的工会代码：%(code)s") % {"code": code},
                _("用户名、昵称可以空着；昵称显示在榜单上，最多 12 个字。"),
                _("同一手机号或用户名再次导入时，更新原来的记录，不会重复添加。"),
                _("一次最多 %(most)s 行。有一行不对，整份都不写入。") % {"most": f"{MAX_ROWS:,}"},
            ]
        ):
            notes.write_string(y, 0, line)
    return out.getvalue()
