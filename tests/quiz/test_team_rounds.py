"""Team rounds: who may play them, what a team has reached, and where it is shown."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from quiz import boards, rules, services
from quiz.errors import QuizError
from quiz.models import Competition, Round, TeamMember
from quiz.situation import situation_of
from tests.factories.quiz import (
    CompetitionFactory,
    RoundFactory,
    TeamFactory,
    TeamRoundFactory,
    answer_all,
    total_standings,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def final():
    """Of a competition from three days ago to a week from now: the team round of today."""
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - 3 * DAY, closes_at=now + 7 * DAY)
    RoundFactory(competition=competition, days=-2, title="初赛")
    return TeamRoundFactory(competition=competition, closes_at=now + timedelta(hours=5))


@pytest.fixture
def team(final):
    return TeamFactory(competition=final.competition, members=3, name="钢城队")


def people(team):
    return [place.member for place in team.members.all()]


def fresh(found):
    return Competition.objects.get(pk=found.competition_id)


def play(round_, member, right, *, seconds=30, now=None):
    now = now or round_.opens_at + timedelta(minutes=5)
    attempt = services.start_attempt(
        competition=fresh(round_), member=member, round=round_, now=now
    )
    answer_all(attempt, right=right, now=now)
    return services.submit_attempt(attempt=attempt, now=now + timedelta(seconds=seconds))


def board(round_, member=None, now=None):
    round_ = Round.objects.of_teams().get(pk=round_.pk)
    rows = boards.team_board(round_, member, now or timezone.now())
    return [(row.rank, row.name, row.points, row.elapsed, row.finished, row.size) for row in rows]


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def home(client, final):
    return text_of(client, final.competition.get_absolute_url())


def team_page(client, final):
    address = reverse("quiz:leaderboard", args=[final.competition.slug])
    return text_of(client, address + "?scope=team")


# Who plays.


def test_a_member_of_a_team_plays_an_ordinary_attempt(final, team):
    attempt = play(final, people(team)[0], 3)
    assert (attempt.round, attempt.points) == (final, 30)


def test_without_being_asked_a_member_of_a_team_is_sent_to_the_team_round(final, team):
    attempt = services.start_attempt(competition=fresh(final), member=people(team)[0])
    assert attempt.round == final


def test_whoever_is_in_no_team_may_not_begin(final, team):
    other = MemberFactory(union=team.union)
    for chosen in (final, None):
        with pytest.raises(QuizError) as caught:
            services.start_attempt(competition=fresh(final), member=other, round=chosen)
        assert caught.value.code == "no_team"


def test_a_team_of_another_competition_opens_nothing(final):
    member = people(TeamFactory(members=1))[0]
    assert situation_of(fresh(final), member, timezone.now()).code == "no_team"


def test_where_another_round_is_open_whoever_is_in_no_team_is_sent_there(final):
    other = RoundFactory(competition=final.competition)
    attempt = services.start_attempt(competition=fresh(final), member=MemberFactory())
    assert attempt.round == other


def test_a_team_round_is_never_caught_up(final, team):
    Competition.objects.filter(pk=final.competition_id).update(catch_up=True)
    now = final.closes_at + timedelta(hours=1)
    with pytest.raises(QuizError) as caught:
        services.start_attempt(
            competition=fresh(final), member=people(team)[0], round=final, now=now
        )
    assert caught.value.code == "round_over"


def test_who_presses_the_button_and_is_in_no_team_reads_why_and_what_to_do(signed_in, final, team):
    client = signed_in(MemberFactory())
    address = reverse("quiz:start", args=[final.competition.slug])
    page = client.post(address, {"round": final.number}, follow=True).content.decode()
    assert "这一关是团队赛，只有参赛队的队员可以答" in page
    assert "你不在任何一队的名单里" in page
    assert "参赛队由主办方邀请，名单在开始时已经截止" in page
    assert "看团队榜" in page
    assert "开始答题" not in page


# What the database holds to.


def test_nobody_plays_for_two_teams_and_a_team_has_one_captain(team):
    other = TeamFactory(competition=team.competition, members=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(team=other, competition=other.competition, member=people(team)[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(
            team=other, competition=other.competition, member=MemberFactory(), is_captain=True
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"team_least": None},
        {"team_least": 0},
        {"team_least": 6},
        {"team_most": 21},
        {"team_counts": 0},
        {"team_counts": 6},
        {"promotes": 3},
        {"promoted_only": True},
        {"for_teams": False},
    ],
)
def test_a_team_round_says_how_many_and_takes_no_single_persons(final, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=final.pk).update(**changes)


def test_a_competition_has_one_team_round(final):
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamRoundFactory(competition=final.competition)


# What a team has reached.


def test_points_of_all_add_up_and_seconds_part_equal_points(final, team):
    rival = TeamFactory(competition=final.competition, members=2, name="港口队")
    for member, right, seconds in zip(people(team), (4, 2, 0), (30, 30, 5), strict=True):
        play(final, member, right, seconds=seconds)
    for member in people(rival):
        play(final, member, 3, seconds=32)
    assert board(final) == [(1, "港口队", 60, 64, 2, 2), (2, "钢城队", 60, 65, 3, 3)]


def test_with_a_number_only_the_best_of_each_team_count(final, team):
    Round.objects.filter(pk=final.pk).update(team_counts=2)
    for member, right in zip(people(team), (1, 4, 3), strict=True):
        play(final, member, right)
    assert board(final) == [(1, "钢城队", 70, 60, 3, 3)]


def test_equal_teams_share_a_rank_and_who_has_not_begun_has_none(final, team):
    names = ["甲队", "乙队"]
    for name in names:
        rival = TeamFactory(competition=final.competition, members=1, name=name)
        play(final, people(rival)[0], 4)
    play(final, people(team)[0], 1)
    TeamFactory(competition=final.competition, members=2, name="后来队")
    TeamFactory(competition=final.competition, name="没有名单的队")
    found = board(final)
    assert {row[1] for row in found[:2]} == set(names)
    assert [row[0] for row in found] == [1, 1, 3, None]
    assert found[3] == (None, "后来队", 0, 0, 0, 2)


def test_the_best_attempt_of_each_counts_and_a_void_one_never(final, team):
    one = people(team)[0]
    play(final, one, 1)
    best = play(final, one, 4, now=final.opens_at + timedelta(minutes=20))
    assert board(final)[0][2] == 40
    services.void_attempt(attempt=best, reason="两人同时作答。", by=MemberFactory(is_staff=True))
    assert board(final)[0][2] == 10


def test_attempts_of_other_rounds_do_not_count_for_the_team(final, team):
    first = final.competition.rounds.get(number=1)
    play(first, people(team)[0], 4)
    assert board(final) == [(None, "钢城队", 0, 0, 0, 3)]


def test_a_frozen_board_stands_still_and_is_whole_once_it_is_final(final, team):
    one, two, _three = people(team)
    play(final, one, 2)
    freeze = final.opens_at + timedelta(minutes=10)
    Competition.objects.filter(pk=final.competition_id).update(freeze_at=freeze)
    play(final, two, 4, now=freeze + timedelta(minutes=1))
    assert board(final) == [(1, "钢城队", 20, 30, 1, 3)]
    after = final.competition.closes_at + timedelta(minutes=5)
    assert board(final, now=after)[0][2] == 20
    services.thaw_boards(now=after)
    assert board(final, now=after) == [(1, "钢城队", 60, 60, 2, 3)]


def test_the_attempts_count_for_person_and_union_as_any_others(final, team):
    one = people(team)[0]
    play(final, one, 3)
    standing = total_standings().get()
    assert (standing.member, standing.points, standing.union) == (one, 30, team.union)


# Where it is shown.


def test_a_member_sees_the_team_and_who_has_finished(signed_in, final, team):
    one, two, _three = people(team)
    play(final, two, 3)
    client = signed_in(one)
    page = home(client, final)
    assert f"你代表 钢城队 （{team.union.name}）参加团队赛" in page
    assert "3 人里已有 1 人交卷" in page
    assert page.count("未交卷") == 2
    assert "队长" in page
    assert two.public_name in page
    assert two.display_name not in page


def test_once_the_round_is_over_a_member_reads_what_the_team_has_reached(
    signed_in, client, final, team
):
    one, two, _three = people(team)
    play(final, two, 3)
    member = signed_in(one)
    assert "团队得分" not in home(member, final)
    over = timezone.now() - timedelta(seconds=1)
    Round.objects.filter(pk=final.pk).update(closes_at=over)
    assert "3 人里 1 人交了卷。团队得分 30 分，第 1 名。" in home(member, final)
    assert "看个人榜、单位榜和团队榜" in home(client, final)
    Competition.objects.filter(pk=final.competition_id).update(freeze_at=over)
    page = home(member, final)
    assert "3 人里 1 人交了卷。" in page
    assert "团队得分" not in page


def test_the_result_of_the_round_leads_to_the_team_board(signed_in, final, team):
    one = people(team)[0]
    attempt = play(final, one, 3)
    page = (
        signed_in(one)
        .get(reverse("quiz:result", args=[final.competition.slug, attempt.uuid]))
        .content.decode()
    )
    address = reverse("quiz:leaderboard", args=[final.competition.slug])
    assert f'<a href="{address}?scope=team">看团队榜</a>' in page


def test_before_the_round_a_member_reads_when_it_begins(signed_in, final, team):
    Round.objects.filter(pk=final.pk).update(opens_at=timezone.now() + timedelta(hours=2))
    page = home(signed_in(people(team)[0]), final)
    assert "钢城队" in page
    assert "人交卷" not in page
    assert "开始。" in page


def test_others_see_no_team_of_theirs(signed_in, client, final, team):
    assert "我的参赛队" not in home(client, final)
    assert "我的参赛队" not in home(signed_in(MemberFactory()), final)


def test_the_team_board_shows_teams_and_no_name_of_a_person(signed_in, client, final, team):
    one = people(team)[0]
    play(final, one, 3)
    page = team_page(client, final)
    assert "钢城队" in page
    assert "1/3 人交卷" in page
    assert "30 分" in page
    assert "参赛 1 队" in page
    assert one.display_name not in page
    assert one.public_name not in page.partition("团队榜")[2]
    assert "（我的队）" not in page
    own = team_page(signed_in(people(team)[1]), final)
    assert "（我的队）" in own
    assert "我的队 第 1 名 钢城队 · 30 分 · 用时 30 秒" in own


def test_the_team_board_says_in_which_state_it_is(client, final):
    assert "还没有参赛队" in team_page(client, final)
    TeamFactory(competition=final.competition, members=1, name="钢城队")
    Round.objects.filter(pk=final.pk).update(opens_at=timezone.now() + timedelta(hours=2))
    page = team_page(client, final)
    assert "现在列出的是参赛队" in page
    assert "人交卷" not in page
    found = Competition.objects.filter(pk=final.competition_id)
    now = timezone.now()
    found.update(freeze_at=now - timedelta(minutes=1))
    assert "已封榜" in team_page(client, final)
    found.update(freeze_at=None, closes_at=now, objection_days=3, objection_contact="宣教部，12351")
    page = team_page(client, final)
    assert "公示期" in page
    assert "宣教部，12351" in page
    found.update(objection_days=0)
    assert "最终名次" in team_page(client, final)


def test_an_own_team_without_a_result_reads_why(signed_in, final, team):
    client = signed_in(people(team)[0])
    assert "钢城队还没有上榜：还没有队员交卷" in team_page(client, final)
    Competition.objects.filter(pk=final.competition_id).update(
        freeze_at=timezone.now() - timedelta(minutes=1)
    )
    assert "封榜后交的答卷，截止后一起公布" in team_page(client, final)


def test_an_own_team_beyond_the_best_stands_below_them(signed_in, final, team, monkeypatch):
    monkeypatch.setattr(boards, "TOP_TEAMS", 1)
    rival = TeamFactory(competition=final.competition, members=1, name="港口队")
    play(final, people(rival)[0], 4)
    play(final, people(team)[0], 1)
    page = team_page(signed_in(people(team)[1]), final)
    assert page.index("港口队") < page.rindex("钢城队")
    assert "（我的队）" in page


@pytest.mark.parametrize("name", ["leaderboard", "leaderboard_screen", "leaderboard_file"])
def test_without_a_team_round_there_is_no_team_board(client, name):
    competition = CompetitionFactory()
    address = reverse(f"quiz:{name}", args=[competition.slug])
    assert client.get(address + "?scope=team").status_code == 404
    page = client.get(reverse("quiz:leaderboard", args=[competition.slug])).content.decode()
    assert "scope=team" not in page


def test_the_board_comes_as_a_workbook_and_for_a_hall(client, final, team):
    TeamFactory(competition=final.competition, members=2, name="港口队")
    play(final, people(team)[0], 3)
    address = reverse("quiz:leaderboard_file", args=[final.competition.slug])
    content = client.get(address + "?scope=team").content
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)
    assert rows[1][:2] == (1, "钢城队")
    assert rows[1][3:] == (30, "30 秒", 1, 3)
    assert rows[2][:2] == (None, "港口队")
    assert rows[2][3:] == (None, None, 0, 2)
    hall = text_of(
        client, reverse("quiz:leaderboard_screen", args=[final.competition.slug]) + "?scope=team"
    )
    assert "团体决赛" in hall
    assert hall.index("钢城队") < hall.index("港口队")


def test_the_rules_say_what_the_team_round_is(client, final):
    text = "\n".join(line for _head, lines in rules.full_rules(fresh(final)) for line in lines)
    assert "每队 1 至 5 人，名单在团体决赛开始时" in text
    assert "团队得分：全队相加。" in text
    assert "不因团队名次增减" in text
    Round.objects.filter(pk=final.pk).update(team_counts=3, team_least=5)
    text = "\n".join(line for _head, lines in rules.full_rules(fresh(final)) for line in lines)
    assert "每队 5 人，名单" in text
    assert "成绩最好的三人相加" in text
    Competition.objects.filter(pk=final.competition_id).update(catch_up=True)
    text = "\n".join(line for _head, lines in rules.full_rules(fresh(final)) for line in lines)
    assert "有晋级的关和团队赛不补答" in text
    assert "团体决赛是团队赛，只限参赛队的队员" in "".join(rules.short_rules(fresh(final)))
    assert "团队赛" in text_of(client, reverse("quiz:rules", args=[final.competition.slug]))


def test_the_pages_ask_no_more_of_the_database_for_more_teams(
    signed_in, final, team, count_queries
):
    play(final, people(team)[1], 2)
    client = signed_in(people(team)[0])
    addresses = [
        final.competition.get_absolute_url(),
        reverse("quiz:leaderboard", args=[final.competition.slug]) + "?scope=team",
    ]
    before = [count_queries(lambda a=address: client.get(a)) for address in addresses]
    for place in range(4):
        rival = TeamFactory(competition=final.competition, members=3)
        play(final, people(rival)[0], place)
    TeamMember.objects.create(
        team=team, competition=team.competition, member=MemberFactory(union=team.union)
    )
    assert [count_queries(lambda a=address: client.get(a)) for address in addresses] == before
