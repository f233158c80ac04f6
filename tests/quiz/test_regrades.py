"""A wrong key: two persons, every attempt concerned, once each, whatever happens on the way."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz import boards, services, tasks
from quiz.errors import QuizError
from quiz.models import (
    Attempt,
    Competition,
    PastResult,
    QuestionVersion,
    Regrade,
    UnionStanding,
)
from quiz.services import regrades as module
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    answer_all,
    make_question,
    total_standings,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def competition():
    """Every paper holds all four questions."""
    return CompetitionFactory(bank=QuestionBankFactory(questions=4), draw=4)


def choosing(competition, question, place, member=None):
    """An open attempt with the option at `place` chosen in `question`, the others right."""
    attempt = services.start_attempt(competition=competition, member=member or MemberFactory())
    answer_all(attempt, right=4)
    for number, item in enumerate(attempt.drawn().items, start=1):
        if QuestionVersion.objects.get(pk=item.version).question_id == question.pk:
            chosen = tuple(name for name, where in item.options if where == place)
            services.save_answer(attempt=attempt, answer=services.Answer(number, chosen, 2))
    return attempt


def handed_in(*args):
    return services.submit_attempt(attempt=choosing(*args))


def corrected(question, staff, other, *, key=(1,), rule="new"):
    question.refresh_from_db()
    regrade = services.correct_key(
        question=question, key=key, rule=rule, reason="教材勘误", by=staff
    )
    return services.confirm_regrade(regrade=regrade, by=other)


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code


def table():
    persons = total_standings().order_by("member").values_list("member", "points", "cost")
    unions = UnionStanding.objects.order_by("union").values_list("union", "completions", "points")
    return list(persons), list(unions)


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        ("new", {0: 30, 1: 40, 2: 30}),
        ("both", {0: 40, 1: 40, 2: 30}),
        ("all", dict.fromkeys(range(3), 40)),
    ],
)
def test_each_rule_gives_what_it_says_and_the_board_follows(
    competition, staff, other, rule, points
):
    question = competition.bank.questions.first()
    attempts = {place: handed_in(competition, question, place) for place in range(3)}
    assert [attempts[place].points for place in range(3)] == [40, 30, 30]
    corrected(question, staff, other, rule=rule)
    services.run_regrades()
    found = {place: Attempt.objects.get(pk=row.pk).points for place, row in attempts.items()}
    assert found == points
    counted = table()
    assert sorted(row[1] for row in counted[0]) == sorted(points.values())
    services.rebuild_standings(competition=competition)
    assert table() == counted


def test_the_old_result_is_kept_and_the_member_reads_why(
    competition, staff, other, client, signed_in
):
    question = competition.bank.questions.first()
    attempt = handed_in(competition, question, 1, member := MemberFactory())
    corrected(question, staff, other)
    services.run_regrades()
    past = PastResult.objects.get()
    assert (past.attempt, past.points, past.new_points, past.right) == (attempt, 30, 40, 3)
    assert past.cost == attempt.cost
    signed_in(member)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "有一道题的答案更正，得分由 30 改为 40" in page
    # Which question it was, and why, may tell the key.
    assert "因第" not in page
    assert "教材勘误" not in page
    Competition.objects.update(closes_at=timezone.now() - timedelta(hours=2))
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f"因第 {past.number} 题答案更正，得分由 30 改为 40" in page
    assert "教材勘误" in page


def test_an_open_attempt_is_scored_by_the_corrected_key(competition, staff, other):
    question = competition.bank.questions.first()
    attempt = choosing(competition, question, 1)
    corrected(question, staff, other)
    services.run_regrades()
    assert services.submit_attempt(attempt=attempt).points == 40
    assert not PastResult.objects.exists()


def test_later_papers_hold_the_new_version(competition, staff, other):
    question = competition.bank.questions.first()
    regrade = corrected(question, staff, other)
    question.refresh_from_db()
    assert question.current == regrade.new_version != regrade.old_version
    assert question.current.content["key"] == [1]
    competition = Competition.objects.get(pk=competition.pk)
    assert handed_in(competition, question, 1).points == 40


def test_versions_before_with_the_same_key_are_corrected_too(competition, staff, other):
    question = competition.bank.questions.first()
    attempt = handed_in(competition, question, 1)
    question.stem = "错别字改过的题干？"
    question.save()
    services.settle_question(question=question)
    regrade = corrected(question, staff, other)
    assert len(regrade.versions) == 2
    services.run_regrades()
    attempt.refresh_from_db()
    assert attempt.points == 40


def test_a_second_correction_reaches_what_the_first_one_did(competition, staff, other):
    question = competition.bank.questions.first()
    attempt = handed_in(competition, question, 2)
    corrected(question, staff, other, key=(1,))
    services.run_regrades()
    corrected(question, staff, other, key=(2,))
    services.run_regrades()
    attempt.refresh_from_db()
    assert attempt.points == 40


def test_a_kill_in_the_middle_loses_and_doubles_nothing(competition, staff, other, monkeypatch):
    question = competition.bank.questions.first()
    attempts = [handed_in(competition, question, 1) for _each in range(6)]
    regrade = corrected(question, staff, other)
    monkeypatch.setattr(module, "CHUNK", 4)
    recount, calls = module.recount_member, []

    def killed(**kwargs):
        calls.append(kwargs)
        if len(calls) in {3, 5}:
            raise KeyboardInterrupt
        return recount(**kwargs)

    monkeypatch.setattr(module, "recount_member", killed)
    for _kill in range(2):
        with pytest.raises(KeyboardInterrupt):
            services.run_regrades()
        half = Attempt.objects.filter(points=40).count()
        assert PastResult.objects.count() == half == total_standings().filter(points=40).count()
        assert 0 < half < len(attempts)
    tasks.run_regrades.delay()
    regrade.refresh_from_db()
    assert (regrade.state, regrade.seen, regrade.changed) == ("done", 6, 6)
    assert set(Attempt.objects.values_list("points", flat=True)) == {40}
    assert PastResult.objects.count() == 6
    assert set(total_standings().values_list("points", flat=True)) == {40}
    services.run_regrades()
    assert PastResult.objects.count() == 6


def test_a_run_that_another_one_overtook_counts_nothing_twice_and_sets_nothing_back(
    competition, staff, other, monkeypatch
):
    """While the first run is at its first attempt, a second one does all of them."""
    question = competition.bank.questions.first()
    attempts = [handed_in(competition, question, 1) for _each in range(6)]
    regrade = corrected(question, staff, other)
    monkeypatch.setattr(module, "CHUNK", 4)
    recount, overtaken = module.recount_member, []

    def overtake(**kwargs):
        if not overtaken:
            overtaken.append(kwargs)
            services.run_regrades()
        return recount(**kwargs)

    monkeypatch.setattr(module, "recount_member", overtake)
    services.run_regrade(regrade=regrade)
    regrade.refresh_from_db()
    assert (regrade.state, regrade.seen, regrade.changed) == ("done", 6, 6)
    assert regrade.cursor == attempts[-1].pk
    assert PastResult.objects.count() == 6


def test_one_person_alone_corrects_nothing(competition, staff, other):
    question = competition.bank.questions.first()
    regrade = services.correct_key(question=question, key=[1], rule="new", reason="勘误", by=staff)
    refused("same_person", services.confirm_regrade, regrade=regrade, by=staff)
    assert question.current.content["key"] == [0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Regrade.objects.update(confirmed_by=staff, confirmed_at=timezone.now(), state="running")
    services.withdraw_regrade(regrade=regrade, by=staff)
    refused("decided", services.confirm_regrade, regrade=regrade, by=other)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": [0]}, "same_key"),
        ({"key": [0, 1]}, "bad_key"),
        ({"key": [9]}, "bad_key"),
        ({"key": []}, "bad_key"),
        ({"reason": " "}, "no_reason"),
    ],
)
def test_what_makes_no_sense_is_refused(competition, staff, change, code):
    fields = {"key": [1], "rule": "new", "reason": "勘误", **change}
    question = competition.bank.questions.first()
    refused(code, services.correct_key, question=question, by=staff, **fields)


def test_a_question_that_changed_meanwhile_is_asked_again(competition, staff, other):
    question = competition.bank.questions.first()
    fields = {"question": question, "key": [1], "rule": "new", "reason": "勘误", "by": staff}
    regrade = services.correct_key(**fields)
    refused("regrade_waits", services.correct_key, **fields)
    question.stem = "又改过？"
    question.save()
    services.settle_question(question=question)
    refused("question_changed", services.confirm_regrade, regrade=regrade, by=other)


def test_the_whole_way_on_screens(competition, staff, other, client, signed_in):
    question = competition.bank.questions.first()
    handed_in(competition, question, 1)
    signed_in(staff)
    add = reverse("regrade:add")
    assert str(question) in client.get(add, {"q": question.stem[:3]}).content.decode()
    assert "没有找到" in client.get(add, {"q": "不存在的题"}).content.decode()
    address = f"{add}?question={question.pk}"
    response = client.post(address, {"key": ["1"], "rule": "new"})
    assert response.status_code == 422
    response = client.post(address, {"key": ["0"], "rule": "new", "reason": "勘误"})
    assert "新答案和现在的一样" in response.content.decode()
    response = client.post(address, {"key": ["1"], "rule": "new", "reason": "勘误"})
    regrade = Regrade.objects.get()
    desk = reverse("regrade:edit", args=[regrade.pk])
    assert response.url == desk
    assert "不能是同一个人" in client.post(f"{desk}confirm/").content.decode()
    signed_in(other)
    assert client.post(f"{desk}confirm/").url == desk
    services.run_regrades()
    page = client.get(desk).content.decode()
    assert "1 份得分有变" in page
    home = competition.get_absolute_url()
    assert "答案更正公告" not in client.get(home).content.decode()
    client.post(f"{desk}notice/", {"notice": "有一道题更正了答案。"})
    assert "有一道题更正了答案。" in client.get(home).content.decode()
    assert "答案更正" in client.get(reverse("regrade:index")).content.decode()
    assert ModelLogEntry.objects.filter(action__startswith="quiz.regrade").count() == 4
    boards.forget_totals()
    assert boards.top(competition, None)[0].points == 40


def notice_of(regrade, client):
    """The text that stands in the box of the notice, and the whole page."""
    page = BeautifulSoup(
        client.get(reverse("regrade:edit", args=[regrade.pk])).content, "html.parser"
    )
    return page.select_one("textarea[name=notice]").text.strip(), page.text


@pytest.mark.parametrize(("closes_in", "told"), [(timedelta(days=1), False), (timedelta(-1), True)])
def test_the_draft_of_the_notice_gives_no_reason_while_keys_may_not_show(
    closes_in, told, competition, staff, other, signed_in
):
    question = competition.bank.questions.first()
    handed_in(competition, question, 1)
    Competition.objects.update(closes_at=timezone.now() + closes_in)
    regrade = corrected(question, staff, other)
    services.run_regrades()
    draft, page = notice_of(regrade, signed_in(other))
    assert "1 份得分有变" in draft
    assert ("教材勘误" in draft) == told
    assert ("只认新答案" in draft) == told
    assert ("草稿里没有写原因" in page) != told


def test_the_draft_counts_nothing_where_it_would_stand_on_the_pages_of_two_competitions(
    competition, staff, other, signed_in
):
    question = competition.bank.questions.first()
    handed_in(competition, question, 1)
    handed_in(CompetitionFactory(bank=competition.bank, draw=4), question, 1)
    regrade = corrected(question, staff, other)
    services.run_regrades()
    draft, page = notice_of(regrade, signed_in(other))
    assert "2 份得分有变" in page
    assert "得分有变" not in draft
    assert "已全部重新计分，名次随之重排" in draft


def test_an_unchanged_key_is_refused_before_its_effect_is_looked_for(
    competition, staff, client, signed_in
):
    question = competition.bank.questions.first()
    handed_in(competition, question, 1)
    signed_in(staff)
    address = f"{reverse('regrade:add')}?question={question.pk}"
    given = {"key": ["0"], "rule": "new", "preview": "1"}
    response = client.post(address, given)
    assert (response.status_code, response.context["preview"]) == (422, None)
    assert "新答案和现在的一样" in response.content.decode()
    response = client.post(address, given | {"rule": "all"})
    assert response.context["preview"].gained == 1


@pytest.mark.parametrize(
    ("kind", "box"), [("single", "radio"), ("boolean", "radio"), ("multiple", "checkbox")]
)
def test_where_one_option_is_right_one_can_be_chosen(staff, client, signed_in, kind, box):
    rights = [0, 2] if kind == "multiple" else [1]
    options = 2 if kind == "boolean" else 4
    question = make_question(QuestionBankFactory(), kind=kind, right=rights, options=options)
    signed_in(staff)
    page = client.get(reverse("regrade:add"), {"question": question.pk})
    boxes = BeautifulSoup(page.content, "html.parser").select("#id_key input")
    assert {found["type"] for found in boxes} == {box}
    assert [int(found["value"]) for found in boxes if found.has_attr("checked")] == rights


def test_the_list_has_no_figures_of_a_correction_that_waits(competition, staff, client, signed_in):
    question = competition.bank.questions.first()
    regrade = services.correct_key(question=question, key=[1], rule="new", reason="勘误", by=staff)
    signed_in(staff)
    assert figures_in_list(client) == ["—", "—"]
    services.confirm_regrade(regrade=regrade, by=MemberFactory())
    services.run_regrades()
    assert figures_in_list(client) == ["0", "0"]


def figures_in_list(client):
    page = BeautifulSoup(client.get(reverse("regrade:index")).content, "html.parser")
    return [cell.text.strip() for cell in page.select("tbody tr td")[4:6]]


def test_a_draft_follows_what_may_be_shown_when_it_is_read(competition, staff, other, signed_in):
    question = competition.bank.questions.first()
    handed_in(competition, question, 1)
    Competition.objects.update(closes_at=timezone.now() - timedelta(days=1))
    regrade = corrected(question, staff, other)
    services.run_regrades()
    client = signed_in(other)
    assert "教材勘误" in notice_of(regrade, client)[0]
    CompetitionFactory(bank=competition.bank)  # draws from the same bank now
    assert "教材勘误" not in notice_of(regrade, client)[0]
    text = "有一道题更正了答案。"
    services.publish_notice(regrade=regrade, text=text, by=staff)
    assert notice_of(regrade, client)[0] == text


def test_the_screens_are_for_those_who_may(competition, staff, client, signed_in):
    question = competition.bank.questions.first()
    regrade = services.correct_key(question=question, key=[1], rule="new", reason="勘误", by=staff)
    signed_in(MemberFactory())
    client.post(reverse("regrade:confirm", args=[regrade.pk]))
    regrade.refresh_from_db()
    assert regrade.state == Regrade.State.REQUESTED
