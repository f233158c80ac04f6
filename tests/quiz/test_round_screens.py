"""Editors set rounds and conditions, make lists of those who go on, and grant time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.errors import QuizError
from quiz.models import Allowance, Case, Competition, Promotion
from quiz.schedule import Planned, problems
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    RoundFactory,
    answer_all,
)
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_admin import competition_data, inline

DAY = timedelta(days=1)


@pytest.fixture
def editor(signed_in, db):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def at(days):
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%d %H:%M}"


def round_row(number, *, days=(0, 1), **changes):
    times = {"opens_at": at(days[0] + 0.01), "closes_at": at(days[1])}
    return {"number": number, "title": "", "promotes": "", **times, **changes}


def with_rounds(rows, rules=None, **changes):
    """Fields of a form with `rows` of rounds; `rules`: place → rows of paper rules."""
    data = inline("rounds", rows)
    for place in range(len(rows)):
        data |= inline(f"rounds-{place}-rules", (rules or {}).get(place, []))
    return {**data, **changes}


def test_rounds_with_their_own_rules_and_conditions_can_be_made(editor):
    bank = QuestionBankFactory(questions=6)
    city = UnionFactory()
    rows = [
        round_row(1, title="初赛", promotes=10),
        round_row(2, days=(1, 2), title="决赛", promoted_only="on"),
    ]
    rules = {1: [{"count": 6, "category": "", "difficulty": ""}]}
    conditions = inline("admissions", [{"union": city.pk, "industry": "energy"}])
    data = competition_data(bank, **with_rounds(rows, rules, **conditions), counting="rounds")
    response = editor.post(reverse("competition:add"), data)
    assert response.status_code == 302
    competition = Competition.objects.get()
    first, final = competition.rounds.all()
    assert (first.promotes, first.question_count) == (10, 4)
    assert (final.promoted_only, final.question_count) == (True, 6)
    assert competition.admissions.get().union == city


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([round_row(1), round_row(1, days=(1, 2))], "重复"),
        ([round_row(1, days=(0, 9))], "要在竞赛开始之后、截止之前"),
        ([round_row(1, days=(1, 0))], "截止时间要晚于开始时间"),
        ([round_row(1, promoted_only="on")], "前面没有设晋级人数的关"),
        (
            [round_row(1, promotes=3), round_row(2, promoted_only="on")],
            "“第 2 关”要在“第 1 关”截止之后才开始",
        ),
        ([], "没有设关卡，不能按关相加"),
    ],
)
def test_rounds_that_do_not_fit_are_told_in_words(editor, rows, words):
    data = competition_data(
        QuestionBankFactory(questions=4), **with_rounds(rows), counting="rounds"
    )
    response = editor.post(reverse("competition:add"), data)
    assert words in response.content.decode()
    assert not Competition.objects.exists()


def test_a_round_that_can_not_be_drawn_is_not_published(editor):
    rules = {0: [{"count": 9, "category": "", "difficulty": ""}]}
    data = competition_data(QuestionBankFactory(questions=4), **with_rounds([round_row(1)], rules))
    response = editor.post(reverse("competition:add"), data)
    assert "“第 1 关”：题库里“不限类别，不限难度”的题不够，还缺 5 题" in response.content.decode()
    assert not Competition.objects.exists()


@pytest.mark.parametrize(("counting", "most"), [("best", 40), ("rounds", 60)])
def test_the_rounds_say_what_a_certificate_may_ask_for(editor, counting, most):
    bank = QuestionBankFactory(questions=4)
    rules = {0: [{"count": 2, "category": "", "difficulty": ""}]}  # the second has the usual four
    rounds = with_rounds([round_row(1), round_row(2, days=(1, 2))], rules)
    data = competition_data(bank, **rounds, counting=counting, certificate_title="学习证书")
    data["certificate_points"] = most + 1
    form = editor.post(reverse("competition:add"), data).context["form"]
    assert f"最多能得 {most} 分" in form.errors["certificate_points"][0]
    data["certificate_points"] = most
    assert editor.post(reverse("competition:add"), data).status_code == 302


@pytest.fixture
def stored(db):
    """A competition of two rounds with an attempt in the first."""
    now = timezone.now()
    competition = CompetitionFactory(
        bank=QuestionBankFactory(questions=4),
        opens_at=now - 5 * DAY,
        closes_at=now + 5 * DAY,
    )
    first = RoundFactory(competition=competition)
    RoundFactory(competition=competition, days=2)
    services.start_attempt(competition=competition, member=MemberFactory(), round=first)
    return competition


def edited(competition, *changes):
    """The form of `competition` as stored, with `changes` of its rounds by place."""
    rows = []
    for found, change in zip(competition.rounds.all(), changes, strict=True):
        opens, closes = (timezone.localtime(t) for t in (found.opens_at, found.closes_at))
        row = {
            "id": found.pk,
            "number": found.number,
            "title": found.title,
            "opens_at": f"{opens:%Y-%m-%d %H:%M}",
            "closes_at": f"{closes:%Y-%m-%d %H:%M}",
            "promotes": found.promotes or "",
        }
        rows.append(row | change)
    rule = competition.rules.get()
    rules = inline(
        "rules", [{"id": rule.pk, "count": rule.count, "category": "", "difficulty": ""}]
    )
    data = {**competition_data(competition.bank), **with_rounds(rows), **rules}
    opens, closes = (timezone.localtime(t) for t in (competition.opens_at, competition.closes_at))
    return data | {
        "slug": competition.slug,
        "rounds-INITIAL_FORMS": len(rows),
        "rules-INITIAL_FORMS": 1,
        "opens_at": f"{opens:%Y-%m-%d %H:%M}",
        "closes_at": f"{closes:%Y-%m-%d %H:%M}",
    }


def test_two_rounds_may_exchange_their_numbers(editor, stored):
    one, two = stored.rounds.all()
    data = edited(stored, {"number": 2}, {"number": 1})
    response = editor.post(reverse("competition:edit", args=[stored.pk]), data)
    assert response.status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.number, two.number) == (2, 1)


def test_a_round_that_was_answered_is_not_deleted(editor, stored):
    data = edited(stored, {"DELETE": "on"}, {})
    response = editor.post(reverse("competition:edit", args=[stored.pk]), data)
    assert "“第 1 关”已经有人答过，不能删" in response.content.decode()
    assert stored.rounds.count() == 2


def test_a_round_that_nobody_answered_may_go(editor, stored):
    data = edited(stored, {}, {"DELETE": "on"})
    assert editor.post(reverse("competition:edit", args=[stored.pk]), data).status_code == 302
    assert [found.number for found in stored.rounds.all()] == [1]


def test_who_was_answered_without_rounds_gets_none_afterwards(editor):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    services.start_attempt(competition=competition, member=MemberFactory())
    data = edited(competition) | with_rounds([round_row(1)])
    response = editor.post(reverse("competition:edit", args=[competition.pk]), data)
    assert "已经有人不分关卡答过" in response.content.decode()
    assert not competition.rounds.exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("counting", "已经有人答过，记分办法不能再改"), ("bank", "已经有人答过，题库不能再改")],
)
def test_bank_and_counting_stay_once_somebody_began(editor, name, message):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    before = {"counting": "best", "bank": competition.bank_id}[name]
    after = {"counting": "days", "bank": QuestionBankFactory(questions=4).pk}[name]
    address = reverse("competition:edit", args=[competition.pk])
    assert editor.post(address, edited(competition) | {name: after}).status_code == 302
    competition.refresh_from_db()
    services.start_attempt(competition=competition, member=MemberFactory())
    page = editor.post(address, edited(competition) | {name: before}).content.decode()
    assert message in page
    assert Competition.objects.filter(pk=competition.pk, **{name: after}).exists()


@given(st.lists(st.integers(1, 5), max_size=6))
def test_only_numbers_used_twice_are_a_problem_of_numbers(numbers):
    start = timezone.now()
    plan = [Planned(number, "", start, start + DAY) for number in numbers]
    twice = {number for number in numbers if numbers.count(number) > 1}
    assert len(problems(plan, start, start + DAY)) == len(twice)


@pytest.fixture
def closed_round(db):
    """A round that closed two hours ago, two places, three who played."""
    now = timezone.now()
    competition = CompetitionFactory(opens_at=now - 3 * DAY, closes_at=now + 9 * DAY)
    found = RoundFactory(
        competition=competition,
        title="初赛",
        promotes=2,
        opens_at=now - 2 * DAY,
        closes_at=now - timedelta(hours=2),
    )
    for place, name in enumerate(("甲某", "=乙某", "丙某")):
        member = MemberFactory(display_name=name)
        begun = now - DAY
        attempt = services.start_attempt(competition=competition, member=member, now=begun)
        answer_all(attempt, right=4 - place, now=begun)
        services.submit_attempt(attempt=attempt, now=begun + timedelta(seconds=40))
    return found


def test_the_list_is_looked_at_then_made_and_logged(editor, closed_round):
    address = reverse("quiz_promotion", args=[closed_round.pk])
    page = editor.get(address).content.decode()
    assert "预览：按现在的答卷，2 人晋级" in page
    assert "甲某" in page
    assert "丙某" not in page
    assert not Promotion.objects.exists()
    assert editor.post(address).url == address
    assert Promotion.objects.count() == 2
    assert "名单已定，共 2 人" in editor.get(address).content.decode()
    entry = ModelLogEntry.objects.get(action="quiz.promote")
    assert (entry.object_id, entry.data) == (str(closed_round.pk), {"count": 2})


def test_a_list_that_would_change_says_so(editor, closed_round):
    services.promote(round=closed_round)
    closed_round.attempts.order_by("cost").first().delete()
    address = reverse("quiz_promotion", args=[closed_round.pk])
    with CaptureQueriesContext(connection) as asked:
        page = editor.get(address).content.decode()
    assert "?compare=1" in page
    assert not [query for query in asked if "MIN(" in query["sql"]]  # nobody's best is looked for
    assert "会有 2 人进出名单" in editor.get(f"{address}?compare=1").content.decode()


def test_a_list_that_is_as_the_attempts_say_tells_that_when_asked(editor, closed_round):
    services.promote(round=closed_round)
    address = reverse("quiz_promotion", args=[closed_round.pk], query={"compare": 1})
    assert "和现在的答卷一致" in editor.get(address).content.decode()


def test_cases_that_wait_are_told_before_the_list_is_made(editor, closed_round):
    address = reverse("quiz_promotion", args=[closed_round.pk])
    assert "核查单没有处理" not in editor.get(address).content.decode()
    case = Case.objects.create(
        competition=closed_round.competition,
        signal=Case.Signal.PACE,
        day=timezone.localdate(),
        key="1",
        created_at=timezone.now(),
    )
    case.attempts.set(closed_round.attempts.all())
    assert "还有 1 张核查单没有处理" in editor.get(address).content.decode()
    refused = editor.post(address, follow=True).content.decode()
    assert "还有核查单没有处理，成绩可能会变" in refused
    assert 'name="anyway"' in refused
    assert not Promotion.objects.exists()
    assert "已定晋级名单" in editor.post(address, {"anyway": "yes"}, follow=True).content.decode()
    assert ModelLogEntry.objects.get(action="quiz.promote").data["undecided"] == "case_pending"
    services.decide_case(case=case, upheld=False, note="没有问题。", by=MemberFactory())
    assert "核查单没有处理" not in editor.get(address).content.decode()
    assert "已定晋级名单" in editor.post(address, follow=True).content.decode()


def test_the_list_waits_for_appeals_of_its_round_and_not_for_what_waits_in_another(closed_round):
    competition = closed_round.competition
    appealed, staff = closed_round.attempts.first(), MemberFactory()
    services.void_attempt(attempt=appealed, reason="代答", by=staff)
    appeal = services.appeal(attempt=appealed, text="是我本人答的。")
    with pytest.raises(QuizError) as caught:
        services.promote(round=closed_round)
    assert caught.value.code == "appeal_pending"
    services.decide_appeal(appeal=appeal, accepted=True, answer="成立。", by=MemberFactory())
    later = RoundFactory(competition=competition)
    elsewhere = services.start_attempt(competition=competition, member=MemberFactory(), round=later)
    case = Case.objects.create(
        competition=competition,
        signal=Case.Signal.PACE,
        day=timezone.localdate(),
        key="1",
        created_at=timezone.now(),
    )
    case.attempts.set([elsewhere])
    assert services.promote(round=closed_round).promoted_at


def test_a_list_that_can_not_be_made_yet_says_why(editor, closed_round):
    closed_round.closes_at = timezone.now() + DAY
    closed_round.save()
    address = reverse("quiz_promotion", args=[closed_round.pk])
    page = editor.post(address, follow=True).content.decode()
    assert "这一关还没有截止" in page
    assert "定下名单" not in page
    assert not Promotion.objects.exists()


def test_the_list_comes_as_a_workbook_without_formulas(editor, closed_round):
    response = editor.get(reverse("quiz_promotion_file", args=[closed_round.pk]))
    rows = list(load_workbook(BytesIO(response.content)).active.values)
    assert [row[1] for row in rows] == ["姓名", "甲某", "'=乙某"]
    assert rows[1][3:] == (40, "40 秒")


def test_without_the_permission_there_is_no_list(signed_in, client, closed_round):
    member = MemberFactory(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="access_admin"))
    signed_in(member)
    for name in ("quiz_promotion", "quiz_promotion_file"):
        response = client.get(reverse(name, args=[closed_round.pk]))
        assert response.status_code == 302
        assert "甲某" not in response.content.decode()
    client.post(reverse("quiz_promotion", args=[closed_round.pk]))
    assert not Promotion.objects.exists()


def allowance_data(competition, member, **changes):
    return {
        "competition": competition.pk,
        "login": member.username,
        "extra_seconds": 900,
        "reason": "视力障碍",
        **changes,
    }


def test_time_is_granted_to_a_member_by_name_with_an_entry_in_the_log(editor):
    competition, member = CompetitionFactory(), MemberFactory()
    address = reverse("allowance:add")
    assert editor.post(address, allowance_data(competition, member)).status_code == 302
    granted = Allowance.objects.get()
    assert (granted.member, granted.granted_by.is_superuser) == (member, True)
    entry = ModelLogEntry.objects.for_instance(granted).get(action="wagtail.create")
    assert entry.user == granted.granted_by
    again = editor.post(address, allowance_data(competition, member))
    assert "已经有延时" in again.content.decode()
    nobody = allowance_data(competition, member, login="没有这个人")
    assert "没有这个会员" in editor.post(address, nobody).content.decode()
    assert "视力障碍" in editor.get(reverse("allowance:index")).content.decode()
    assert Allowance.objects.count() == 1


@pytest.fixture
def draft(db):
    return CompetitionFactory(
        published=False, opens_at=timezone.now() + 2 * DAY, bank=QuestionBankFactory(questions=5)
    )


def test_an_editor_sees_a_sample_paper_of_an_unpublished_competition(editor, draft):
    address = reverse("quiz:preview", args=[draft.slug, 1])
    page = editor.get(address, {"paper": "abc"}).content.decode()
    assert "预览" in page
    assert "第 1/4 题" in page
    assert 'name="option"' in page
    for absent in ("<form", "quiz.js", "问的解析", "交卷</button>", "data-save="):
        assert absent not in page
    assert page == editor.get(address, {"paper": "abc"}).content.decode()
    assert not draft.attempts.exists()
    assert editor.post(address).status_code == 405


def test_the_pages_of_a_sample_paper_belong_together(editor, draft):
    level = RoundFactory(competition=draft, draw=5)
    stems = set()
    for number in range(1, 6):
        address = reverse("quiz:preview", args=[draft.slug, number])
        page = editor.get(address, {"paper": "abc", "round": level.number}).content.decode()
        stems.add(page.partition('question__text">')[2].partition("<")[0])
    assert len(stems) == 5


def test_a_preview_that_can_not_be_drawn_says_why(editor, draft):
    draft.rules.update(count=9)
    response = editor.get(reverse("quiz:preview", args=[draft.slug, 1]))
    assert response.status_code == 422
    assert "题库里的题不够组卷" in response.content.decode()


@pytest.mark.parametrize("query", ["round=7", "round=x", "round=" + "9" * 50])
def test_a_preview_of_a_round_that_is_not_there_does_not_exist(editor, draft, query):
    address = reverse("quiz:preview", args=[draft.slug, 1])
    assert editor.get(f"{address}?{query}").status_code == 404
    assert editor.get(reverse("quiz:preview", args=[draft.slug, 9])).status_code == 404


def test_for_everyone_else_there_is_no_preview(signed_in, client, draft):
    open_one = CompetitionFactory()
    addresses = [reverse("quiz:preview", args=[found.slug, 1]) for found in (draft, open_one)]
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    signed_in(MemberFactory(is_staff=True))
    assert [client.get(address).status_code for address in addresses] == [404, 404]
