"""An uploaded file of questions, of whatever kind: from bytes to rows."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from media.reader import read_text
from quiz.transfer.rows import Row
from quiz.transfer.word import questions_in
from quiz.transfer.workbook import MAX_ROWS, read_table
from unions.tables import MAX_FILE, TableError, too_many_rows

WORD_PART = "word/document.xml"
# Of a Word file: 20,000 questions with their explanations.
LIMITS = {
    "MAX_MB": 10,
    "MAX_PAGES": 1,
    "MAX_CHARACTERS": 12_000_000,
    "SECONDS": 30,
    "MEMORY_MB": 512,
}


@dataclass(frozen=True)
class Upload:
    """The questions of a file in order, and the heads of columns that are not imported."""

    rows: list[Row]
    ignored: tuple[str, ...] = ()
    word: bool = False


def read(content: bytes) -> Upload:
    """The questions in `content`: .xlsx, CSV or .docx. Raises `unions.tables.TableError`.

    A Word file is read in a process of its own with limits (`media.reader`).
    """
    if len(content) > MAX_FILE:
        raise TableError("too_large", _("文件超过 10 MB，请分成几份导入。"))
    if not _is_word(content):
        rows, ignored = read_table(content)
        return Upload(rows, ignored)
    rows = questions_in(_lines(content))
    if not rows:
        raise TableError(
            "no_questions",
            _(
                "没有找到题目。题干要以“1.”或“1、”开头；用了 Word 自动编号的，请先把编号转成文字"
                "（全选、复制，只保留文本粘贴），或者改用 Excel 模板。"
            ),
        )
    if len(rows) > MAX_ROWS:
        raise too_many_rows(MAX_ROWS)
    return Upload(rows, word=True)


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return WORD_PART in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _lines(content: bytes) -> Iterable[str]:
    reading = read_text(io.BytesIO(content), "docx", limits=LIMITS, tidy=str)
    if reading.reason == "encrypted":
        raise TableError("encrypted", _("文件有密码，请取消密码再导入。"))
    if reading.reason and reading.reason != "empty":
        raise TableError(
            "unreadable", _("这份 Word 文件读不完整，请另存为 .docx 或分成几份再导入。")
        )
    return reading.text.split("\n")
