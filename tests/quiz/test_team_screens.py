"""Organisers invite teams, fill them in by hand or from a file, until the round begins."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.models import Competition, Round, Team, TeamMember
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    RoundFactory,
    TeamFactory,
    TeamRoundFactory,
)
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_admin import competition_data
from tests.quiz.test_board_pages import counted
from tests.quiz.test_round_screens import edited, round_row, with_rounds
from unions.models import Union

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


@pytest.fixture
def final():
    """A team round of tomorrow, for teams of two or three."""
    competition = CompetitionFactory(opens_at=timezone.now() - DAY)
    return TeamRoundFactory(competition=competition, days=1, team_least=2, team_most=3)


@pytest.fixture
def city():
    """A city with a works below it, of two members and three, who sign in by name or phone."""
    city = UnionFactory(code="yg", name="阳港市总工会", level=Union.Level.CITY)
    works = UnionFactory(code="yg-01", name="阳港钢铁工会", parent=city)
    for number in range(1, 4):
        name = f"works{number}"
        MemberFactory(username=name, phone=f"1380000000{number}", union=works, display_name=name)
    for number in range(1, 3):
        MemberFactory(username=f"city{number}", union=city, display_name=f"city{number}")
    return city


def address(final, name="quiz_teams", *more):
    return reverse(name, args=[final.pk, *more])


def file_of(rows, heads=("队名", "工会代码", "手机号或用户名", "队长")):
    book = openpyxl.Workbook()
    for row in [heads, *rows]:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("teams.xlsx", out.getvalue())


def sent(editor, final, rows, **kwargs):
    return editor.post(address(final, "quiz_teams_import"), {"file": file_of(rows, **kwargs)})


GOOD = [
    ("钢城队", "yg-01", "138 0000 0001", "是"),
    ("钢城队", "yg-01", "works2", ""),
    ("市队", "yg", "city1", ""),
    ("市队", "yg", "works3", "否"),
]


def rosters():
    """The members of each team, the captain with a star."""
    return {
        team.name: sorted(
            place.member.username + "*" * place.is_captain for place in team.members.all()
        )
        for team in Team.objects.all()
    }


def logged():
    found = ModelLogEntry.objects.filter(action__startswith="quiz.team.")
    return sorted(entry.action.rpartition(".")[2] for entry in found)


# The round itself.


def test_a_round_is_made_a_team_round_in_the_form_of_its_competition(editor):
    rows = [round_row(1, title="团体决赛", for_teams="on", team_least=3, team_most=5)]
    rows[0]["team_counts"] = 3
    data = competition_data(QuestionBankFactory(questions=4), **with_rounds(rows))
    assert editor.post(reverse("competition:add"), data).status_code == 302
    found = Round.objects.get()
    assert (found.for_teams, found.team_least, found.team_most) == (True, 3, 5)
    page = editor.get(reverse("competition:edit", args=[found.competition_id])).content.decode()
    assert address(found) in page
    assert "参赛队：团体决赛" in page


SIZES = {"for_teams": "on", "team_least": 3, "team_most": 5}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([round_row(1, for_teams="on")], "团队赛要写每队最少和最多几人"),
        ([round_row(1, **SIZES | {"team_most": 2})], "最多人数不能比最少人数少"),
        ([round_row(1, **SIZES | {"team_counts": 6})], "计入的人数不能比每队最多的人数多"),
        ([round_row(1, **SIZES | {"promotes": 3})], "不能同时设个人晋级"),
        ([round_row(1, team_least=3)], "写了每队人数，就要勾选团队赛"),
        ([round_row(1, **SIZES), round_row(2, days=(1, 2), **SIZES)], "最多一关团队赛"),
    ],
)
def test_a_team_round_that_does_not_fit_is_told_in_words(editor, rows, words):
    data = competition_data(QuestionBankFactory(questions=4), **with_rounds(rows))
    response = editor.post(reverse("competition:add"), data)
    assert words in response.content.decode()
    assert not Competition.objects.exists()


def test_the_team_round_may_go_to_another_round(editor):
    now = timezone.now()
    bank = QuestionBankFactory(questions=4)
    competition = CompetitionFactory(bank=bank, opens_at=now - DAY, closes_at=now + 9 * DAY)
    one = RoundFactory(competition=competition, days=1)
    two = TeamRoundFactory(competition=competition, days=3)
    to_teams = {"for_teams": "on", "team_least": 1, "team_most": 5, "team_counts": ""}
    data = edited(competition, to_teams, {})
    response = editor.post(reverse("competition:edit", args=[competition.pk]), data)
    assert response.status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.for_teams, two.for_teams) == (True, False)


def test_a_round_that_was_answered_is_no_team_round_afterwards(editor):
    now = timezone.now()
    bank = QuestionBankFactory(questions=4)
    competition = CompetitionFactory(bank=bank, opens_at=now - DAY, closes_at=now + 9 * DAY)
    found = RoundFactory(competition=competition)
    services.start_attempt(competition=competition, member=MemberFactory(), round=found)
    data = edited(competition, {"for_teams": "on", "team_least": 1, "team_most": 5})
    response = editor.post(reverse("competition:edit", args=[competition.pk]), data)
    assert "这一关已经有人答过，是不是团队赛不能再改" in response.content.decode()
    found.refresh_from_db()
    assert not found.for_teams


# A file.


def test_a_file_makes_teams_and_a_second_time_changes_nothing(editor, final, city):
    response = sent(editor, final, GOOD)
    assert (response.status_code, response.url) == (302, address(final))
    expected = {"钢城队": ["works1*", "works2"], "市队": ["city1", "works3"]}
    assert rosters() == expected
    assert logged() == ["create", "create"]
    rows = TeamMember.objects.order_by("pk").values_list("pk", flat=True)
    before = list(rows)
    page = editor.get(sent(editor, final, GOOD).url).content.decode()
    assert "新增 0 队，改动 0 队，2 队没有变化" in page
    assert list(rows) == before
    assert len(logged()) == 2


def test_a_team_that_the_file_names_becomes_as_it_says_and_others_stay(editor, final, city):
    sent(editor, final, GOOD)
    rows = [("钢城队", "yg-01", "works2", "是"), ("钢城队", "yg-01", "works1", "")]
    page = editor.get(sent(editor, final, rows).url).content.decode()
    assert "新增 0 队，改动 1 队" in page
    assert rosters() == {"钢城队": ["works1", "works2*"], "市队": ["city1", "works3"]}


def test_members_may_change_places_within_a_file(editor, final, city):
    sent(editor, final, GOOD)
    rows = [GOOD[0], ("钢城队", "yg-01", "works3", ""), GOOD[2], ("市队", "yg", "works2", "")]
    assert sent(editor, final, rows).status_code == 302
    assert rosters() == {"钢城队": ["works1*", "works3"], "市队": ["city1", "works2"]}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(None, "yg", "city1")], "没有队名"),
        ([("市队", None, "city1")], "没有工会代码"),
        ([("市队", "nope", "city1")], "没有这个工会代码：nope"),
        ([("市队", "yg", "nobody")], "没有这个会员，或账号已停用：nobody"),
        ([("钢城队", "yg-01", "city1")], "city1不是阳港钢铁工会或其下级的会员"),
        ([("市队", "yg", "city1"), ("市队", "yg", "city1")], "和第 2 行是同一个人"),
        ([("市队", "yg", "works1"), ("二队", "yg", "13800000001")], "和第 2 行是同一个人"),
        ([("市队", "yg", "city1"), ("市队", "yg-01", "works1")], "工会代码和第 2 行的不一样"),
        ([("市队", "yg", "city1", "是"), ("市队", "yg", "city2", "是")], "两名队长"),
        ([("市队", "yg", None, "是")], "写了队长，没有写手机号或用户名"),
        ([("市队", "yg", "city1")], "这一队有 1 人，要 2 至 3 人"),
        (
            [("市队", "yg", name) for name in ("city1", "city2", "works1", "works2")],
            "这一队有 4 人，要 2 至 3 人",
        ),
        ([("找13800000001", "yg", "city1")], "不要写手机号"),
        ([("长" * 71, "yg", "city1")], "最多 70 个字"),
    ],
)
def test_what_is_wrong_is_told_by_its_row_and_nothing_is_written(editor, final, city, rows, words):
    response = sent(editor, final, [*rows, ("好队", "yg-01", "works3", ""), GOOD[1]])
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "整份都没有写入" in page
    assert not Team.objects.exists()
    assert logged() == []


def test_who_plays_for_a_team_that_the_file_does_not_name_is_told(editor, final, city):
    sent(editor, final, GOOD)
    rows = [("新队", "yg", "works3", ""), ("新队", "yg", "city2", "")]
    page = sent(editor, final, rows).content.decode()
    assert "works3已经在市队，一人只能进一个队" in page
    assert "新队" not in rosters()


def test_who_could_not_take_part_is_not_taken_on(editor, final, city):
    Competition.objects.filter(pk=final.competition_id).update(union=UnionFactory())
    assert "works1不在竞赛的参赛范围里" in sent(editor, final, GOOD).content.decode()


def test_the_inactive_and_files_of_another_kind_are_refused(editor, final, city):
    city.members.filter(username="city1").update(is_active=False)
    assert "没有这个会员，或账号已停用：city1" in sent(editor, final, GOOD).content.decode()
    page = sent(editor, final, GOOD, heads=("队名", "单位", "姓名", "队长")).content.decode()
    assert "第一行缺少这些列：工会代码、手机号或用户名" in page
    response = editor.post(address(final, "quiz_teams_import"))
    assert (response.status_code, "请选择文件" in response.content.decode()) == (422, True)


def test_what_is_exported_can_be_filled_in_and_imported(editor, final, city):
    sent(editor, final, GOOD[:2])
    TeamFactory(competition=final.competition, union=city, name="=市队")
    response = editor.get(address(final, "quiz_teams_file"))
    book = openpyxl.load_workbook(BytesIO(response.content))
    rows = list(book.active.values)
    assert rows[0] == ("队名", "工会代码", "手机号或用户名", "队长")
    assert [row[0] for row in rows[1:]] == ["'=市队"] * 3 + ["钢城队"] * 3
    for place, name in ((2, "city1"), (3, "city2")):
        book.active.cell(place, 3, name)
    out = BytesIO()
    book.save(out)
    data = {"file": SimpleUploadedFile("teams.xlsx", out.getvalue())}
    assert editor.post(address(final, "quiz_teams_import"), data).status_code == 302
    assert rosters() == {"=市队": ["city1", "city2"], "钢城队": ["works1*", "works2"]}


# By hand.


def typed(city, **changes):
    return {"name": "市队", "union": city.pk, "members": "city1\nworks1", "captain": ""} | changes


def test_a_team_is_written_by_hand_renamed_and_deleted(editor, final, city):
    data = typed(city, captain="works1")
    assert editor.post(address(final, "quiz_team_new"), data).url == address(final)
    assert rosters() == {"市队": ["city1", "works1*"]}
    team = Team.objects.get()
    own = address(final, "quiz_team", team.pk)
    page = editor.get(own).content.decode()
    assert "works1\ncity1" in page
    editor.post(own, typed(city, name="市一队", members="city2\n\nworks1"))
    assert rosters() == {"市一队": ["city2", "works1"]}
    assert editor.get(address(final, "quiz_team_delete", team.pk)).status_code == 405
    editor.post(address(final, "quiz_team_delete", team.pk))
    assert rosters() == {}
    assert logged() == ["change", "create", "delete"]
    history = editor.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    for words in ("新增了参赛队", "修改了参赛队", "删除了参赛队"):
        assert words in history


def test_a_team_may_be_invited_before_its_members_are_known(editor, final, city):
    editor.post(address(final, "quiz_team_new"), typed(city, members=""))
    assert rosters() == {"市队": []}
    assert "名单未填" in editor.get(address(final)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请写队名"),
        ({"union": ""}, "请选择工会"),
        ({"members": "city1\nnobody"}, "第 2 行：没有这个会员"),
        ({"members": "city1"}, "这一队有 1 人，要 2 至 3 人"),
        ({"captain": "city2"}, "队长要是队员之一"),
        ({"name": "别的队"}, "已经有叫这个名字的队"),
    ],
)
def test_what_is_wrong_by_hand_is_told_and_nothing_typed_is_lost(
    editor, final, city, changes, words
):
    TeamFactory(competition=final.competition, name="别的队")
    data = typed(city, **changes)
    response = editor.post(address(final, "quiz_team_new"), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert data["members"] in page
    assert rosters() == {"别的队": []}


# The best unions.


@pytest.fixture
def cities(final):
    """Four cities with their places on the board: 甲市, then 乙市 and 丙市, then 丁市."""
    for name, participants in (("甲市", 18), ("乙市", 15), ("丙市", 15), ("丁市", 11)):
        union = UnionFactory(name=name, level=Union.Level.CITY, member_count=20)
        figures = {"participants": participants, "completions": participants, "points": 100}
        counted(final.competition, union, **figures)
    cache.clear()


def test_the_best_unions_are_invited_with_who_ties_and_none_twice(editor, final, cities):
    assert "按单位榜邀请" in editor.get(address(final)).content.decode()
    data = {"level": "city", "order": "rate", "most": 2}
    invite = address(final, "quiz_teams_invite")
    assert "邀请了 3 个工会" in editor.post(invite, data, follow=True).content.decode()
    assert rosters() == {"甲市代表队": [], "乙市代表队": [], "丙市代表队": []}
    assert logged() == ["create"] * 3
    page = editor.post(invite, data | {"most": 4}, follow=True).content.decode()
    assert "邀请了 1 个工会" in page
    assert Team.objects.count() == 4


def test_an_invitation_gets_a_name_that_is_free(editor, final, cities):
    for name in ("甲市代表队", "甲市2代表队"):
        TeamFactory(competition=final.competition, name=name)
    data = {"level": "city", "order": "rate", "most": 1}
    editor.post(address(final, "quiz_teams_invite"), data)
    assert set(rosters()) == {"甲市代表队", "甲市2代表队", "甲市3代表队"}


@pytest.mark.parametrize(
    "data",
    [
        {"level": "city", "order": "rate", "most": 0},
        {"level": "city", "order": "rate", "most": "x"},
        {"level": "moon", "order": "rate", "most": 1},
        {"level": "city", "order": "beauty", "most": 1},
        {},
    ],
)
def test_an_invitation_that_names_no_board_is_refused_in_words(editor, final, cities, data):
    response = editor.post(address(final, "quiz_teams_invite"), data)
    assert response.status_code == 422
    assert "error-message" in response.content.decode()
    assert not Team.objects.exists()


def test_without_a_board_nobody_is_invited_by_it(editor, final):
    page = editor.get(address(final)).content.decode()
    assert "还没有参赛队" in page
    assert "单位榜上还没有单位" in page


# When, and by whom.


def test_once_the_round_has_begun_the_roster_is_closed(editor, final, cities, city):
    sent(editor, final, GOOD[:2])
    before, team = rosters(), Team.objects.get()
    Round.objects.filter(pk=final.pk).update(opens_at=timezone.now() - timedelta(minutes=1))
    closed = "团队赛已经开始，参赛队不能再改"
    page = editor.get(address(final)).content.decode()
    assert closed in page
    assert "加一队" not in page
    assert "works1" in page
    assert "看团队榜" in page
    assert (
        "<fieldset disabled>" in editor.get(address(final, "quiz_team", team.pk)).content.decode()
    )
    assert 'type="file"' not in editor.get(address(final, "quiz_teams_import")).content.decode()
    assert closed in sent(editor, final, GOOD).content.decode()
    own = address(final, "quiz_team", team.pk)
    assert closed in editor.post(own, typed(city)).content.decode()
    data = {"level": "city", "order": "rate", "most": 2}
    for name, args, values in (("delete", [team.pk], {}), ("s_invite", [], data)):
        there = address(final, f"quiz_team{'_' * (name == 'delete')}{name}", *args)
        assert closed in editor.post(there, values, follow=True).content.decode()
    assert rosters() == before


def test_an_opening_that_is_moved_back_does_not_open_the_roster_again(editor, final, city):
    sent(editor, final, GOOD[:2])
    team = Team.objects.get()
    member = team.members.first().member
    competition = Competition.objects.get(pk=final.competition_id)
    begun = final.opens_at + timedelta(minutes=1)
    services.start_attempt(competition=competition, member=member, round=final, now=begun)
    assert "团队赛已经开始" in editor.get(address(final)).content.decode()
    editor.post(address(final, "quiz_team_delete", team.pk))
    assert Team.objects.get() == team


def test_a_round_without_teams_and_a_team_of_another_competition_do_not_exist(editor, final):
    plain, other = RoundFactory(), TeamFactory()
    assert editor.get(address(plain)).status_code == 404
    assert editor.get(address(final, "quiz_team", other.pk)).status_code == 404
    assert editor.post(address(final, "quiz_team_delete", other.pk)).status_code == 404
    assert Team.objects.filter(pk=other.pk).exists()


def test_without_the_permission_there_are_no_teams(signed_in, client, final, city):
    member = MemberFactory(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="access_admin"))
    team = TeamFactory(competition=final.competition, members=2, name="钢城队")
    signed_in(member)
    names = ("quiz_teams", "quiz_team_new", "quiz_teams_import", "quiz_teams_file")
    for there in [*(address(final, name) for name in names), address(final, "quiz_team", team.pk)]:
        response = client.get(there)
        assert response.status_code == 302
        assert "钢城队" not in response.content.decode()
    client.post(address(final, "quiz_team_delete", team.pk))
    sent(client, final, GOOD)
    assert set(rosters()) == {"钢城队"}


def test_the_list_asks_no_more_of_the_database_for_more_teams(editor, final, count_queries):
    TeamFactory(competition=final.competition, members=2)
    before = count_queries(lambda: editor.get(address(final)))
    TeamFactory.create_batch(4, competition=final.competition, members=3)
    assert count_queries(lambda: editor.get(address(final))) == before


def test_a_file_with_more_rows_is_not_read_with_more_questions(editor, final, city, count_queries):
    before = count_queries(lambda: sent(editor, final, GOOD[:2]))
    assert count_queries(lambda: sent(editor, final, GOOD)) == before
