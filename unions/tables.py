"""Reading a table that somebody filled in: from bytes to rows of text.

What comes in is untrusted. A workbook is looked through as a zip of XML (sizes, document types,
merged cells, number of rows) before any of it is parsed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from unions.names import clean_name

MAX_FILE = 10 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 50
# Below this no ratio is suspicious: an empty style sheet shrinks a hundredfold.
HARMLESS = 8 * 1024 * 1024
MAX_PARTS = 500
MAX_COLUMNS = 50
CHUNK = 1 << 20

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

Row = tuple[int, list[str]]


class TableError(ValueError):
    """The file as a whole can't be read; `code` names the reason, the text says what to do."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class NamedRows:
    """Pairs (number as in the file, texts by head), and the heads that nobody asked for."""

    rows: list[tuple[int, dict[str, str]]]
    ignored: tuple[str, ...] = ()


def read(content: bytes, *, most_rows: int, most_cell: int) -> Iterator[Row]:
    """Number and texts of each row in `content`, the heads first; empty rows are left out.

    An .xlsx workbook (first sheet) or CSV (UTF-8 or GB 18030). At most `most_rows` below the
    heads; a cell is cut one character after `most_cell`, so that a longer one can be told. Raises
    `TableError`, also while rows are taken.
    """
    if len(content) > MAX_FILE:
        raise TableError("too_large", _("文件超过 10 MB，请分成几份导入。"))
    if not content.strip():
        raise TableError("empty", _("文件是空的。"))
    if content.startswith(OLD_EXCEL):
        raise TableError(
            "old_excel", _("这是旧版 .xls 或加密的文件，请另存为不加密的 .xlsx 再导入。")
        )
    lines = _workbook(content, most_rows) if content.startswith(b"PK") else _csv(content)
    for number, cells in enumerate(lines, 1):
        if number > most_rows + 1:
            raise too_many_rows(most_rows)
        texts = [_text(cell, most_cell) for cell in cells]
        if number == 1 or any(texts):
            yield number, texts


def named(rows: Iterator[Row], *, required: Sequence[str], optional: Sequence[str]) -> NamedRows:
    """The rows below the heads, each text under its head. Raises `TableError`."""
    _number, first = next(rows, (1, []))
    heads = [clean_name(text) for text in first][:MAX_COLUMNS]
    while heads and not heads[-1]:
        heads.pop()
    missing = [name for name in required if name not in heads]
    if missing:
        raise TableError(
            "columns",
            _("第一行缺少这些列：%(missing)s。请用模板的表头。") % {"missing": "、".join(missing)},
        )
    known = [name for name in heads if name in (*required, *optional)]
    if len(set(known)) != len(known):
        raise TableError("columns", _("有两列的表头相同，请删去一列。"))
    at = {name: heads.index(name) for name in known}
    found = [
        (number, {name: texts[x] if x < len(texts) else "" for name, x in at.items()})
        for number, texts in rows
    ]
    if not found:
        raise TableError("empty", _("除了表头没有内容。"))
    return NamedRows(found, tuple(name for name in heads if name and name not in known))


def _workbook(content: bytes, most_rows: int) -> Iterator[list[Any]]:
    """The cells of the first sheet, row by row."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive, len(content), most_rows)
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
    except TableError:
        raise
    except Exception as error:  # a broken workbook may fail anywhere in the parser
        raise TableError("unreadable", _("文件打不开，请用 Excel 另存为 .xlsx 再导入。")) from error


def _check_archive(archive: zipfile.ZipFile, packed: int, most_rows: int) -> None:
    """Refuse a workbook by what its parts are, before anything is parsed."""
    parts = archive.infolist()
    unsafe = TableError("unsafe", _("文件格式不安全，无法导入。"))
    if len(parts) > MAX_PARTS or len({part.filename for part in parts}) != len(parts):
        raise unsafe
    if any(part.flag_bits & 1 for part in parts):
        raise TableError("encrypted", _("文件有密码，请取消密码再导入。"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or (unpacked > HARMLESS and unpacked / packed > MAX_RATIO):
        raise TableError("bomb", _("文件展开后过大，无法导入。请只保留一张表，分成几份。"))
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_part(archive, part, unsafe, most_rows)


def _check_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, unsafe: TableError, most_rows: int
) -> None:
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
                    raise TableError("merged", _("表里有合并单元格，请先取消合并再导入。"))
                # Three bytes of the piece before: a word cut in two counts once, a whole one too.
                rows += seen[max(len(tail) - 3, 0) :].count(b"<row")
                if rows > most_rows + 1:
                    raise too_many_rows(most_rows)
            tail = seen[-10:]


def too_many_rows(most: int) -> TableError:
    """The refusal of a file with more rows than one import takes."""
    return TableError(
        "too_many_rows", _("超过 %(most)s 行，请分成几份导入。") % {"most": f"{most:,}"}
    )


def _csv(content: bytes) -> Iterator[list[Any]]:
    """The cells of a CSV file, row by row."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise TableError(
                "encoding", _("看不出文件的编码，请用 Excel 另存为 .xlsx 再导入。")
            ) from error
    if "\0" in text:
        raise TableError("unreadable", _("这不是表格文件，请用模板填写后导入。"))
    head = text.partition("\n")[0]
    try:
        yield from csv.reader(
            io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",", strict=True
        )
    except csv.Error as error:
        raise TableError(
            "unreadable", _("CSV 的引号或换行不完整，请另存为 .xlsx 再导入。")
        ) from error


def _text(cell: Any, most: int) -> str:
    """What a cell says; a number without the decimals that a spreadsheet adds."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)[: most + 1].strip()
