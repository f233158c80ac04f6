"""A question comes into papers when somebody else than its writer has looked at it."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from quiz import services
from quiz.errors import QuizError
from quiz.models import Question
from quiz.stems import normalised, stem_key
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, draft, make_question
from tests.factories.unions import MemberFactory

State = Question.State
db = pytest.mark.django_db


def refused(code, call, **kwargs):
    with pytest.raises(QuizError) as caught:
        call(**kwargs)
    assert caught.value.code == code


@pytest.fixture
def writer():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def other():
    return MemberFactory(is_superuser=True, is_staff=True)


def waiting(writer, bank=None, **fields):
    bank = bank or QuestionBankFactory()
    return make_question(bank, state=State.REVIEW, edited_by=writer, **fields)


@db
def test_nobody_publishes_what_they_wrote_last_whatever_their_rank(writer, other):
    question = waiting(writer)
    move = {"question": question, "move": "publish"}
    refused("own_question", services.move_question, member=writer, **move)
    assert services.move_question(member=other, **move).state == State.PUBLISHED
    assert Question.objects.drawable().get().current.content["stem"] == question.stem


@db
def test_a_change_to_a_published_question_waits_for_a_second_person(writer, other):
    question = make_question(QuestionBankFactory())
    first = question.current
    question.stem = "改过的题干？"
    question.save()
    changed = services.settle_question(question=question, member=writer)
    assert (changed.state, changed.current) == (State.REVIEW, first)
    assert not Question.objects.drawable().exists()
    refused("own_question", services.move_question, question=changed, move="publish", member=writer)
    published = services.move_question(question=changed, move="publish", member=other)
    assert published.current.number == 2


@db
def test_a_change_beside_what_is_asked_keeps_it_published(writer):
    question = make_question(QuestionBankFactory())
    question.valid_until = date(2030, 1, 1)
    question.save()
    assert services.settle_question(question=question, member=writer).state == State.PUBLISHED


@db
def test_a_disputed_question_leaves_new_papers_and_stays_in_open_ones(other):
    bank = QuestionBankFactory(questions=2)
    competition = CompetitionFactory(bank=bank, draw=2)
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    question = Question.objects.first()
    services.move_question(question=question, move="dispute", member=other, reason="答案有误")
    bank.refresh_from_db()
    competition.refresh_from_db()
    refused(
        "too_few_questions",
        services.start_attempt,
        competition=competition,
        member=MemberFactory(),
    )
    services.record_attempt(
        competition=CompetitionFactory(bank=bank, draw=1),
        member=MemberFactory(),
        started_at=timezone.now(),
        elapsed=9,
        right=1,
    )
    assert services.submit_attempt(attempt=attempt).points == 0
    assert question.current_id in attempt.drawn().versions


@db
@pytest.mark.parametrize("move", ["return", "dispute"])
def test_who_objects_says_why(move, other):
    question = waiting(None) if move == "return" else make_question(QuestionBankFactory())
    refused(
        "reason_needed",
        services.move_question,
        question=question,
        move=move,
        member=other,
        reason=" ",
    )


@db
@pytest.mark.parametrize("move", sorted(services.MOVES))
def test_a_step_starts_where_it_may(move, other):
    bank = QuestionBankFactory()
    for place, state in enumerate(State):
        question = make_question(bank, number=place, state=state)
        call = {"question": question, "move": move, "member": other, "reason": "原因"}
        if state in services.MOVES[move].before:
            assert services.move_question(**call).state == services.MOVES[move].after
        else:
            refused("not_in_state", services.move_question, **call)


@db
def test_every_step_stands_in_the_audit_log(writer, other):
    question = waiting(writer)
    services.move_question(question=question, move="publish", member=other)
    services.move_question(question=question, move="dispute", member=writer, reason="第三条已改")
    latest, first = ModelLogEntry.objects.filter(object_id=question.pk).order_by("-pk")
    assert [first.action, latest.action] == ["quiz.publish", "quiz.dispute"]
    assert (latest.user, latest.data["reason"]) == (writer, "第三条已改")


@db
def test_a_bank_is_published_at_once_but_for_the_own_questions(writer, other, count_queries):
    bank = QuestionBankFactory()
    fields = {"state": State.REVIEW, "edited_by": writer}
    services.create_questions(bank=bank, drafts=[draft(n, **fields) for n in range(3)])
    waiting(other, bank, number=50)
    few = count_queries(lambda: services.publish_waiting(bank=bank, member=other))
    assert Question.objects.drawable().count() == 3
    services.create_questions(bank=bank, drafts=[draft(n, **fields) for n in range(60, 99)])
    assert count_queries(lambda: services.publish_waiting(bank=bank, member=other)) <= few
    assert Question.objects.get(state=State.REVIEW).edited_by == other
    assert services.publish_waiting(bank=bank, member=other) == 0


@db
def test_the_log_of_each_question_says_that_it_was_published_with_others(signed_in, writer, other):
    bank = QuestionBankFactory()
    fields = {"state": State.REVIEW, "edited_by": writer}
    made = services.create_questions(bank=bank, drafts=[draft(n, **fields) for n in range(3)])
    own = waiting(other, bank, number=50)
    services.publish_waiting(bank=bank, member=other)
    for question in made:
        entry = ModelLogEntry.objects.for_instance(question).get()
        assert (entry.action, entry.user, entry.data["version"]) == ("quiz.publish", other, 1)
        for address in ("quiz_question_state", "question:history"):
            page = signed_in(writer).get(reverse(address, args=[question.pk])).content.decode()
            assert "发布题目（一次发布 3 题）" in page, address
    assert not ModelLogEntry.objects.for_instance(own).exists()


@db
def test_what_is_not_in_force_is_not_drawn_though_the_bank_is_in_memory():
    bank = QuestionBankFactory()
    today = timezone.localdate()
    make_question(bank, number=1, valid_until=today)
    make_question(bank, number=2, valid_from=today + timedelta(days=1))
    bank.refresh_from_db()
    competition = CompetitionFactory(bank=bank, draw=1)
    for days, number in ((0, 1), (1, 2), (2, 2)):
        now = timezone.now() + timedelta(days=days)
        attempt = services.start_attempt(competition=competition, member=MemberFactory(), now=now)
        version = attempt.drawn().versions[0]
        assert Question.objects.get(current=version).stem == f"第{number}问的题干？"


@db
def test_a_term_that_ends_before_it_begins_is_refused_by_the_database():
    fields = {"valid_from": date(2026, 5, 2), "valid_until": date(2026, 5, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_question(QuestionBankFactory(), **fields)


@db
def test_the_screen_shows_the_key_the_history_and_only_open_steps(signed_in, writer, other):
    question = waiting(writer)
    twin = waiting(writer, question.bank, stem="第 0 问的题干")
    address = reverse("quiz_question_state", args=[question.pk])
    page = signed_in(writer).get(address).content.decode()
    assert "要由另一个人审核发布" in page
    assert 'value="publish"' not in page
    assert reverse("quiz_question_state", args=[twin.pk]) in page
    seen = signed_in(other).get(address).context["seen"]
    given = {"move": "publish", "seen": seen}
    response = signed_in(other).post(address, given, follow=True)
    page = response.content.decode()
    assert "已发布，新的试卷可以抽到" in page
    assert "发布题目" in page
    assert 'value="dispute"' in page


@db
@pytest.mark.parametrize(
    ("kind", "word"),
    [(Question.Kind.FILL, "可接受的答案"), (Question.Kind.SINGLE, "正确答案")],
)
def test_the_screen_names_the_key_as_the_form_does(signed_in, writer, other, kind, word):
    question = waiting(writer)
    Question.objects.filter(pk=question.pk).update(kind=kind)
    page = signed_in(other).get(reverse("quiz_question_state", args=[question.pk]))
    words = {"可接受的答案", "正确答案"}
    assert {found for found in words if found in page.content.decode()} == {word}


@db
def test_a_refusal_keeps_what_was_typed(signed_in, writer):
    question = waiting(writer)
    address = reverse("quiz_question_state", args=[question.pk])
    response = signed_in(writer).post(address, {"move": "publish", "reason": "看过了"})
    assert response.status_code == 422
    assert "最后是你改的" in response.content.decode()
    assert 'value="看过了"' in response.content.decode()
    assert signed_in(writer).post(address, {"move": "nonsense"}).status_code == 404


@db
def test_without_the_permission_nobody_sees_a_key(signed_in, writer):
    question = waiting(writer)
    client = signed_in(MemberFactory())
    for name, pk in (("question_state", question.pk), ("publish_waiting", question.bank_id)):
        response = client.post(reverse(f"quiz_{name}", args=[pk]), {"move": "publish"})
        assert response.status_code in {302, 403, 404}
        assert question.stem not in response.content.decode()
    question.refresh_from_db()
    assert question.state == State.REVIEW


@db
def test_the_screen_of_a_bank_publishes_what_others_wrote(signed_in, writer, other):
    question = waiting(writer)
    waiting(other, question.bank, number=2)
    address = reverse("quiz_publish_waiting", args=[question.bank_id])
    client = signed_in(other)
    page = client.get(address).content.decode()
    assert "有 1 题可以由你发布" in page
    assert "另有 1 题最后是你改的" in page
    seen = {"seen": client.get(address).context["seen"]}
    assert "已发布 1 题" in client.post(address, seen, follow=True).content.decode()


def fields_of(page):
    """What a press on the page sends of what it shows."""
    return {"seen": re.search(r'name="seen" value="(\w+)"', page).group(1)}


def changed(question, writer):
    """What the reader of a page does not see: its first option is another one now."""
    question.options.filter(right=True).update(text="改过的选项")
    services.settle_question(question=question, member=writer)


@db
def test_what_changed_since_it_was_read_is_not_published(signed_in, writer, other):
    question = waiting(writer)
    address = reverse("quiz_question_state", args=[question.pk])
    client = signed_in(other)
    given = {
        "move": "publish",
        "reason": "看过了",
        **fields_of(client.get(address).content.decode()),
    }
    changed(question, writer)
    response = client.post(address, given)
    page = response.content.decode()
    assert response.status_code == 422
    assert "题目刚刚被改过" in page
    assert "改过的选项" in page
    assert 'value="看过了"' in page
    assert not Question.objects.drawable().exists()
    client.post(address, given | fields_of(page))
    assert "改过的选项" in Question.objects.drawable().get().current.content["options"]


@db
def test_of_a_bank_nothing_is_published_that_changed_since_the_page_was_made(
    signed_in, writer, other
):
    question = waiting(writer)
    waiting(writer, question.bank, number=2)
    address = reverse("quiz_publish_waiting", args=[question.bank_id])
    client = signed_in(other)
    given = fields_of(client.get(address).content.decode())
    changed(question, writer)
    response = client.post(address, given)
    assert response.status_code == 422
    assert "题目刚刚被改过" in response.content.decode()
    assert not Question.objects.drawable().exists()
    client.post(address, fields_of(response.content.decode()))
    assert Question.objects.drawable().count() == 2


@db
def test_who_does_not_say_what_they_saw_publishes_nothing(signed_in, writer, other):
    question = waiting(writer)
    address = reverse("quiz_question_state", args=[question.pk])
    assert signed_in(other).post(address, {"move": "publish"}).status_code == 422
    assert not Question.objects.drawable().exists()


@given(st.text(max_size=60))
def test_a_stem_is_normalised_once_for_all(stem):
    assert normalised(normalised(stem)) == normalised(stem)
    assert len(stem_key(stem)) == 64


@pytest.mark.parametrize(
    "other_stem", ["工会 是什么", "工会，是什么？", "　工会是什么（ ）。", "工会____是什么"]
)
def test_stems_that_differ_in_marks_ask_the_same(other_stem):
    assert stem_key("工会是什么？") == stem_key(other_stem)


def test_stems_that_differ_in_words_do_not():
    assert stem_key("工会是什么？") != stem_key("工会法是什么？")
    assert stem_key("？") != stem_key("！")
