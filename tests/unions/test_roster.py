"""A roster is imported whole or not at all, safely, as often as one likes."""

import contextlib
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.unions import MemberFactory, UnionFactory
from unions import roster, services, tables
from unions.models import Member, Union
from unions.roster import RosterFileError, RosterRow
from unions.scope import Scope

HEADS = ["姓名", "手机号", "工会代码", "用户名", "昵称"]


def workbook(rows, heads=HEADS, change=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [heads, *rows]:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, change) -> bytes:
    """The workbook with `change(name, data)` in place of each part."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return out.getvalue()


def refused(content: bytes) -> RosterFileError:
    with pytest.raises(RosterFileError) as caught:
        roster.read(content)
    return caught.value


# Reading


def test_a_workbook_is_read_with_numbers_as_text():
    content = workbook(
        [["王芳", 13800001234, "yg-01", "wangfang", "小王"], ["李雷", "13800001235.0", 7]]
    )
    assert roster.read(content).rows == [
        RosterRow(2, "王芳", "13800001234", "yg-01", "wangfang", "小王"),
        RosterRow(3, "李雷", "13800001235", "7"),
    ]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named():
    content = workbook(
        [["备注", "yg-01", "王芳", "13800001234"]], ["说明", "工会代码", " 姓名 ", "手机号"]
    )
    found = roster.read(content)
    assert found.rows == [RosterRow(2, "王芳", "13800001234", "yg-01")]
    assert found.ignored == ("说明",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in [HEADS[:3], ["王芳", "13800001234", "yg-01"]])
    assert roster.read(text.encode(encoding)).rows == [RosterRow(2, "王芳", "13800001234", "yg-01")]


def test_empty_rows_are_left_out_and_numbers_stay_those_of_the_file():
    content = workbook([["王芳", "13800001234", "a"], [None], ["李雷", "13800001235", "a"]])
    assert [row.number for row in roster.read(content).rows] == [2, 4]


@pytest.mark.parametrize(
    ("heads", "named"),
    [
        (["姓名", "电话", "工会代码"], "手机号"),
        (["name"], "姓名、手机号、工会代码"),
        ([""], "姓名"),
    ],
)
def test_missing_columns_are_named(heads, named):
    error = refused(workbook([["x"] * len(heads)], heads))
    assert error.code == "columns"
    assert named in str(error)


def test_two_columns_of_one_name_are_refused():
    assert refused(workbook([["a"] * 4], [*HEADS[:3], "姓名"])).code == "columns"


def test_merged_cells_are_refused_in_clear_words():
    error = refused(workbook([["王芳", 1, 1]], change=lambda sheet: sheet.merge_cells("A2:B2")))
    assert error.code == "merged"
    assert "合并单元格" in str(error)


@pytest.mark.parametrize(
    "dtd",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!doctype x SYSTEM "file:///etc/passwd">',
    ],
)
@pytest.mark.parametrize(
    "name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
)
def test_a_document_type_is_unsafe_wherever_it_stands(name, dtd):
    def add(part, data):
        head, mark, rest = data.rpartition(b"?>") if b"?>" in data else (b"", b"", data)
        return head + mark + dtd + rest if part == name else data

    template = roster.template("a")
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        assert name in archive.namelist()
    error = refused(repacked(template, add))
    assert (error.code, str(error)) == ("unsafe", "文件格式不安全，无法导入。")


def test_another_encoding_can_not_hide_a_document_type():
    content = workbook([["王芳", "13800001234", "a"]])
    dtd = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x []><worksheet/>'.encode("utf-16")
    hidden = repacked(content, lambda name, data: dtd if name.endswith("sheet1.xml") else data)
    assert refused(hidden).code == "unsafe"


def test_a_document_type_across_two_pieces_is_found(monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 7)
    content = repacked(
        workbook([["王芳", "13800001234", "a"]]),
        lambda name, data: data + b"<!DOCTYPE x>" if name.endswith("sheet1.xml") else data,
    )
    assert refused(content).code == "unsafe"


@pytest.mark.parametrize("size", [9, 70])
def test_a_file_that_unpacks_too_far_is_refused_before_it_is_parsed(size, monkeypatch):
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    bomb = repacked(
        workbook([["王芳", "13800001234", "a"]]),
        lambda name, data: data + b" " * (size << 20) if name.endswith("sheet1.xml") else data,
    )
    assert len(bomb) < 1 << 20
    assert refused(bomb).code == "bomb"


def test_too_many_rows_are_refused_before_they_are_parsed(monkeypatch):
    content = workbook([["王芳", "13800001234", "a"]] * 60)
    monkeypatch.setattr(roster, "MAX_ROWS", 59)
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert refused(content).code == "too_many_rows"


@pytest.mark.parametrize("chunk", [3, 64, 1 << 20])
def test_as_many_rows_as_allowed_are_read(chunk, monkeypatch):
    content = workbook([["王芳", "13800001234", "a"]] * 60)
    monkeypatch.setattr(roster, "MAX_ROWS", 60)
    monkeypatch.setattr(tables, "CHUNK", chunk)
    assert len(roster.read(content).rows) == 60


def test_too_many_lines_of_csv_are_refused(monkeypatch):
    monkeypatch.setattr(roster, "MAX_ROWS", 2)
    assert refused(("姓名,手机号,工会代码\n" + "a,b,c\n" * 3).encode()).code == "too_many_rows"


def test_a_row_far_below_the_others_is_refused_not_waited_for():
    def far(sheet):
        sheet.cell(row=900_000, column=1, value="王芳")

    assert refused(workbook([["王芳", "13800001234", "a"]], change=far)).code == "too_many_rows"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        ("姓名,手机号,工会代码\n".encode(), "empty"),
        (b"\xd0\xcf\x11\xe0 old or encrypted", "old_excel"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xff\xfe\x00\xd8\xff", "encoding"),
        ('姓名,手机号,工会代码\n"王芳,1,a'.encode(), "unreadable"),
        (b"x" * (roster.MAX_FILE + 1), "too_large"),
        (b"%PDF-1.7", "columns"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_reason(content, code):
    assert refused(content).code == code


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(out.getvalue()).code == "unreadable"


def test_parts_of_one_name_are_unsafe():
    out = io.BytesIO(workbook([["王芳", "13800001234", "a"]]))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refused(out.getvalue()).code == "unsafe"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_or_refused_but_never_crash(content, as_zip):
    with contextlib.suppress(RosterFileError):
        roster.read(b"PK\x03\x04" + content if as_zip else content)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 8000), st.integers(0, 255))
def test_a_workbook_with_a_broken_byte_is_read_or_refused(at, byte):
    content = bytearray(workbook([["王芳", "13800001234", "a"]]))
    content[at % len(content)] = byte
    with contextlib.suppress(RosterFileError):
        roster.read(bytes(content))


def test_the_template_is_a_roster_without_rows():
    assert refused(roster.template("yg-01")).code == "empty"
    book = openpyxl.load_workbook(io.BytesIO(roster.template("yg-01")))
    assert [cell.value for cell in book.worksheets[0][1]] == HEADS
    assert any("yg-01" in row[0] for row in book.worksheets[1].values)


# Writing


@pytest.fixture
def city(db):
    return UnionFactory(code="city", name="甲市", level=Union.Level.CITY)


@pytest.fixture
def plant(city):
    return UnionFactory(code="plant", name="甲厂", parent=city)


@pytest.fixture
def elsewhere(db):
    return UnionFactory(code="elsewhere", name="乙市", level=Union.Level.CITY)


@pytest.fixture
def scope(city, plant):
    return Scope((city.path,))


def row(number=2, name="王芳", phone="13800001234", code="plant", username="", nickname=""):
    return RosterRow(number, name, phone, code, username, nickname)


def many(count, **changed):
    return [row(n + 2, phone=f"138{n:08}", **changed) for n in range(count)]


def errors(plan):
    return {error.number: error.message for error in plan.errors}


@pytest.mark.django_db
def test_new_members_join_their_union_without_a_password(scope, plant):
    services.import_roster(scope=scope, rows=[row(nickname="小王")])
    member = Member.objects.get(phone="13800001234")
    assert (member.display_name, member.union, member.nickname) == ("王芳", plant, "小王")
    assert not member.has_usable_password()
    assert "1380000" not in member.username


@pytest.mark.django_db
def test_one_bad_row_in_five_thousand_writes_nothing_and_is_named(scope):
    rows = many(5000)
    rows[3210] = row(3212, phone="1380000")
    before = Member.objects.count()
    plan = services.import_roster(scope=scope, rows=rows)
    assert list(errors(plan)) == [3212]
    assert "手机号不是 11 位" in errors(plan)[3212]
    assert Member.objects.count() == before


@pytest.mark.django_db
def test_the_same_roster_again_changes_nothing(scope):
    rows = [*many(20), row(99, phone="", username="wangfang")]
    services.import_roster(scope=scope, rows=rows)
    before = list(Member.objects.order_by("pk").values())
    plan = services.import_roster(scope=scope, rows=rows)
    assert (len(plan.new), len(plan.changed), plan.same) == (0, 0, 21)
    assert list(Member.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_a_known_number_updates_the_member_and_empty_cells_keep_what_is(scope, city):
    services.import_roster(scope=scope, rows=[row(nickname="小王")])
    plan = services.import_roster(scope=scope, rows=[row(name="王小芳", code="city")])
    member = Member.objects.get(phone="13800001234")
    assert len(plan.changed) == 1
    assert (member.display_name, member.union, member.nickname) == ("王小芳", city, "小王")


@pytest.mark.django_db
def test_a_user_name_is_the_stronger_key_so_that_a_phone_may_change(scope):
    services.import_roster(scope=scope, rows=[row(username="wangfang")])
    services.import_roster(scope=scope, rows=[row(username="wangfang", phone="13900001234")])
    assert Member.objects.get(username="wangfang").phone == "13900001234"


@pytest.mark.django_db
def test_an_officer_imports_into_the_own_subtree_alone(scope, elsewhere):
    plan = services.import_roster(
        scope=scope, rows=[row(code="elsewhere"), row(3, phone="13800001235")]
    )
    assert "不在您的管辖范围内" in errors(plan)[2]
    assert not Member.objects.filter(phone="13800001235").exists()


@pytest.mark.django_db
def test_a_member_of_another_union_can_not_be_taken_over(scope, elsewhere):
    theirs = MemberFactory(union=elsewhere, phone="13800001234", display_name="赵远")
    plan = services.import_roster(scope=scope, rows=[row()])
    assert "赵远" not in errors(plan)[2]
    theirs.refresh_from_db()
    assert (theirs.display_name, theirs.union) == ("赵远", elsewhere)


@pytest.mark.django_db
def test_a_user_name_and_another_members_phone_do_not_mix(scope, plant):
    MemberFactory(union=plant, username="a", phone="13800001234")
    MemberFactory(union=plant, username="b")
    plan = services.import_roster(scope=scope, rows=[row(username="b")])
    assert "属于另一个用户名" in errors(plan)[2]


@pytest.mark.django_db
def test_staff_accounts_are_not_changed_by_a_roster(scope, plant):
    MemberFactory(union=plant, phone="13800001234", is_superuser=True)
    assert "后台账号" in errors(services.import_roster(scope=scope, rows=[row()]))[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "没有姓名"),
        ({"phone": "", "username": ""}, "手机号和用户名至少填一项"),
        ({"phone": "#N/A"}, "手机号不是 11 位"),
        ({"code": ""}, "没有工会代码"),
        ({"code": "nowhere"}, "nowhere"),
        ({"name": "王" * 31}, "最多 30 个字"),
        ({"name": "王" + "\u0301" * 5000}, "叠加符号"),
        ({"nickname": "王" * 13}, "最多 12 个字"),
        ({"nickname": "13800001234"}, "不要写手机号"),
        ({"username": "a b!"}, "用户名"),
        ({"username": "a" * 151}, "最多 150 个字符"),
    ],
)
def test_a_bad_row_is_told_in_words(changed, message, scope):
    assert message in errors(services.import_roster(scope=scope, rows=[row(**changed)]))[2]


@pytest.mark.django_db
def test_a_number_twice_in_one_file_names_the_other_row(scope):
    plan = services.import_roster(scope=scope, rows=[row(2), row(7)])
    assert errors(plan) == {7: "和第 2 行重复。"}


@pytest.mark.django_db
def test_the_queries_grow_with_batches_not_with_rows(scope, count_queries):
    small = count_queries(lambda: services.import_roster(scope=scope, rows=many(10)))
    assert count_queries(lambda: services.plan_roster(scope=scope, rows=many(300))) <= small


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_meanwhile_is_told_and_nothing_written(scope, plant, monkeypatch):
    plan = services.plan_roster(scope=scope, rows=many(3))
    MemberFactory(union=plant, phone="13800000001")
    monkeypatch.setattr(services, "plan_roster", lambda **wanted: plan)
    with pytest.raises(services.RegisterError) as caught:
        services.import_roster(scope=scope, rows=many(3))
    assert caught.value.code == "conflict"
    assert Member.objects.count() == 1
