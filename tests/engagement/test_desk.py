"""The officers' desk: figures of the own subtree, honest about size, age and definition."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from engagement import services
from tests.factories.engagement import (
    PageViewsFactory,
    RollUpFactory,
    TallyFactory,
    people_measure,
)
from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("measures")]


@pytest.fixture
def officer(tree):
    """An officer of 甲市."""
    return OfficerRoleFactory(union=tree.city).member


@pytest.fixture
def desk(officer, signed_in):
    """`desk(union, query="")` opens the overview as the officer of 甲市 and returns its soup."""

    def open_desk(union, query="", name="manage_unit"):
        response = signed_in(officer).get(reverse(name, args=[union.pk]) + query)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return open_desk


def people(measures, tree, first_week=(), second_week=()):
    """Declare participants: pairs (union, person) of this week and of the week before."""
    today = timezone.localdate()
    events = [(today - timedelta(days=person % 3), u.pk, person) for u, person in second_week]
    events += [(today, u.pk, person) for u, person in second_week]
    events += [(today - timedelta(days=8), u.pk, person) for u, person in first_week]
    measures(people_measure(events))
    services.roll_up(first=today - timedelta(days=60), last=today)


def table(soup) -> list[list[str]]:
    def cells(row):
        for unit in row.select("th[scope=col] small"):
            unit.string = f"（{unit.string}）"
        for aside in row.select("th[scope=row] details"):
            aside.decompose()
        return [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])]

    return [cells(row) for row in soup.select_one("section .table").find_all("tr")]


def test_the_desk_opens_on_the_first_unit_in_scope(officer, tree, signed_in):
    client = signed_in(officer)
    assert client.get("/manage/").url == reverse("manage_unit", args=[tree.city.pk])
    assert client.get(f"/manage/?unit={tree.plant.pk}").url == f"/manage/units/{tree.plant.pk}/"


@pytest.mark.parametrize("unit", ["abc", "-1", "1" * 18, "²"])
def test_a_unit_that_is_no_number_is_not_found(unit, officer, signed_in):
    assert signed_in(officer).get("/manage/", {"unit": unit}).status_code == 404


def test_a_chosen_unit_outside_the_scope_is_not_found(officer, tree, signed_in):
    assert signed_in(officer).get(f"/manage/?unit={tree.other_city.pk}").status_code == 404


def test_the_switcher_offers_the_own_subtree_alone(desk, tree):
    names = [option.text.strip() for option in desk(tree.county).select("#unit option")]
    assert names == ["甲市", "甲县", "甲厂", "乙厂"]


def test_without_numbers_the_page_says_so(desk, tree):
    assert "这段时间还没有数字" in desk(tree.city).text


def test_each_figure_stands_with_its_change_and_definition(desk, tree):
    today = timezone.localdate()
    TallyFactory(union=tree.plant, value=1200)
    TallyFactory(union=tree.plant, value=1000, day=today - timedelta(days=7))
    TallyFactory(union=tree.other_plant, value=5)
    stat = desk(tree.city).select_one(".stat")
    assert "报道阅读" in stat.text
    assert "1,200" in stat.text
    assert "比前 7 天 +200" in " ".join(stat.text.split())
    assert "每打开一次计一次" in stat.select_one("details").text


def test_participants_of_a_period_are_counted_once(desk, tree, measures):
    people(measures, tree, [(tree.plant, 1)], [(tree.plant, n) for n in range(6)])
    soup = desk(tree.city)
    stat = next(found for found in soup.select(".stat") if "竞赛参与" in found.text)
    assert stat.select_one(".stat__n").text == "6人"
    assert "参与率 7.5%，工会登记的在册会员 80 人" in stat.text


def test_what_a_phone_leaves_out_of_the_table_is_under_the_unit_s_name(desk, tree, measures):
    people(measures, tree, [], [(tree.plant, 1)])
    TallyFactory(union=tree.plant, value=7)
    row = desk(tree.county).find("a", string="甲厂").find_parent("tr")
    hidden = [cell.text for cell in row.select("td.wide-only")]
    more = row.select("th details.phone-only dl > div")
    assert [found.dt.text for found in more] == ["在册会员", "报道阅读", "竞赛参与"]
    assert [found.dd.text for found in more] == hidden == ["20", "7", "1"]


def test_units_are_listed_with_their_whole_subtree(desk, tree, measures):
    people(
        measures,
        tree,
        [(tree.mill, 9)],
        [(tree.plant, 1), (tree.mill, 2), (tree.county, 3), (tree.city, 4)],
    )
    rows = table(desk(tree.city))
    assert rows[0] == ["单位", "在册会员", "报道阅读", "竞赛参与", "参与率", "比前 7 天（百分点）"]
    assert ["甲县", "60", "0", "3", "5.0%", "+3.3"] in rows
    assert ["本级", "20", "0", "1", "5.0%", "+5.0"] in rows
    assert rows[-1] == ["合计", "80", "0", "4", "5.0%", "+3.8"]


def test_without_the_fast_path_a_measure_gives_the_same_table(desk, tree, measures, monkeypatch):
    people(measures, tree, [], [(tree.plant, 1), (tree.mill, 1), (tree.city, 2)])
    fast = table(desk(tree.city))
    measure = services.registry["quiz_participants"]
    monkeypatch.setattr(measure, "by_union", classmethod(lambda cls, *args: None))
    slow = table(desk(tree.city))
    assert [row for row in slow if row[0] == "本级"] == [row for row in fast if row[0] == "本级"]


def test_the_table_sorts_by_link(desk, tree):
    TallyFactory(union=tree.plant, value=1)
    TallyFactory(union=tree.mill, value=5)
    assert [row[0] for row in table(desk(tree.county, "?sort=page_views"))[1:4]] == [
        "本级", "甲厂", "乙厂",
    ]  # fmt: skip
    soup = desk(tree.county, "?sort=-page_views")
    assert [row[0] for row in table(soup)[1:4]] == ["乙厂", "甲厂", "本级"]
    head = next(th for th in soup.select("thead th") if th.has_attr("aria-sort"))
    assert head["aria-sort"] == "descending"
    assert "sort=page_views" in head.a["href"]


@pytest.mark.parametrize("query", ["?sort=';--", "?period=99", "?measure=x", "?sort=-"])
def test_an_unknown_choice_falls_back(query, desk, tree):
    TallyFactory(union=tree.plant)
    assert "报道阅读" in desk(tree.city, query).text


def test_small_units_are_folded_and_the_page_says_so(desk, tree):
    UnionFactory(name="小厂", parent=tree.county, member_count=4)
    TallyFactory(union=tree.plant, value=3)
    rows = table(soup := desk(tree.county))
    assert "小厂" not in [row[0] for row in rows]
    assert any(row[0].startswith("其他 2 个单位") for row in rows)
    assert "不足 10 人的单位合并为一行" in soup.text


def test_a_unit_with_few_members_shows_no_numbers(desk, tree):
    small = UnionFactory(name="小厂", parent=tree.county, member_count=4)
    TallyFactory(union=small, value=777)
    soup = desk(small)
    assert "人数太少，不显示数字" in soup.text
    assert "777" not in soup.text


def test_files_of_a_unit_with_few_members_hold_no_numbers(officer, signed_in, tree):
    small = UnionFactory(name="小厂", parent=tree.county, member_count=4)
    TallyFactory(union=small, value=777)
    client = signed_in(officer)
    assert "777" not in client.get(f"/manage/units/{small.pk}/export.csv").content.decode()
    book = workbook(client.get(f"/manage/units/{small.pk}/export.xlsx"))
    cells = [cell for sheet in book for row in sheet.values for cell in row]
    assert 777 not in cells


def test_the_time_of_the_numbers_is_shown_and_a_standstill_too(desk, tree):
    with time_machine.travel("2026-04-23 09:40+08:00", tick=False):
        TallyFactory(union=tree.plant)
        RollUpFactory()
        soup = desk(tree.city)
        assert "截至 4月23日 09:40" in soup.text
        assert "数字停在" not in soup.text
    with time_machine.travel("2026-04-23 10:10+08:00", tick=False):
        assert "数字停在" in desk(tree.city).text


def test_today_is_set_against_yesterday(desk, tree):
    TallyFactory(union=tree.plant, value=4)
    TallyFactory(union=tree.plant, value=3, day=timezone.localdate() - timedelta(days=1))
    stat = desk(tree.city, "?period=today").select_one(".stat")
    assert stat.select_one(".stat__n").text == "4次"
    assert "比昨天 +1" in " ".join(stat.text.split())


def test_the_chart_is_told_in_words_and_the_numbers_stand_below(desk, tree):
    TallyFactory(union=tree.plant, value=17)
    soup = desk(tree.city)
    svg = soup.select_one("svg[role=img][aria-labelledby='chart-title chart-text']")
    assert "17" in svg.find("desc").text
    assert not soup.find_all(style=True)
    assert soup.select("details table tbody tr")[-1].find_all("td")[0].text == "17"


def test_silent_units_are_named_to_look_at(desk, tree):
    TallyFactory(union=tree.plant, value=17)
    notes = desk(tree.county).select(".todo li")
    assert [note.b.text for note in notes] == ["乙厂"]


def test_an_enterprise_has_no_units_below(desk, tree):
    TallyFactory(union=tree.plant, value=17)
    assert "没有下级单位" in desk(tree.plant).text


@pytest.mark.parametrize("name", ["manage_unit", "manage_csv", "manage_xlsx"])
def test_the_queries_do_not_grow_with_units(
    name, officer, signed_in, tree, measures, count_queries
):
    people(measures, tree, [], [(tree.plant, 1)])
    client = signed_in(officer)
    address = reverse(name, args=[tree.county.pk])
    client.get(address)
    before = count_queries(lambda: client.get(address))
    for number in range(12):
        unit = UnionFactory(parent=tree.county, member_count=30)
        TallyFactory(union=unit, value=number)
    assert count_queries(lambda: client.get(address)) == before


def workbook(response) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_the_files_hold_what_the_screen_shows(officer, signed_in, desk, tree, measures):
    people(measures, tree, [(tree.mill, 9)], [(tree.plant, 1), (tree.mill, 2), (tree.city, 4)])
    TallyFactory(union=tree.plant, value=1234)
    UnionFactory(name="小厂", parent=tree.city, member_count=4)
    for query in ["?sort=-page_views&period=7", "?sort=name&period=30", "?period=today"]:
        shown = table(desk(tree.city, query))

        def as_shown(value, heads, place):
            if value in (None, ""):
                return "—"
            if heads[place] == "参与率":
                return f"{float(value):.1f}%"
            if heads[place].startswith("比"):
                return f"{float(value):+.1f}".replace("-", "−").replace("+0.0", "0.0")
            return f"{int(value):,}" if place else value

        client = signed_in(officer)
        address = f"/manage/units/{tree.city.pk}/export"
        rows = list(
            csv.reader(
                io.StringIO(client.get(address + ".csv" + query).content.decode("utf-8-sig"))
            )
        )
        assert [rows[0]] + [
            [as_shown(value, rows[0], place) for place, value in enumerate(row)] for row in rows[1:]
        ] == shown
        sheet = list(workbook(client.get(address + ".xlsx" + query)).worksheets[0].values)
        start = next(i for i, row in enumerate(sheet) if row[:2] == ("单位", "在册会员"))
        assert [
            [str(value) if value is not None else "" for value in row[: len(rows[0])]]
            for row in sheet[start:]
        ] == [[value.removesuffix(".0") for value in row] for row in rows]


@pytest.mark.parametrize("name", ["=1+1", "+8", "-2", "@SUM(A1)", "＝1+1", " =1", "|cmd", "%x"])
def test_a_name_is_never_a_formula(name, officer, signed_in, tree):
    UnionFactory(name=name, parent=tree.city, member_count=50)
    TallyFactory(union=tree.plant)
    client = signed_in(officer)
    text = client.get(f"/manage/units/{tree.city.pk}/export.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'" + name in cells
    book = workbook(client.get(f"/manage/units/{tree.city.pk}/export.xlsx"))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds


def test_views_reach_the_desk(officer, desk, tree):
    PageViewsFactory(union_id=tree.plant.pk, views=42)
    services.roll_up(first=timezone.localdate(), last=timezone.localdate())
    assert desk(tree.city).select_one(".stat__n").text == "42次"


# People


def test_the_roster_shows_the_subtree_with_masked_phones(desk, tree):
    MemberFactory(union=tree.plant, display_name="李芳", phone="13812341234")
    MemberFactory(union=tree.other_plant, display_name="赵远")
    text = desk(tree.city, name="manage_people").text
    assert "李芳" in text
    assert "138****1234" in text
    assert "13812341234" not in text
    assert "赵远" not in text


def test_the_roster_is_searched_by_name(desk, tree):
    MemberFactory(union=tree.plant, display_name="李芳")
    MemberFactory(union=tree.plant, display_name="王强")
    text = desk(tree.city, "?q=李", name="manage_people").text
    assert "李芳" in text
    assert "王强" not in text
    assert "没有找到" in desk(tree.city, "?q=无人", name="manage_people").text


def test_the_roster_has_pages(desk, tree):
    MemberFactory.create_batch(55, union=tree.plant)
    first = desk(tree.plant, name="manage_people")
    assert len(first.select("tbody tr")) == 50
    assert first.select_one(".pager a[rel=next]")["href"] == "?page=2"
    assert len(desk(tree.plant, "?page=2", name="manage_people").select("tbody tr")) == 5


def test_the_queries_do_not_grow_with_people(officer, signed_in, tree, count_queries):
    MemberFactory(union=tree.plant)
    client = signed_in(officer)
    address = reverse("manage_people", args=[tree.city.pk])
    client.get(address)
    before = count_queries(lambda: client.get(address))
    MemberFactory.create_batch(20, union=tree.plant)
    assert count_queries(lambda: client.get(address)) == before
