"""Boards: ranks, freeze, unions by participation rate, and rebuilding all of it."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from quiz import boards, services, tasks
from quiz.models import Attempt, Board, Competition, Standing, UnionStanding
from tests.factories.quiz import CompetitionFactory, answer_all
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db


def played(competition, member=None, *, right=2, seconds=60, now=None):
    """A finished attempt; returns the member."""
    now = now or timezone.now()
    member = member or MemberFactory()
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    answer_all(attempt, right=right, now=now)
    services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=seconds))
    services.fold_changes()
    return member


def total():
    """Standings of the total boards."""
    return Standing.objects.filter(board__kind=Board.Kind.TOTAL)


def page(client, competition, query=""):
    address = reverse("quiz:leaderboard", args=[competition.slug])
    return client.get(address + query).content.decode()


def snapshot(model, *fields):
    return sorted(model.objects.values_list(*fields))


def test_equal_results_share_a_rank_and_the_next_one_is_skipped():
    competition = CompetitionFactory()
    for right, seconds in ((4, 60), (3, 50), (3, 50), (3, 51)):
        played(competition, right=right, seconds=seconds)
    assert [row.rank for row in boards.top(competition, None)] == [1, 2, 2, 4]


def test_the_best_are_read_in_one_statement(count_queries):
    competition = CompetitionFactory()
    assert boards.top(competition, None) == []
    played(competition)
    day = timezone.localdate()
    for part in ({}, {"day": day}):
        assert len(boards.top(competition, None, **part)) == 1
        assert count_queries(lambda part=part: boards.top(competition, None, **part)) == 1


@pytest.mark.usefixtures("small_boards")
def test_the_own_place_comes_first_with_its_neighbours(client, signed_in):
    competition = CompetitionFactory()
    members = [played(competition, right=4 - n // 2, seconds=60 + n % 2) for n in range(7)]
    place = boards.place_of(competition, members[4])
    assert place.row.rank == 5
    assert [row.rank for row in place.around] == [3, 4, 5, 6, 7]
    assert [row.is_me for row in place.around] == [False, False, True, False, False]
    signed_in(members[4])
    body = page(client, competition)
    assert body.index("我的位置") < body.index("个人榜")
    assert "（我）" in body


def test_the_best_attempt_counts_and_a_worse_one_does_no_harm():
    competition = CompetitionFactory()
    member = played(competition, right=3, seconds=40)
    played(competition, member, right=1)
    standing = total().get()
    assert (standing.points, standing.elapsed, standing.completions) == (30, 40, 2)


def test_days_add_up_where_the_rule_says_so():
    competition = CompetitionFactory(
        counting=Competition.Counting.SUM_OF_DAYS,
        opens_at=timezone.now() - timedelta(days=3),
    )
    start = timezone.now() - timedelta(days=2)
    member = played(competition, right=3, now=start)
    played(competition, member, right=2, now=start + timedelta(days=1))
    assert total().get().points == 50


@pytest.mark.usefixtures("small_boards")
def test_names_are_masked_and_a_nickname_is_the_members_choice(client):
    competition = CompetitionFactory()
    played(competition, MemberFactory(display_name="欧阳小雪", phone="13800001234"))
    played(competition, MemberFactory(display_name="高大力", nickname="夜班老高"))
    body = page(client, competition)
    assert "欧阳*" in body
    assert "夜班老高" in body
    for hidden in ("欧阳小雪", "高大力", "1234"):
        assert hidden not in body


def test_small_unions_are_not_named_beside_a_person(client):
    city = UnionFactory(name="甲市总工会", level=Union.Level.CITY, member_count=5)
    small = UnionFactory(name="三人小厂", parent=city)
    large = UnionFactory(name="十人大厂", parent=city)
    competition = CompetitionFactory()
    for union, count in ((small, 3), (large, 10)):
        for member in MemberFactory.create_batch(count, union=union):
            played(competition, member)
    body = page(client, competition)
    assert "三人小厂" not in body
    assert "十人大厂" in body
    assert "甲市总工会" in body


def test_unions_stand_by_participation_rate_of_the_whole_subtree(client):
    cities = [
        UnionFactory(name=name, level=Union.Level.CITY, member_count=0) for name in ("甲市", "乙市")
    ]
    competition = CompetitionFactory()
    for city, members, players in ((cities[0], 100, 12), (cities[1], 20, 10)):
        plant = UnionFactory(parent=city, member_count=members)
        for member in MemberFactory.create_batch(players, union=plant):
            played(competition, member)
    rows = boards.union_board(competition, Union.Level.CITY, None)
    assert [(row.rank, row.name, row.rate) for row in rows] == [
        (1, "乙市", 50.0),
        (2, "甲市", 12.0),
    ]
    body = page(client, competition, "?scope=union&level=city")
    assert body.index("乙市") < body.index("甲市")
    assert "10 / 20 人" in body


def test_a_union_with_under_ten_participants_is_not_shown(client):
    union = UnionFactory(level=Union.Level.CITY, name="九人市")
    competition = CompetitionFactory()
    for member in MemberFactory.create_batch(9, union=union):
        played(competition, member)
    body = page(client, competition, "?scope=union&level=city")
    assert "九人市" not in body
    assert "还没有单位上榜" in body


def test_the_same_member_counts_once_for_the_union():
    union, competition = UnionFactory(), CompetitionFactory()
    member = MemberFactory(union=union)
    for _try in range(3):
        played(competition, member)
    row = UnionStanding.objects.get()
    assert (row.participants, row.completions, row.points) == (1, 3, 20)


def test_who_moves_stays_on_the_union_of_the_first_attempt():
    first, second = UnionFactory(), UnionFactory()
    competition, member = CompetitionFactory(), MemberFactory(union=first)
    played(competition, member)
    member.union = second
    member.save()
    played(competition, member)
    assert UnionStanding.objects.get().union == first
    services.rebuild_standings(competition=competition)
    assert UnionStanding.objects.get().union == first


def test_a_frozen_board_stands_still_and_is_final_after_the_close(client, signed_in):
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=2),
        freeze_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
    )
    early = played(competition, right=2, now=now - timedelta(hours=2))
    late = played(competition, right=4, now=now)
    assert list(total().values_list("member", flat=True)) == [early.pk]
    services.rebuild_standings(competition=competition)
    assert list(total().values_list("member", flat=True)) == [early.pk]
    signed_in(late)
    assert "已封榜" in page(client, competition)
    assert "你还没有上榜" in page(client, competition)
    after = competition.closes_at + timedelta(minutes=1)
    assert services.thaw_boards(now=after) == 1
    assert services.thaw_boards(now=after) == 0
    boards.forget_totals()
    top = boards.top(competition, late)
    assert [(row.points, row.is_me) for row in top] == [(40, True), (20, False)]


def test_the_board_is_not_final_while_an_attempt_is_open():
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=2),
        freeze_at=now - timedelta(hours=1),
        closes_at=now + timedelta(seconds=60),
    )
    services.start_attempt(competition=competition, member=MemberFactory(), now=now)
    closed = competition.closes_at + timedelta(seconds=1)
    assert services.thaw_boards(now=closed) == 0
    services.submit_overdue(now=closed + timedelta(minutes=1))
    assert services.thaw_boards(now=closed + timedelta(minutes=1)) == 1


def test_rebuilding_gives_what_the_submits_gave():
    competition = CompetitionFactory()
    for member in MemberFactory.create_batch(4):
        played(competition, member, right=1)
        played(competition, member, right=3, seconds=30)
    persons = ("board", "member", "union", "points", "elapsed", "cost", "completions")
    unions = ("union", "participants", "completions", "points")
    before = snapshot(Standing, *persons), snapshot(UnionStanding, *unions)
    Standing.objects.filter(member=member).delete()
    Standing.objects.update(points=0, cost=0, completions=9)
    UnionStanding.objects.update(participants=99)
    assert services.rebuild_standings(competition=competition) == 4
    assert (snapshot(Standing, *persons), snapshot(UnionStanding, *unions)) == before


def test_rebuilding_drops_who_has_no_attempt():
    competition = CompetitionFactory()
    member = played(competition)
    Attempt.objects.filter(member=member).delete()
    services.rebuild_standings(competition=competition)
    assert not Standing.objects.exists()
    assert not UnionStanding.objects.filter(participants__gt=0).exists()


def test_the_board_does_not_ask_more_queries_with_more_people(client, signed_in, count_queries):
    competition = CompetitionFactory()
    members = [played(competition) for _n in range(6)]
    signed_in(members[2])

    def board():
        boards.forget_totals()
        page(client, competition)

    board()
    few = count_queries(board)
    for _n in range(12):
        played(competition)
    assert count_queries(board) == few


def test_an_empty_board_says_so(client):
    assert "还没有人上榜" in page(client, CompetitionFactory())


def test_an_unknown_board_does_not_exist(client):
    address = reverse("quiz:leaderboard", args=[CompetitionFactory().slug])
    assert client.get(address + "?scope=everything").status_code == 404
    assert client.get(address + "?scope=union&level=galaxy").status_code == 404


@pytest.mark.usefixtures("small_boards")
def test_the_file_holds_what_the_screen_shows_and_no_formula(client):
    competition = CompetitionFactory()
    played(competition, MemberFactory(nickname="=1+1"))
    response = client.get(reverse("quiz:leaderboard_file", args=[competition.slug]))
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert [cell.value for cell in sheet[1]] == ["名次", "姓名", "单位", "得分", "用时"]
    assert sheet["B2"].value == "'=1+1"
    assert sheet["B2"].data_type == "s"


def test_the_clock_hands_in_and_makes_final():
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - timedelta(days=3),
        freeze_at=now - timedelta(days=2),
        closes_at=now - timedelta(hours=1),
    )
    services.start_attempt(
        competition=competition, member=MemberFactory(), now=now - timedelta(hours=3)
    )
    tasks.submit_overdue.delay()
    tasks.thaw_boards.delay()
    competition.refresh_from_db()
    assert Attempt.objects.unfinished().count() == 0
    assert competition.thawed_at is not None
    assert total().count() == 1
