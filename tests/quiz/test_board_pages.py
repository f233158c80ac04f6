"""The leaderboard's tabs, orders, days, phases and files, and the board for a hall."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import boards, rules, services
from quiz.boards import By, Choice, UnknownBoard, chosen_board
from quiz.models import Competition
from tests.factories.quiz import CompetitionFactory, RoundFactory
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_boards import played
from unions.models import Union

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def address(competition, name="leaderboard"):
    return reverse(f"quiz:{name}", args=[competition.slug])


def page(client, competition, query=""):
    return BeautifulSoup(client.get(address(competition) + query).content, "html.parser")


def sheet(client, competition, query):
    response = client.get(address(competition, "leaderboard_file") + query)
    return list(openpyxl.load_workbook(BytesIO(response.content)).active.values)


def counted(competition, union, *, participants, completions, points):
    """The counters of a union, as the writer would have left them."""
    competition.union_standings.create(
        union=union, participants=participants, completions=completions, points=points
    )


@pytest.fixture
def three_cities():
    """甲 leads by rate, 乙 by completions, 丙 by points a head; a fourth is too small to show."""
    competition = CompetitionFactory()
    for name, industry, members, figures in (
        ("甲市", "energy", 20, (15, 15, 150)),
        ("乙市", "energy", 100, (30, 90, 600)),
        ("丙市", "health", 100, (10, 10, 400)),
        ("九人市", "textile", 9, (9, 99, 999)),
    ):
        city = UnionFactory(
            name=name, level=Union.Level.CITY, member_count=members, industry=industry
        )
        counted(
            competition,
            city,
            **dict(zip(("participants", "completions", "points"), figures, strict=True)),
        )
    return competition


def names(rows):
    return [row.name for row in rows]


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (By.RATE, ["甲市", "乙市", "丙市"]),
        (By.COMPLETIONS, ["乙市", "甲市", "丙市"]),
        (By.POINTS, ["丙市", "乙市", "甲市"]),
    ],
)
def test_unions_stand_in_the_order_asked_for_and_the_file_says_the_same(
    client, three_cities, by, order
):
    assert names(boards.union_board(three_cities, Union.Level.CITY, None, by=by)) == order
    query = f"?scope=union&level=city&by={by}"
    soup = page(client, three_cities, query)
    shown = [cell.get_text() for cell in soup.select(".board tbody th")]
    assert [text.strip() for text in shown] == order
    assert str(by.label) in soup.select_one(".board caption").text
    assert soup.select_one(".chips [aria-current]").text == str(by.label)
    assert [line[1] for line in sheet(client, three_cities, query)[1:]] == order


def test_industries_add_up_their_unions_and_small_ones_are_left_out(client, three_cities):
    rows = boards.industry_board(three_cities, None)
    assert [(row.name, row.participants, row.members) for row in rows] == [
        ("能源电力", 45, 120),
        ("卫生健康", 10, 100),
    ]
    body = page(client, three_cities, "?scope=industry").text
    assert "能源电力" in body
    assert "纺织" not in body
    assert [line[1] for line in sheet(client, three_cities, "?scope=industry")] == [
        "行业",
        "能源电力",
        "卫生健康",
    ]


def test_the_bar_of_the_best_is_full_and_a_rate_is_its_own_bar(three_cities):
    by_points = boards.union_board(three_cities, Union.Level.CITY, None, by=By.POINTS)
    assert [row.bar for row in by_points] == [100.0, 50.0, 25.0]
    by_rate = boards.union_board(three_cities, Union.Level.CITY, None)
    assert [row.bar for row in by_rate] == [75.0, 30.0, 10.0]


def test_the_own_union_is_marked_and_comes_after_a_long_list(client, signed_in, monkeypatch):
    competition = CompetitionFactory()
    cities = [
        UnionFactory(name=f"{n}号市", level=Union.Level.CITY, member_count=20) for n in range(5)
    ]
    for n, city in enumerate(cities):
        counted(competition, city, participants=15 - n, completions=15, points=1)
    signed_in(MemberFactory(union=cities[-1]))
    monkeypatch.setattr(boards, "TOP_UNIONS", 2)
    soup = page(client, competition, "?scope=union&level=city")
    ranks = [cell.text for cell in soup.select(".board .rank")]
    assert ranks == ["1", "2", "5"]
    assert "4号市" in soup.select_one(".board .is-me").text
    assert len(sheet(client, competition, "?scope=union&level=city")) == 3


@pytest.mark.usefixtures("small_boards")
def test_a_day_has_a_board_of_its_own_with_the_own_place_on_it(client, signed_in):
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - 3 * DAY)
    today = timezone.localdate(now)
    me = played(competition, MemberFactory(nickname="夜班老高"), right=4, now=now - DAY)
    played(competition, MemberFactory(nickname="北港叉车"), right=3, now=now)
    played(competition, me, right=1, now=now)
    signed_in(me)
    total = page(client, competition)
    assert total.select_one(".chips .chip").text == "总榜"
    assert "夜班老高" in total.select_one(".board tbody tr").text
    that_day = page(client, competition, f"?scope=person&day={today}")
    assert "北港叉车" in that_day.select_one(".board tbody tr").text
    assert "2" in that_day.select_one(".patch .left b").text
    lines = sheet(client, competition, f"?day={today}")
    assert [line[1] for line in lines[1:]] == ["北港叉车", "夜班老高"]


def test_a_day_without_anyone_says_so(client):
    assert "没有人上榜" in page(client, CompetitionFactory(), "?day=2026-01-02").text


@pytest.mark.parametrize("query", ["day=2026-02-30", "by=luck", "scope=moon", "level=galaxy"])
def test_an_address_that_names_no_board_does_not_exist(client, query):
    competition = CompetitionFactory()
    for name in ("leaderboard", "leaderboard_file", "leaderboard_screen"):
        assert client.get(f"{address(competition, name)}?{query}").status_code == 404


choices = st.builds(
    Choice,
    st.sampled_from(["union"]),
    st.sampled_from(Union.Level.values),
    st.sampled_from(By.values),
) | st.builds(Choice, st.just("person"), day=st.none() | st.dates())


@given(choices)
def test_an_address_leads_back_to_its_board(choice):
    given = dict(part.split("=") for part in choice.address().removeprefix("?").split("&"))
    assert chosen_board(given, choice.level) == choice


@given(st.text(max_size=12), st.sampled_from(["scope", "level", "by", "day"]))
def test_any_other_text_is_refused_in_one_way(text, name):
    try:
        chosen_board({name: text}, Union.Level.CITY)
    except UnknownBoard:
        return
    assert text in {"", *boards.choice.SCOPES, *Union.Level.values, *By.values} or name == "day"


@pytest.fixture
def on_view():
    """Closed at midnight two days ago, on public view for three whole days."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return CompetitionFactory(
        opens_at=midnight - 9 * DAY,
        closes_at=midnight - 1 * DAY,
        objection_days=3,
        objection_contact="省总工会宣教部，0531-12345678",
    )


def test_the_objection_period_ends_so_many_whole_days_after_the_close(on_view):
    Phase = Competition.Phase
    end = on_view.closes_at + 3 * DAY
    assert on_view.objections_until == end
    assert on_view.phase_at(on_view.closes_at - DAY) == Phase.MOVING
    assert on_view.phase_at(on_view.closes_at) == Phase.OBJECTION
    assert on_view.phase_at(end - timedelta(seconds=1)) == Phase.OBJECTION
    assert on_view.phase_at(end) == Phase.FINAL


def test_in_the_objection_period_the_board_says_until_when_and_whom_to_tell(client, on_view):
    body = page(client, on_view).text
    for words in ("公示期", "公示到", "省总工会宣教部，0531-12345678"):
        assert words in body
    assert "最终名次" not in body
    assert any("公示 3 天" in line for _h, lines in rules.full_rules(on_view) for line in lines)
    home = client.get(on_view.get_absolute_url()).content.decode()
    assert "公示期满，名次生效" in home
    assert "名次公示到" in home
    assert "名次已经公布" not in home


def test_after_the_objection_period_the_board_is_final(client, on_view):
    Competition.objects.update(objection_days=0)
    body = page(client, on_view).text
    assert "最终名次" in body
    assert "公示" not in body


def test_an_objection_period_needs_someone_to_object_to(on_view):
    on_view.objection_contact = " "
    with pytest.raises(ValidationError) as refused:
        on_view.full_clean()
    assert list(refused.value.message_dict) == ["objection_contact"]


def test_a_frozen_board_is_not_on_view_before_it_is_final(on_view):
    on_view.freeze_at = on_view.closes_at - DAY
    assert on_view.phase_at(on_view.closes_at) == Competition.Phase.FROZEN


@pytest.mark.usefixtures("small_boards")
def test_the_screen_of_a_hall_shows_both_boards_without_names_and_refreshes_itself(
    client, signed_in, three_cities
):
    me = played(three_cities, MemberFactory(display_name="欧阳小雪"))
    signed_in(me)
    response = client.get(address(three_cities, "leaderboard_screen"))
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one('meta[http-equiv="refresh"]')
    assert [len(table.select("tbody tr")) for table in soup.select(".board")] == [1, 3]
    assert "欧阳*" in soup.text
    assert "欧阳小雪" not in soup.text
    assert not soup.select(".is-me")
    assert not soup.select("script")


def test_an_empty_screen_says_so(client):
    body = client.get(address(CompetitionFactory(), "leaderboard_screen")).content.decode()
    assert "还没有人上榜" in body
    assert "这一级还没有单位上榜" in body


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("leaderboard", "?scope=person"),
        ("leaderboard", "?scope=person&day=today"),
        ("leaderboard", "?scope=union&level=city&by=points"),
        ("leaderboard", "?scope=industry"),
        ("leaderboard_screen", ""),
        ("leaderboard_file", "?scope=union&level=city"),
    ],
)
def test_no_board_asks_more_queries_with_more_people_or_unions(
    client, signed_in, count_queries, name, query
):
    competition = CompetitionFactory()
    city = UnionFactory(level=Union.Level.CITY, member_count=9)
    query = query.replace("today", quote(str(timezone.localdate())))

    def more(count):
        for _n in range(count):
            union = UnionFactory(parent=city, industry="energy")
            member = played(competition, MemberFactory(union=union))
        services.rebuild_ladder(board_id=competition.boards.get(kind="total").pk, step=4)
        return member

    def show():
        boards.forget_totals()
        client.get(address(competition, name) + query)

    signed_in(more(10))
    show()
    few = count_queries(show)
    more(12)
    assert count_queries(show) == few


@pytest.mark.parametrize("query", ["", "?day={day}", "?round=1"])
@pytest.mark.parametrize(("count", "listed"), [(9, False), (10, True)])
def test_persons_are_listed_once_ten_take_part_and_each_always_sees_the_own_place(
    client, signed_in, count, listed, query
):
    competition = CompetitionFactory()
    RoundFactory(competition=competition)
    members = [MemberFactory(display_name=f"欧阳小{n}", nickname=f"代号{n}") for n in range(count)]
    for member in members:
        attempt = services.start_attempt(competition=competition, member=member)
        services.submit_attempt(attempt=attempt)
    query = query.format(day=timezone.localdate())
    pages = [
        client.get(reverse(name, args=[competition.slug]) + query)
        for name in ("quiz:leaderboard", "quiz:leaderboard_screen")
    ]
    for page in pages:
        text = page.content.decode()
        assert ("代号3" in text) == listed
        assert ("参与人数不足 10 人" in text) != listed
    address = reverse("quiz:leaderboard_file", args=[competition.slug]) + query
    book = openpyxl.load_workbook(BytesIO(client.get(address).content))
    cells = [str(cell) for row in book.active.values for cell in row]
    assert ("代号3" in cells) == listed
    assert any("参与人数不足 10 人" in cell for cell in cells) != listed
    signed_in(members[3])
    own = client.get(reverse("quiz:leaderboard", args=[competition.slug]) + query).content.decode()
    assert "我的位置" in own
    assert "代号3" in own
    assert ("代号4" in own) == listed
