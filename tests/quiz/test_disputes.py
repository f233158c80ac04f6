"""Whoever may see a key may say that it is wrong, once; staff answer and nobody else reads it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Dispute, PracticeRecord, Question
from quiz.services import disputes as module
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    answer_all,
    make_question,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db

TEXT = "《工会法》2021 年已经修改，这一条改过。"


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def competition():
    """Every paper holds all four questions."""
    return CompetitionFactory(bank=QuestionBankFactory(questions=4), draw=4)


def handed_in(competition, member=None):
    attempt = services.start_attempt(competition=competition, member=member or MemberFactory())
    answer_all(attempt, right=2)
    return services.submit_attempt(attempt=attempt)


def close(competition):
    competition.closes_at = timezone.now() - timedelta(minutes=5)
    competition.save()


def closed_after(competition, number):
    """`number` attempts of a competition that is over since."""
    for _each in range(number):
        handed_in(competition)
    close(competition)
    return list(Attempt.objects.order_by("pk"))


@pytest.fixture
def attempt(competition):
    """Handed in, and its key may be seen."""
    return closed_after(competition, 1)[0]


def address_of(attempt, number=1):
    return reverse("quiz:dispute_reviewed", args=[attempt.competition.slug, attempt.uuid, number])


def disputed(attempt, number=1, **changes):
    given = {"kind": Dispute.Kind.KEY, "text": TEXT, **changes}
    return services.dispute_reviewed(attempt=attempt, number=number, **given)


def refused(code, call, *args, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code


def decided(dispute, staff, decision="answered", **changes):
    given = {"chosen": [dispute.pk], "answer": "查过了，以 2021 年修改的为准。", **changes}
    question = dispute.version.question
    return services.decide_disputes(question=question, decision=decision, by=staff, **given)


def test_a_member_disputes_and_reads_what_became_of_it(attempt, staff, client, signed_in):
    signed_in(attempt.member)
    result = client.get(attempt.get_absolute_url()).content.decode()
    assert address_of(attempt) in result
    page = client.get(address_of(attempt)).content.decode()
    assert "答案有误" in page
    response = client.post(address_of(attempt), {"kind": "key", "text": TEXT}, follow=True)
    assert "还在处理" in response.content.decode()
    result = client.get(attempt.get_absolute_url()).content.decode()
    assert "我的异议“答案有误”：已收到" in result
    assert address_of(attempt) not in result
    decided(Dispute.objects.get(), staff)
    for address in (
        attempt.get_absolute_url(),
        address_of(attempt),
        reverse("quiz:own_disputes"),
    ):
        page = client.get(address).content.decode()
        assert "已答复" in page
        assert "查过了，以 2021 年修改的为准。" in page
    assert "题目异议" in client.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "key", "text": "  "}, "请写明理由"),
        ({"text": TEXT}, "请选一项"),
        ({"kind": "mood", "text": TEXT}, "选择一个有效的选项"),
        ({"kind": "key", "text": "字" * 301}, "300"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_lost(
    attempt, client, signed_in, given, words
):
    signed_in(attempt.member)
    response = client.post(address_of(attempt), given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert given.get("text", "").strip() in response.content.decode()
    assert not Dispute.objects.exists()


def test_nothing_is_disputed_before_the_key_may_be_seen(competition, client, signed_in):
    attempt = handed_in(competition)
    refused("key_hidden", disputed, attempt)
    signed_in(attempt.member)
    assert "异议" not in client.get(attempt.get_absolute_url()).content.decode()
    assert client.get(address_of(attempt)).url == attempt.get_absolute_url()
    posted = client.post(address_of(attempt), {"kind": "key", "text": TEXT})
    assert posted.url == attempt.get_absolute_url()
    assert not Dispute.objects.exists()


def test_one_version_is_disputed_once_by_a_member_and_by_others_too(competition, client, signed_in):
    attempt, other = closed_after(competition, 2)
    first = disputed(attempt)
    refused("disputed", disputed, attempt)
    number = 1 + other.drawn().versions.index(first.version_id)
    disputed(other, number)
    signed_in(attempt.member)
    response = client.post(address_of(attempt), {"kind": "other", "text": "再说一次"})
    assert response.status_code == 422
    assert "已经提过异议" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.create(
            member=attempt.member, version=first.version, text="绕过", created_at=timezone.now()
        )
    assert Dispute.objects.count() == 2


def test_only_so_many_wait_at_once(attempt, staff, monkeypatch):
    monkeypatch.setattr(module, "MOST_OPEN", 2)
    first = disputed(attempt, 1)
    disputed(attempt, 2)
    refused("too_many_disputes", disputed, attempt, 3)
    decided(first, staff)
    disputed(attempt, 3)


def test_of_somebody_else_s_attempt_nothing_can_be_disputed_or_read(attempt, client, signed_in):
    disputed(attempt)
    signed_in(MemberFactory())
    assert client.get(address_of(attempt)).status_code == 404
    assert client.post(address_of(attempt), {"kind": "key", "text": TEXT}).status_code == 404
    assert TEXT not in client.get(reverse("quiz:own_disputes")).content.decode()
    signed_in(attempt.member)
    assert client.get(address_of(attempt, 5)).status_code == 404
    client.logout()
    assert client.get(address_of(attempt)).url.startswith(reverse("account_login"))


def practised(member, question, **fields):
    return PracticeRecord.objects.create(
        member=member,
        question=question,
        version=question.current,
        answered_at=timezone.now(),
        times=1,
        chosen=[1],
        **fields,
    )


def test_a_practised_question_is_disputed_after_the_answer(client, signed_in):
    member, bank = MemberFactory(), QuestionBankFactory()
    question = make_question(bank, practice=True)
    address = reverse("quiz:dispute_practised", args=[question.pk])
    signed_in(member)
    assert client.get(address).status_code == 404
    practised(member, question, book=True)
    answer = reverse("quiz:practise", args=["challenge"]) + f"?answered={question.pk}"
    assert address in client.get(answer).content.decode()
    assert address in client.get(reverse("quiz:mistakes")).content.decode()
    client.post(address, {"kind": "wording", "text": TEXT})
    assert Dispute.objects.get().version == question.current
    for page in (answer, reverse("quiz:mistakes")):
        assert "我的异议“题干有歧义”：已收到" in client.get(page).content.decode()


def test_what_a_running_competition_can_draw_is_not_shown_for_a_dispute(
    competition, client, signed_in
):
    question = competition.bank.questions.first()
    member = MemberFactory()
    record = practised(member, question)
    signed_in(member)
    address = reverse("quiz:dispute_practised", args=[question.pk])
    assert client.get(address).status_code == 404
    refused("key_hidden", services.dispute_practised, record=record, kind="key", text=TEXT)


def test_staff_answer_all_of_a_question_together_and_may_take_it_on(
    competition, staff, client, signed_in
):
    attempts = closed_after(competition, 3)
    version = attempts[0].drawn().versions[0]
    for attempt in attempts:
        disputed(attempt, 1 + attempt.drawn().versions.index(version))
    question = Question.objects.get(versions=version)
    signed_in(staff)
    inbox = client.get(reverse("dispute:index")).content.decode()
    desk = reverse("dispute:edit", args=[question.pk])
    assert desk in inbox
    page = client.get(desk).content.decode()
    assert page.count(TEXT) == 3
    assert attempts[0].member.display_name not in page
    assert f"{reverse('regrade:add')}?question={question.pk}" in page
    response = client.post(desk, {"decision": "taken", "answer": "属实"})
    assert response.status_code == 422
    chosen = [str(pk) for pk in Dispute.objects.values_list("pk", flat=True)]
    given = {"chosen": chosen[:2], "decision": "taken", "answer": "属实，正在更正。"}
    assert client.post(desk, given).url == desk
    question.refresh_from_db()
    assert question.state == Question.State.DISPUTED
    assert list(Dispute.objects.order_by("pk").values_list("state", flat=True)) == [
        "taken",
        "taken",
        "open",
    ]
    given |= {"chosen": chosen[2:], "decision": "dismissed", "answer": "不对"}
    client.post(desk, given)
    assert Dispute.objects.get(pk=chosen[2]).state == "dismissed"
    logged = ModelLogEntry.objects.filter(object_id=str(question.pk))
    assert logged.filter(action="quiz.disputes.decide").count() == 2
    assert logged.filter(action="quiz.dispute").count() == 1
    assert "没有等着处理的" in client.get(desk).content.decode()
    assert "已经有人处理过了" in client.post(desk, given).content.decode()


def test_the_desk_shows_the_version_that_was_disputed(attempt, staff, client, signed_in):
    found = services.dispute_reviewed(attempt=attempt, number=1, kind="wording", text=TEXT)
    question, old = found.version.question, found.version.content["stem"]
    desk = reverse("dispute:edit", args=[question.pk])
    signed_in(staff)
    assert "第 1 版" not in client.get(desk).content.decode()
    question.stem = "后来改过的题干？"
    question.save()
    services.settle_question(question=question)
    page = client.get(desk).content.decode()
    assert old in page
    assert "第 1 版：提异议的会员看到的是这一版，题目后来改过" in page
    assert f"{TEXT}（第 1 版）" in page
    assert page.index(old) < page.index("<h2>后来改过的题干？</h2>")
    given = {"chosen": [found.pk], "decision": "answered", "answer": "已经改好了。"}
    assert client.post(desk, given).status_code == 302
    assert old in client.get(desk).content.decode()


def test_the_desk_shows_the_key_as_corrected(attempt, staff, client, signed_in):
    found = services.dispute_reviewed(attempt=attempt, number=1, kind="key", text=TEXT)
    asked = services.correct_key(
        question=found.version.question, key=[1], rule="both", reason="勘误", by=staff
    )
    services.confirm_regrade(regrade=asked, by=MemberFactory())
    desk = reverse("dispute:edit", args=[found.version.question_id])
    page = BeautifulSoup(signed_in(staff).get(desk).content, "html.parser")
    rows = [
        ["正确答案" in row.text for row in table.find_all("tr")]
        for table in page.select("table.listing")
    ]
    assert rows == [[True, True, False, False], [False, True, False, False]]


def test_nobody_answers_the_own_dispute_and_none_twice(attempt, staff):
    found = disputed(attempt)
    refused("same_person", decided, found, attempt.member)
    refused("no_answer", decided, found, staff, answer=" ")
    decided(found, staff)
    refused("decided", decided, found, staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.update(decided_by=attempt.member)


def test_the_lists_of_questions_say_how_many_there_are(attempt, staff, client, signed_in):
    found = disputed(attempt)
    services.compute_all_statistics()
    signed_in(staff)
    desk = reverse("dispute:edit", args=[found.version.question_id])
    assert desk in client.get(reverse("question:index")).content.decode()
    report = client.get(reverse("quiz_question_report"))
    assert [row.disputes for row in report.context["object_list"]].count(1) == 1
    decided(found, staff)
    assert desk not in client.get(reverse("question:index")).content.decode()


def test_the_desk_is_for_those_who_may(attempt, client, signed_in):
    found = disputed(attempt)
    signed_in(MemberFactory())
    desk = reverse("dispute:edit", args=[found.version.question_id])
    client.post(desk, {"chosen": [found.pk], "decision": "answered", "answer": "好"})
    assert client.get(desk).status_code in {302, 403}
    assert Dispute.objects.get().is_open


def test_the_lists_ask_no_more_queries_with_more_rows(
    attempt, staff, client, signed_in, count_queries
):
    disputed(attempt)
    signed_in(staff)
    inbox = count_queries(lambda: client.get(reverse("dispute:index")))
    signed_in(attempt.member)
    own = count_queries(lambda: client.get(reverse("quiz:own_disputes")))
    result = count_queries(lambda: client.get(attempt.get_absolute_url()))
    for number in (2, 3, 4):
        disputed(attempt, number)
    assert count_queries(lambda: client.get(reverse("quiz:own_disputes"))) == own
    assert count_queries(lambda: client.get(attempt.get_absolute_url())) == result
    signed_in(staff)
    assert count_queries(lambda: client.get(reverse("dispute:index"))) == inbox


def test_empty_lists_say_so(staff, client, signed_in):
    signed_in(staff)
    assert client.get(reverse("dispute:index")).status_code == 200
    assert "还没有提过异议" in client.get(reverse("quiz:own_disputes")).content.decode()
