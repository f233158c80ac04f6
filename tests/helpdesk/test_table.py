"""Files of entries: read with row numbers, written so that they can be read again."""

import io
import re
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk import heads, table
from helpdesk.models import Category, Entry
from unions.spreadsheets import DANGEROUS, neutral
from unions.tables import TableError

HEADS = list(heads.REQUIRED + heads.OPTIONAL)


def workbook(*rows, heads=HEADS) -> bytes:
    book = openpyxl.Workbook()
    for row in [heads, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_row_is_read_with_its_number_and_by_the_heads():
    content = workbook(
        ["法律法规", "年假几天？", "五天。\n十天。", "《条例》"],
        [],
        ["入会", "怎么入会", "申请", "《章程》"],
    )
    found = table.read(content)
    assert [row.number for row in found.rows] == [2, 4]
    assert found.rows[0][heads.ANSWER] == "五天。\n十天。"
    assert found.rows[0][heads.CLAUSE] == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_other_orders_and_with_fewer_columns_is_read(encoding):
    text = "问题,分类,依据,回答,备注\n年假几天,法律法规,《条例》,五天,看看\n"
    found = table.read(text.encode(encoding))
    assert found.rows[0][heads.CATEGORY] == "法律法规"
    assert heads.CLAUSE not in found.rows[0]
    assert found.ignored == ("备注",)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        ("分类,问题\na,b".encode(), "columns"),
        ("分类,问题,回答,依据,问题\n1,2,3,4,5".encode(), "columns"),
        ("分类,问题,回答,依据\n,,,".encode(), "empty"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0 old", "old_excel"),
    ],
)
def test_a_file_that_can_t_be_read_says_why(content, code):
    with pytest.raises(TableError) as refused:
        table.read(content)
    assert refused.value.code == code


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    row = ["法律法规", "年假几天？", "五天。", "《条例》"]
    assert len(table.read(workbook(row, row)).rows) == 2
    with pytest.raises(TableError) as refused:
        table.read(workbook(row, row, row))
    assert refused.value.code == "too_many_rows"


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/1/31",
        "2026.01.31",
        "2026年1月31日",
        " 2026-1-31 ",
        "2026-01-31 00:00:00",
    ],
)
def test_a_day_is_read_as_people_write_it(text):
    assert table.day_of(text) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2026-02-30", "明天", "31.1.2026", "2026", "46053"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r"day|month|^" + re.escape(text)):
        table.day_of(text)


def test_a_day_that_the_spreadsheet_holds_as_a_date_is_read():
    content = workbook(
        ["法", "问", "答", "据", "", "", "", datetime(2026, 1, 31), date(2026, 2, 1)]
    )
    row = table.read(content).rows[0]
    assert table.day_of(row[heads.VALID_FROM]) == date(2026, 1, 31)
    assert table.day_of(row[heads.VALID_UNTIL]) == date(2026, 2, 1)


@pytest.mark.parametrize(("text", "said"), [("是", True), ("", True), ("No", False), ("０", False)])
def test_yes_and_no(text, said):
    assert table.yes_or_no(text) is said


@given(st.text())
def test_a_neutral_cell_is_read_as_it_was(text):
    # Who begins a cell with an apostrophe before a formula loses it: nobody writes that.
    if not text.startswith("'"):
        assert table.plain(str(neutral(text))) == text


CELL = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30
).filter(lambda text: text.strip() == text and not text.startswith("'"))


@settings(max_examples=25, deadline=None)
@given(CELL, CELL, st.booleans(), st.dates(min_value=date(1900, 1, 1)))
def test_what_is_written_is_read_again(question, answer, published, day):
    entry = Entry(
        category=Category(name="法律法规"),
        question=question,
        answer=answer,
        source="=《条例》",
        wordings="一种\n又一种",
        valid_from=day,
        published=published,
    )
    content = table.written([entry])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert not any(str(cell.value or "").startswith(DANGEROUS) for cell in sheet[2])
    row = table.read(content).rows[0]
    assert row[heads.QUESTION] == question
    assert row[heads.ANSWER] == answer
    assert row[heads.SOURCE] == "=《条例》"
    assert row[heads.WORDINGS] == "一种\n又一种"
    assert table.day_of(row[heads.VALID_FROM]) == day
    assert table.yes_or_no(row[heads.PUBLISHED]) is published


def test_the_template_has_the_heads_and_says_how():
    book = openpyxl.load_workbook(io.BytesIO(table.written([])))
    assert [cell.value for cell in book.worksheets[0][1]] == HEADS
    assert any("20,000" in str(row[0]) for row in book.worksheets[1].values)
