"""Boards of rounds beside the total one: fed by each attempt, rebuilt, frozen, voided, regraded."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import boards, rules, services
from quiz.boards import UnknownBoard, chosen_board
from quiz.models import Board, Competition, Question, Standing, StandingChange
from quiz.ordering import Result
from tests.factories.quiz import CompetitionFactory, RoundFactory, TeamRoundFactory, answer_all
from tests.factories.unions import MemberFactory
from tests.quiz.test_boards import snapshot
from tests.quiz.test_regrades import corrected
from unions.models import Union

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIELDS = ("board", "member", "union", "points", "elapsed", "cost", "completions")


@pytest.fixture
def competition():
    """Two rounds that have opened, the second today, and one to come; results of rounds add up."""
    found = CompetitionFactory(
        opens_at=timezone.now() - 3 * DAY,
        counting=Competition.Counting.SUM_OF_ROUNDS,
        catch_up=True,
        daily_tries=5,
    )
    for number, days in enumerate((-1, 0, 3), start=1):
        RoundFactory(competition=found, number=number, days=days)
    return found


@pytest.fixture
def first(competition):
    return competition.rounds.get(number=1)


@pytest.fixture
def second(competition):
    return competition.rounds.get(number=2)


def played(round, member=None, *, right=2, now=None):
    """A finished attempt of `round`; returns the member."""
    now = now or timezone.now()
    member = member or MemberFactory()
    competition = Competition.objects.get(pk=round.competition_id)
    attempt = services.start_attempt(competition=competition, member=member, round=round, now=now)
    answer_all(attempt, right=right, now=now)
    services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=60))
    services.fold_changes()
    return member


def points(round, **kwargs):
    return [row.points for row in boards.top(round.competition, None, round=round, **kwargs)]


def address(competition, name="leaderboard"):
    return reverse(f"quiz:{name}", args=[competition.slug])


def page(client, competition, query=""):
    return BeautifulSoup(client.get(address(competition) + query).content, "html.parser")


def test_an_attempt_counts_in_total_on_its_day_and_in_its_round(competition, first, second):
    member = played(first, right=3, now=timezone.now() - DAY)
    played(second, member, right=1)
    other = played(second, right=2)
    assert points(first) == [30]
    assert points(second) == [20, 10]
    assert [row.points for row in boards.top(competition, None)] == [40, 20]
    assert boards.place_of(competition, member, round=second).row.rank == 2
    assert boards.place_of(competition, other, round=first) is None
    assert boards.participants(competition, round=second) == 2


def test_what_is_caught_up_counts_in_its_round_and_on_the_day_it_was_made(competition, first):
    played(first, right=3)
    today = timezone.localdate()
    assert points(first) == [30]
    assert [row.points for row in boards.top(competition, None, day=today)] == [30]


@pytest.mark.parametrize("counting", Competition.Counting.values)
def test_the_best_of_the_round_counts_however_results_add_up(competition, first, counting):
    Competition.objects.update(counting=counting)
    member = played(first, right=3, now=timezone.now() - DAY)
    played(first, member, right=2)
    played(first, member, right=1)
    assert points(first) == [30]
    assert Standing.objects.get(board__round=first).completions == 3


def test_a_competition_without_rounds_has_no_board_of_a_round():
    competition = CompetitionFactory()
    services.record_attempt(
        competition=competition,
        member=MemberFactory(),
        started_at=timezone.now() - timedelta(minutes=5),
        elapsed=60,
        right=2,
    )
    kinds = Board.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["day", "total"]


def test_a_rebuild_gives_every_board_what_the_submits_gave(competition, first, second):
    for member in MemberFactory.create_batch(3):
        played(first, member, right=1, now=timezone.now() - DAY)
        played(second, member, right=3)
        played(second, member, right=2)
    before = snapshot(Standing, *FIELDS)
    Standing.objects.filter(board__round=second).delete()
    Standing.objects.filter(board__round=first).update(points=0, completions=9)
    services.rebuild_standings(competition=competition)
    assert snapshot(Standing, *FIELDS) == before
    assert not StandingChange.objects.exists()


def test_a_rebuild_makes_the_boards_that_are_missing(competition, first):
    played(first)
    Board.objects.filter(kind=Board.Kind.ROUND).delete()
    services.rebuild_standings(competition=competition)
    assert points(first) == [20]


def test_a_result_that_is_taken_away_goes_from_its_round_alone_and_comes_back(
    competition, first, second
):
    member = played(first, right=3, now=timezone.now() - DAY)
    played(second, member, right=1)
    keeper = MemberFactory(is_staff=True)
    attempt = member.attempts.get(round=first)
    services.void_attempt(attempt=attempt, reason="两人同时作答。", by=keeper)
    services.fold_changes()
    assert points(first) == []
    assert points(second) == [10]
    restored = services.restore_attempt(attempt=attempt, by=keeper)
    services.fold_changes()
    assert restored.void_at is None
    assert points(first) == [30]


def test_a_frozen_competition_freezes_its_rounds_and_a_round_after_the_freeze_waits(
    competition, first, second
):
    now = timezone.now()
    played(first, right=2, now=now - DAY)
    Competition.objects.update(freeze_at=now - timedelta(hours=12))
    competition.refresh_from_db()
    played(first, right=4)
    played(second, right=3)
    services.rebuild_standings(competition=competition)
    assert points(first) == [20]
    assert points(second) == []
    after = competition.closes_at + timedelta(minutes=5)
    assert services.thaw_boards(now=after) == 1
    assert points(first) == [40, 20]
    assert points(second) == [30]


def statements_of_a_submit(competition, member, round):
    """How many statements it takes to hand in a fresh attempt."""
    competition = Competition.objects.get(pk=competition.pk)
    attempt = services.start_attempt(competition=competition, member=member, round=round)
    with CaptureQueriesContext(connection) as captured:
        services.submit_attempt(attempt=attempt)
    assert Standing.objects.filter(member=member).exists()
    return len(captured)


def test_every_submit_asks_as_many_queries_however_many_rounds_were_played(
    competition, first, second
):
    member = MemberFactory()
    played(second, member)
    few = statements_of_a_submit(competition, member, second)
    played(first, member)
    for number in range(4, 9):
        played(RoundFactory(competition=competition, number=number), member)
    services.fold_changes()
    assert statements_of_a_submit(competition, member, second) == few
    assert StandingChange.objects.count() == 3  # total, its day, its round


def test_a_round_costs_a_submit_a_row_and_no_statement(first):
    found = []
    for round, competition in ((None, CompetitionFactory()), (first, first.competition)):
        member = MemberFactory()
        statements_of_a_submit(competition, member, round)  # makes the boards and the rows
        found.append(statements_of_a_submit(competition, member, round))
    assert found[0] == found[1]


def test_the_database_keeps_one_board_per_round_and_a_round_for_each(competition, first):
    Board.objects.needed(competition, (), {first.pk})
    with pytest.raises(IntegrityError), transaction.atomic():
        Board.of(competition, round_id=first.pk).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Board.objects.create(competition=competition, kind=Board.Kind.ROUND)
    with pytest.raises(IntegrityError), transaction.atomic():
        Board.objects.create(
            competition=competition, kind=Board.Kind.DAY, day=timezone.localdate(), round=first
        )


def test_a_board_takes_the_results_of_its_day_or_round_and_the_total_one_all(
    competition, first, second
):
    today = timezone.localdate()
    parts = [(first, today - DAY), (first, today), (second, today)]
    results = [Result(day, 0, 0, round.pk) for round, day in parts]
    needed = Board.objects.needed(competition, {today, today - DAY}, {first.pk, second.pk})
    taken = {
        (board.round_id, board.day): [
            place for place, row in enumerate(results) if board.takes(row)
        ]
        for board in needed
    }
    assert taken == {
        (None, None): [0, 1, 2],
        (first.pk, None): [0, 1],
        (second.pk, None): [2],
        (None, today - DAY): [0],
        (None, today): [1, 2],
    }


def test_the_page_offers_the_rounds_that_have_opened_the_latest_first(client, competition):
    chips = page(client, competition).select(".chips")[0]
    assert [chip.text for chip in chips.select(".chip")] == ["总榜", "第 2 关", "第 1 关"]
    assert chips.select_one("[aria-current]").text == "总榜"
    link = chips.select(".chip")[1]["href"]
    again = page(client, competition, link)
    assert [chip.text for chip in again.select(".chips [aria-current]")] == ["第 2 关"]


def test_many_rounds_fold_away_and_the_fold_opens_around_the_one_that_is_shown(client):
    competition = CompetitionFactory(opens_at=timezone.now() - 9 * DAY)
    for days in range(-8, 1):
        RoundFactory(competition=competition, days=days)
    late = page(client, competition)
    assert len(late.select(".chips")[0].select(".chip")) == 6
    assert not late.select_one("details.mt").has_attr("open")
    assert [fold.text for fold in late.select("details.mt summary")] == ["更早的关卡榜"]
    early = page(client, competition, "?scope=person&round=1")
    assert early.select_one("details.mt").has_attr("open")
    assert early.select_one("details .chip[aria-current]").text == "第 1 关"


def test_beside_rounds_the_days_are_folded_away_until_one_is_shown(client, first, second):
    played(first, now=timezone.now() - DAY)
    played(second)
    folded = page(client, first.competition).select_one("details.mt")
    assert folded.select_one("summary").text == "日榜"
    assert len(folded.select(".chip")) == 2
    assert not folded.has_attr("open")
    shown = page(client, first.competition, f"?day={timezone.localdate()}")
    assert shown.select_one("details.mt").has_attr("open")


@pytest.mark.usefixtures("small_boards")
def test_the_board_of_a_round_shows_its_best_and_the_own_place(
    client, signed_in, competition, second
):
    me = played(second, MemberFactory(nickname="夜班老高"), right=1)
    played(second, MemberFactory(nickname="北港叉车"), right=3)
    signed_in(me)
    shown = page(client, competition, "?scope=person&round=2")
    assert "第 2 关个人榜" in shown.select_one(".board caption").text
    assert "北港叉车" in shown.select_one(".board tbody tr").text
    assert "2" in shown.select_one(".patch .left b").text
    assert shown.select_one(".board th.n").text == "得分"
    assert "每人取这一关最好的一次" in shown.text
    assert "参与 2 人" in shown.text


def test_a_round_nobody_played_says_why(client, competition):
    def text(number):
        return page(client, competition, f"?round={number}").select_one(".empty").text

    assert "第 3 关还没有开始" in text(3)
    assert "还没有人交这一关的答卷" in text(2)
    assert "还没有人交这一关的答卷" in text(1)  # it may be caught up
    Competition.objects.update(catch_up=False)
    assert "这一关已经截止" in text(1)
    Competition.objects.update(freeze_at=timezone.now() - timedelta(hours=1))
    assert "封榜后交的答卷，截止后一起公布" in text(2)


def test_who_has_no_place_is_told_to_hand_in_only_while_the_round_takes_it(
    client, signed_in, competition
):
    Competition.objects.update(catch_up=False)
    signed_in(MemberFactory())
    assert "交一次卷就有名次" in page(client, competition, "?round=2").select_one(".patch").text
    for number in (1, 3):
        found = page(client, competition, f"?round={number}").select_one(".patch").text
        assert "你还没有上榜" in found
        assert "交一次卷就有名次" not in found


@pytest.mark.parametrize(
    "query",
    [
        *("round=9", "round=0", "round=x", "round=02", "round=-1", "round=²", "round=" + "9" * 30),
        *("round=1&day=2026-01-02", "scope=union&round=1", "scope=industry&day=2026-01-02"),
    ],
)
def test_an_address_that_names_no_round_does_not_exist(client, competition, query):
    for name in ("leaderboard", "leaderboard_file", "leaderboard_screen"):
        assert client.get(f"{address(competition, name)}?{query}").status_code == 404


@given(st.text(max_size=6))
def test_any_text_for_a_round_is_a_number_or_refused(text):
    try:
        found = chosen_board({"round": text}, Union.Level.CITY).round
    except UnknownBoard:
        return
    assert text == ("" if found is None else str(found))


@pytest.mark.usefixtures("small_boards")
def test_the_file_and_the_hall_show_the_round_too(client, competition, second):
    played(second, MemberFactory(nickname="北港叉车"), right=3)
    response = client.get(address(competition, "leaderboard_file") + "?scope=person&round=2")
    assert f"{competition.slug}-round-2" in response["Content-Disposition"]
    lines = list(openpyxl.load_workbook(BytesIO(response.content)).active.values)
    assert [line[1] for line in lines] == ["姓名", "北港叉车"]
    leaderboard = page(client, competition, "?scope=person&round=2")
    hall = leaderboard.select_one(f'a[href^="{address(competition, "leaderboard_screen")}"]')
    screen = BeautifulSoup(client.get(hall["href"]).content, "html.parser")
    assert "第 2 关" in screen.select_one("#hp").text
    assert len(screen.select(".board")[0].select("tbody tr")) == 1
    other = client.get(address(competition, "leaderboard_screen") + "?scope=person&round=1")
    assert "还没有人上榜" in other.content.decode()


def test_unit_boards_say_that_they_are_of_the_whole_competition(client, competition):
    words = "按整场竞赛算，不分关"
    assert words in page(client, competition, "?scope=industry").text
    assert any(words in line for _head, lines in rules.full_rules(competition) for line in lines)
    plain = CompetitionFactory()
    assert words not in page(client, plain, "?scope=industry").text
    assert not any(words in line for _head, lines in rules.full_rules(plain) for line in lines)


def test_members_of_teams_stand_on_the_board_of_their_round(client):
    round = TeamRoundFactory(number=1)
    assert "团体决赛" in page(client, round.competition).select_one(".chips").text


def test_a_board_asks_no_more_queries_with_more_rounds_or_people(
    client, signed_in, competition, second, count_queries
):
    signed_in(played(second))
    played(second)

    def show():
        boards.forget_totals()
        client.get(address(competition) + "?scope=person&round=2")

    show()
    few = count_queries(show)
    for number in range(4, 9):
        played(RoundFactory(competition=competition, number=number))
        played(second)
    assert count_queries(show) == few


def test_a_corrected_key_moves_the_board_of_the_round(second):
    played(second, right=0)
    assert points(second) == [0]
    attempt = second.attempts.get()
    question = Question.objects.get(versions=attempt.drawn().versions[0])
    keepers = MemberFactory.create_batch(2, is_superuser=True, is_staff=True)
    corrected(question, *keepers, rule="all")
    services.run_regrades()
    services.fold_changes()
    assert points(second) == [10]
