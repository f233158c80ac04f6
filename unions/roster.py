"""Reading a roster file: from bytes to rows, without touching the database.

What comes in is untrusted. A workbook is looked through as a zip of XML (sizes, document types,
merged cells, number of rows) before any of it is parsed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _

from unions import roster_heads
from unions.names import clean_key, clean_name, clean_phone
from unions.roster_heads import OPTIONAL, REQUIRED

MAX_FILE = 10 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 50
# Below this no ratio is suspicious: an empty style sheet shrinks a hundredfold.
HARMLESS = 8 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 50
MAX_CELL = 200
CHUNK = 1 << 20

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class RosterFileError(ValueError):
    """The file as a whole can't be read; `code` names the reason, the text says what to do."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


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
    if len(content) > MAX_FILE:
        raise RosterFileError("too_large", _("文件超过 10 MB，请分成几份导入。"))
    if not content.strip():
        raise RosterFileError("empty", _("文件是空的。"))
    if content.startswith(OLD_EXCEL):
        raise RosterFileError(
            "old_excel", _("这是旧版 .xls 或加密的文件，请另存为不加密的 .xlsx 再导入。")
        )
    table = _workbook(content) if content.startswith(b"PK") else _csv(content)
    return _roster(table)


def _workbook(content: bytes) -> Iterator[list[Any]]:
    """The cells of the first sheet, row by row."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive, len(content))
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            sheet = book.worksheets[0]
            # A file may claim any size of itself; it is read until its rows end.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
                yield list(row)
        finally:
            book.close()
    except RosterFileError:
        raise
    except Exception as error:  # a broken workbook may fail anywhere in the parser
        raise RosterFileError(
            "unreadable", _("文件打不开，请用 Excel 另存为 .xlsx 再导入。")
        ) from error


def _check_archive(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse a workbook by what its parts are, before anything is parsed."""
    parts = archive.infolist()
    unsafe = RosterFileError("unsafe", _("文件格式不安全，无法导入。"))
    if len(parts) > MAX_PARTS or len({part.filename for part in parts}) != len(parts):
        raise unsafe
    if any(part.flag_bits & 1 for part in parts):
        raise RosterFileError("encrypted", _("文件有密码，请取消密码再导入。"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or (unpacked > HARMLESS and unpacked / packed > MAX_RATIO):
        raise RosterFileError("bomb", _("文件展开后过大，无法导入。请只保留名册一张表，分成几份。"))
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_part(archive, part, unsafe)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, unsafe: RosterFileError) -> None:
    """Look through one XML part, piece by piece."""
    is_sheet = SHEET.fullmatch(part.filename) is not None
    rows = 0
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            seen = tail + piece
            # Another encoding could hide what is looked for; no office program writes one.
            if DTD.search(seen) or b"\0" in piece:
                raise unsafe
            if is_sheet:
                if b"<mergeCell " in seen:
                    raise RosterFileError("merged", _("表里有合并单元格，请先取消合并再导入。"))
                # Three bytes of the piece before: a word cut in two counts once, a whole one too.
                rows += seen[max(len(tail) - 3, 0) :].count(b"<row")
                if rows > MAX_ROWS + 1:
                    raise too_many_rows()
            tail = seen[-10:]


def too_many_rows() -> RosterFileError:
    """The refusal of a file with more rows than one import takes."""
    return RosterFileError(
        "too_many_rows", _("超过 %(most)s 行，请分成几份导入。") % {"most": f"{MAX_ROWS:,}"}
    )


def _csv(content: bytes) -> Iterator[list[Any]]:
    """The cells of a CSV file, row by row."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise RosterFileError(
                "encoding", _("看不出文件的编码，请用 Excel 另存为 .xlsx 再导入。")
            ) from error
    if "\0" in text:
        raise RosterFileError("unreadable", _("这不是名册文件，请用模板填写后导入。"))
    head = text.partition("\n")[0]
    try:
        yield from csv.reader(
            io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",", strict=True
        )
    except csv.Error as error:
        raise RosterFileError(
            "unreadable", _("CSV 的引号或换行不完整，请另存为 .xlsx 再导入。")
        ) from error


def _roster(table: Iterator[list[Any]]) -> Roster:
    heads = [clean_name(_text(cell)) for cell in next(table, [])][:MAX_COLUMNS]
    while heads and not heads[-1]:
        heads.pop()
    missing = [name for name in REQUIRED if name not in heads]
    if missing:
        raise RosterFileError(
            "columns",
            _("第一行缺少这些列：%(missing)s。请用模板的表头。") % {"missing": "、".join(missing)},
        )
    known = [name for name in heads if name in REQUIRED + OPTIONAL]
    if len(set(known)) != len(known):
        raise RosterFileError("columns", _("有两列的表头相同，请删去一列。"))
    at = {name: heads.index(name) for name in known}
    rows = []
    for number, cells in enumerate(table, 2):
        if number > MAX_ROWS + 1:
            raise too_many_rows()
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        rows.append(_row(number, {name: _at(texts, place) for name, place in at.items()}))
    if not rows:
        raise RosterFileError("empty", _("除了表头没有内容。"))
    return Roster(rows, tuple(name for name in heads if name and name not in known))


def _row(number: int, found: dict[str, str]) -> RosterRow:
    return RosterRow(
        number=number,
        name=clean_name(found[roster_heads.NAME]),
        phone=clean_phone(found[roster_heads.PHONE]),
        code=clean_key(found[roster_heads.UNION_CODE]),
        username=clean_key(found.get(roster_heads.USERNAME, "")),
        nickname=clean_name(found.get(roster_heads.NICKNAME, "")),
    )


def _at(texts: list[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _text(cell: Any) -> str:
    """What a cell says; a number without the decimals that a spreadsheet adds."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)[: MAX_CELL + 1].strip()


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
