"""Who may open which screen of competitions: two groups, made once, each with its own part."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.models import Allowance, Appeal, Case, Question, QuestionImport, Regrade
from quiz.services import make_bank_keepers, make_organisers
from tests.factories.quiz import (
    CertificateFactory,
    CompetitionFactory,
    DrawFactory,
    QuestionBankFactory,
    RoundFactory,
    make_question,
)
from tests.factories.unions import MemberFactory
from tests.quiz.test_admin import question_data

pytestmark = pytest.mark.django_db
ORGANISER, KEEPER, NOBODY = "organiser", "bank keeper", "editor of nothing"

# What each answers: 200, or 404 for what does not exist for them. The admin sends who may not
# to its home, with a message: 302.
SCREENS = [
    ("competition:index", 200, 302),
    ("competition:add", 200, 302),
    ("competition:edit", 200, 302),
    ("allowance:index", 200, 302),
    ("allowance:add", 200, 302),
    ("quiz_promotion", 200, 302),
    ("quiz:preview", 200, 404),
    ("quiz_staff_report", 200, 302),
    ("attempt:index", 200, 302),
    ("attempt:edit", 200, 302),
    ("appeal:index", 200, 302),
    ("appeal:edit", 200, 302),
    ("case:index", 200, 302),
    ("case:edit", 200, 302),
    ("case:export", 200, 302),
    ("dispute:index", 200, 200),
    ("dispute:edit", 200, 200),
    ("regrade:index", 200, 302),
    ("regrade:add", 200, 302),
    ("regrade:edit", 200, 302),
    ("draw:index", 200, 302),
    ("draw:add", 200, 302),
    ("draw:edit", 200, 302),
    ("certificate:index", 200, 302),
    ("certificate:edit", 200, 302),
    ("question:index", 200, 200),
    ("question:add", 200, 200),
    ("question:edit", 302, 200),
    ("quiz_question_state", 302, 200),
    ("quiz_question_versions", 302, 200),
    ("questionbank:index", 200, 200),
    ("questionbank:add", 302, 200),
    ("questionbank:edit", 302, 200),
    ("quiz_publish_waiting", 302, 200),
    ("quiz_import_upload", 200, 200),
    ("quiz_import_template", 200, 200),
    ("quiz_export", 302, 200),
    ("quiz_export_word", 302, 200),
    ("quiz_question_report", 200, 200),
]
MAKERS = {ORGANISER: make_organisers, KEEPER: make_bank_keepers}


def member_of(role):
    member = MemberFactory()
    if role == NOBODY:
        # May enter the admin, and that is all.
        group = make_organisers()
        door = group.permissions.filter(codename="access_admin")
        rest = Group.objects.create(name="别的编辑")
        rest.permissions.set(door)
        member.groups.add(rest)
    else:
        member.groups.add(MAKERS[role]())
    return member


@pytest.fixture
def addresses():
    """The address of every screen, with rows for them to show."""
    bank = QuestionBankFactory(questions=12)
    question = make_question(bank, number=900)
    closed = CompetitionFactory(
        bank=bank,
        opens_at=timezone.now() - timedelta(days=9),
        closes_at=timezone.now() - timedelta(days=2),
    )
    attempt = services.record_attempt(
        competition=closed, member=MemberFactory(), elapsed=60, right=1,
        started_at=closed.opens_at + timedelta(minutes=1),
    )  # fmt: skip
    staff = MemberFactory()
    services.void_attempt(attempt=attempt, reason="请说明情况", by=staff)
    appeal = services.appeal(attempt=attempt, text="是我自己答的")
    case = Case.objects.create(
        competition=closed, day=attempt.day, signal=Case.Signal.PACE, key="1",
        evidence={"seconds_per_question": 0.4, "replies": 5, "elapsed": 2},
        created_at=timezone.now(),
    )  # fmt: skip
    case.attempts.add(attempt)
    regrade = services.correct_key(
        question=question, key=[1], rule=Regrade.Rule.ALL, reason="答案印错", by=staff
    )
    arguments = {
        "competition": closed.pk,
        "allowance": None,
        "quiz_promotion": RoundFactory(competition=closed, promotes=3).pk,
        "attempt": attempt.pk,
        "appeal": appeal.pk,
        "case": case.pk,
        "dispute": question.pk,
        "regrade": regrade.pk,
        "draw": DrawFactory(competition=closed).pk,
        "certificate": CertificateFactory(competition=closed).pk,
        "question": question.pk,
        "questionbank": bank.pk,
        "quiz_question_state": question.pk,
        "quiz_question_versions": question.pk,
        "quiz_publish_waiting": bank.pk,
        "quiz_export": bank.pk,
        "quiz_export_word": bank.pk,
        "quiz_staff_report": closed.slug,
    }

    def address(name):
        if name == "quiz:preview":
            return reverse(name, args=[CompetitionFactory().slug, 1])
        subject, _, page = name.partition(":")
        takes_one = page == "edit" or (not page and subject in arguments)
        return reverse(name, args=[arguments[subject]] if takes_one else [])

    return address


@pytest.mark.parametrize("role", [ORGANISER, KEEPER])
def test_each_group_opens_its_own_screens_and_no_others(role, addresses, signed_in):
    client = signed_in(member_of(role))
    found = [(name, client.get(addresses(name)).status_code) for name, *_expected in SCREENS]
    place = 1 if role == ORGANISER else 2
    assert found == [(row[0], row[place]) for row in SCREENS]


def test_who_may_only_enter_the_admin_opens_none_of_them(addresses, signed_in):
    client = signed_in(member_of(NOBODY))
    found = {name: client.get(addresses(name)).status_code for name, *_expected in SCREENS}
    opened = [name for name, status in found.items() if status == 200]
    assert opened == []


def test_what_is_listed_leads_nobody_where_they_may_not_go(addresses, signed_in):
    client = signed_in(member_of(ORGANISER))
    for name in ("question:index", "questionbank:index"):
        text = client.get(addresses(name)).content.decode()
        for closed in ("quiz_question_state", "quiz_publish_waiting", "quiz_export"):
            assert addresses(closed) not in text, name
        assert reverse("quiz_import_upload") in text
    text = signed_in(member_of(KEEPER)).get(addresses("question:index")).content.decode()
    assert addresses("quiz_question_state") in text


def test_each_group_sees_the_menu_of_its_part(signed_in):
    menus = {"competition:index", "draw:index", "question:index", "quiz_question_report"}
    seen = {}
    for role in (ORGANISER, KEEPER):
        home = signed_in(member_of(role)).get(reverse("wagtailadmin_home")).content.decode()
        seen[role] = {name for name in menus if reverse(name) in home}
    assert seen == {ORGANISER: menus, KEEPER: {"question:index", "quiz_question_report"}}


@pytest.mark.parametrize("name", ["case", "attempt", "appeal", "regrade", "draw", "certificate"])
def test_each_row_of_a_list_leads_to_its_desk(name, addresses, signed_in):
    text = signed_in(member_of(ORGANISER)).get(addresses(f"{name}:index")).content.decode()
    assert f'href="{addresses(f"{name}:edit")}"' in text


def lines_on_home(client):
    page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    return {" ".join(line.text.split()) for line in page.select("#quiz-waiting li")}


def test_the_first_page_says_what_waits_for_whom(addresses, signed_in):
    make_question(QuestionBankFactory(), number=1, state=Question.State.REVIEW)
    assert lines_on_home(signed_in(member_of(ORGANISER))) == {
        "待处理的核查单 1",
        "待答复的申诉 1",
        "待确认的答案更正 1",
        "还没有开奖的抽奖 1",
    }
    assert lines_on_home(signed_in(member_of(KEEPER))) == {"待审核的题 1"}
    assert lines_on_home(signed_in(member_of(NOBODY))) == set()


def test_the_first_page_lists_what_runs_and_says_where_nothing_does(signed_in):
    client, home = signed_in(member_of(ORGANISER)), reverse("wagtailadmin_home")
    assert "没有进行中、公示中或将要开始的竞赛" in client.get(home).content.decode()
    running, draft = CompetitionFactory(), CompetitionFactory(published=False)
    page = BeautifulSoup(client.get(home).content, "html.parser")
    rows = [[cell.text for cell in row("td")[:2]] for row in page.select("tbody tr")]
    assert rows == [[running.title, "进行中"], [draft.title, "未发布"]]
    home_of_keeper = signed_in(member_of(KEEPER)).get(home).content.decode()
    assert "近期竞赛" not in home_of_keeper


def test_the_first_page_asks_no_more_queries_with_more_rows(signed_in, count_queries):
    client, home = signed_in(member_of(ORGANISER)), reverse("wagtailadmin_home")
    CompetitionFactory()
    before = count_queries(lambda: client.get(home))
    for competition in CompetitionFactory.create_batch(3):
        DrawFactory(competition=competition)
    assert count_queries(lambda: client.get(home)) == before


def test_who_asked_for_a_correction_is_told_that_another_confirms(addresses, signed_in):
    regrade = Regrade.objects.get()
    desk = reverse("regrade:edit", args=[regrade.pk])
    confirm = reverse("regrade:confirm", args=[regrade.pk])
    organisers = make_organisers()
    regrade.requested_by.groups.add(organisers)
    own = signed_in(regrade.requested_by).get(desk).content.decode()
    assert "要由另一个人确认" in own
    assert confirm not in own
    assert confirm in signed_in(member_of(ORGANISER)).get(desk).content.decode()


def test_the_own_imports_are_listed_where_files_are_chosen(signed_in):
    member, upload = member_of(ORGANISER), reverse("quiz_import_upload")
    assert "还没有导入过" in signed_in(member).get(upload).content.decode()
    for owner in (member, MemberFactory()):
        QuestionImport.objects.create(
            bank=QuestionBankFactory(), member=owner, filename=f"{owner.pk}.xlsx", digest="",
            state=QuestionImport.State.DONE, created=3, skipped=1,
        )  # fmt: skip
    text = signed_in(member).get(upload).content.decode()
    assert f"{member.pk}.xlsx" in text
    assert "新增 3，没有变化 0，跳过 1" in text
    assert text.count(".xlsx</a>") == 1


def test_a_keeper_chooses_pictures_and_recordings(signed_in):
    client = signed_in(member_of(KEEPER))
    for name in ("wagtailimages_chooser:choose", "wagtailmedia:chooser"):
        assert client.get(reverse(name)).status_code == 200, name


def test_more_time_is_granted_by_an_organiser(signed_in):
    member, competition = MemberFactory(), CompetitionFactory()
    data = {
        "competition": competition.pk,
        "login": member.username,
        "extra_seconds": 300,
        "reason": "视力障碍",
    }
    assert signed_in(member_of(ORGANISER)).post(reverse("allowance:add"), data).status_code == 302
    assert Allowance.objects.get().member == member


def test_who_may_write_a_question_but_not_review_it_is_led_back_to_the_list(signed_in):
    client, bank = signed_in(member_of(ORGANISER)), QuestionBankFactory()
    rows = [{"text": "甲", "right": "on"}, {"text": "乙"}]
    response = client.post(reverse("question:add"), question_data(bank, rows), follow=True)
    assert response.redirect_chain[0][0] == reverse("question:index")
    assert "已保存并提交审核，由题库管理员发布" in response.content.decode()
    assert Question.objects.waiting().count() == 1
    home = signed_in(member_of(KEEPER)).get(reverse("wagtailadmin_home"))
    assert "待审核的题" in home.content.decode()


def test_who_hands_a_question_on_by_writing_it_is_told_what_it_lacks(signed_in):
    client, bank = signed_in(member_of(ORGANISER)), QuestionBankFactory()
    rows = [{"text": "甲"}, {"text": "乙"}]
    page = client.post(reverse("question:add"), question_data(bank, rows)).content.decode()
    assert "谁可以参加工会？" in page
    assert not bank.questions.exists()


def test_a_certificate_is_declared_void_with_a_reason_and_an_entry_in_the_log(signed_in, client):
    found, organiser = CertificateFactory(), member_of(ORGANISER)
    desk = reverse("certificate:edit", args=[found.pk])
    client = signed_in(organiser)
    assert client.post(desk, {"reason": ""}).status_code == 422
    found.refresh_from_db()
    assert not found.is_void
    assert client.post(desk, {"reason": "成绩更正"}).status_code == 302
    found.refresh_from_db()
    assert found.void_reason == "成绩更正"
    history = client.get(reverse("certificate:history", args=[found.pk])).content.decode()
    assert "作废了证书" in history
    assert organiser.display_name in history
    page = client.get(desk).content.decode()
    assert "作废这张证书" not in page
    assert "成绩更正" in page


def test_the_list_of_certificates_asks_no_more_queries_with_more_rows(signed_in, count_queries):
    client, competition = signed_in(member_of(ORGANISER)), CompetitionFactory()
    CertificateFactory(competition=competition)
    before = count_queries(lambda: client.get(reverse("certificate:index")))
    CertificateFactory.create_batch(4, competition=competition)
    assert count_queries(lambda: client.get(reverse("certificate:index"))) == before


def test_the_groups_are_made_once_and_stay_as_they_are():
    call_command("setup_site")
    names = {"竞赛组织者", "题库管理员"}
    assert set(Group.objects.filter(name__in=names).values_list("name", flat=True)) == names
    for make in (make_organisers, make_bank_keepers):
        make().permissions.clear()
        assert make().permissions.count() == 0


def test_an_appeal_is_answered_by_another_organiser(signed_in, addresses):
    appeal = Appeal.objects.get()
    data = {"accepted": "yes", "answer": "核实无误，恢复。"}
    client = signed_in(member_of(ORGANISER))
    assert client.post(reverse("appeal:edit", args=[appeal.pk]), data).status_code == 302
    appeal.refresh_from_db()
    assert appeal.accepted
