"""Files of entries: from bytes to rows and back, without touching the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from helpdesk import heads
from helpdesk.models import Entry
from unions import tables
from unions.names import clean_key, clean_name
from unions.spreadsheets import form_to_fill, plain

MAX_ROWS = 20_000
# Longer than any cell may be, so that what is too long is told and not cut.
MAX_CELL = 5000
WIDTHS = (12, 40, 60, 30, 12, 24, 40, 12, 12, 8)


@dataclass(frozen=True)
class EntryRow:
    """One entry as written: `texts` by head, only of columns that the file has."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, head: str) -> str:
        return self.texts.get(head, "")

    def __contains__(self, head: str) -> bool:
        return head in self.texts


@dataclass(frozen=True)
class EntryTable:
    """The rows of a file in order, and the heads of columns that are not imported."""

    rows: list[EntryRow]
    ignored: tuple[str, ...] = ()


def read(content: bytes) -> EntryTable:
    """The entries in `content`, an .xlsx workbook (first sheet) or CSV (UTF-8 or GB 18030).

    The first row holds the heads; empty rows are left out. Raises `unions.tables.TableError`.
    """
    lines = tables.read(content, most_rows=MAX_ROWS, most_cell=MAX_CELL)
    found = tables.named(lines, required=heads.REQUIRED, optional=heads.OPTIONAL)
    rows = [
        EntryRow(number, {name: plain(text) for name, text in texts.items()})
        for number, texts in found.rows
    ]
    return EntryTable(rows, found.ignored)


def day_of(text: str) -> date | None:
    """The day that a cell names: 2026-01-31, 2026/1/31, 2026年1月31日. ValueError for others."""
    text = clean_name(text)
    if not text:
        return None
    found = heads.DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


def yes_or_no(text: str) -> bool:
    """Whether a cell says yes (an empty one does). ValueError for anything else."""
    word = clean_key(text).casefold()
    if not word or word in heads.YES:
        return True
    if word in heads.NO:
        return False
    raise ValueError(text)


def cells_of(entry: Entry) -> list[str]:
    """The cells of one entry in the order of the heads."""
    values = (
        entry.category.name,
        entry.question,
        entry.answer,
        entry.source,
        entry.clause,
        entry.source_url,
        entry.wordings,
        entry.valid_from.isoformat() if entry.valid_from else "",
        entry.valid_until.isoformat() if entry.valid_until else "",
        heads.YES[0] if entry.published else heads.NO[0],
    )
    return list(values)


def written(entries: Iterable[Entry]) -> bytes:
    """An .xlsx of `entries` in the form that `read` takes; without entries the template."""
    columns = list(zip(heads.REQUIRED + heads.OPTIONAL, WIDTHS, strict=True))
    return form_to_fill(_("问答"), columns, map(cells_of, entries), _notes())


def _notes() -> list[str]:
    return [
        _("一行一条问答，从第二行填起；不要合并单元格，不要改表头。"),
        _("分类、问题、回答、依据必填；分类写后台已有的分类名称。"),
        _("其他问法写在一格里，一行一种；日期写成 2026-01-31；发布写“是”或“否”。"),
        _("同一分类里问题相同（不计标点和空格）的，更新原来那条，不会重复添加。"),
        _("表里有的列，空格会清掉原来的内容；表里没有的列，原来的内容不变。"),
        _("一次最多 %(most)s 行。有一行不对，整份都不写入。") % {"most": f"{MAX_ROWS:,}"},
    ]
