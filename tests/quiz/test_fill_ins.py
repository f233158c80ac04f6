"""Fill-ins: the answer is typed, compared kindly, and its forms stay on the server."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from quiz import services
from quiz.errors import QuizError
from quiz.evidence import sheet_of_replies
from quiz.models import Attempt, Competition, PracticeRecord, Question, QuestionStatistic
from quiz.scoring import MOST_TEXT, Item, folded, is_right, key_problem
from quiz.services import Answer
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory
from tests.factories.unions import MemberFactory

FORMS = ["职工代表大会", "职代会"]

texts = st.text(max_size=40)
blanks = st.sampled_from([" ", "\u3000", "\t", "\u200b", "\xa0"])
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(texts)
@example("\u00a8 e\u200b\u0301")
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.text("ab中文12，。", max_size=5), max_size=6), blanks)
def test_white_space_does_not_count(parts, blank):
    assert folded(blank + blank.join(parts) + blank) == folded("".join(parts))


@given(st.text([chr(code) for code in range(0x21, 0x7F)], max_size=20))
def test_width_and_case_do_not_count(text):
    assert folded(text.translate(WIDE)) == folded(text) == folded(text.upper())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("《工会法》", "<工会法>"), ("“一”，二。", '"一",二.'), ("８　小时", "8小时")],
)
def test_punctuation_of_both_keyboards_is_the_same(typed, meant):
    assert folded(typed) == folded(meant)


@given(texts, texts)
def test_right_is_what_folds_to_an_accepted_form(form, typed):
    item = Item(1, {}, frozenset(), frozenset({folded(form) or "甲"}))
    assert is_right(item, [typed]) == (folded(typed) in item.accepted)
    assert not is_right(item, [])
    assert is_right(item, [form]) or not folded(form)


def test_forms_that_nobody_can_type_are_refused():
    assert key_problem("fill", FORMS, []) == ""
    assert "至少要写一个" in key_problem("fill", [], [])
    assert "只有空格" in key_problem("fill", ["\u3000"], [0])
    assert "写法相同" in key_problem("fill", ["ABC", "ａ b c"], [0, 1])
    assert "最多 100 个字" in key_problem("fill", ["长" * (MOST_TEXT + 1)], [0])


@pytest.fixture
def attempt(db, signed_in):
    bank = QuestionBankFactory()
    fields = {
        "kind": Question.Kind.FILL,
        "category": "工会法",
        "stem": "企业民主管理的基本形式是____。",
        "explanation": "填空的解析。",
        "state": Question.State.PUBLISHED,
    }
    filling = services.QuestionDraft(fields, [(form, False) for form in FORMS])
    services.create_questions(bank=bank, drafts=[filling])
    bank.refresh_from_db()
    member = MemberFactory()
    signed_in(member)
    competition = CompetitionFactory(bank=bank, draw=1)
    return services.start_attempt(competition=competition, member=member)


@pytest.fixture
def save(client, attempt):
    address = reverse("quiz:answers", args=[attempt.competition.slug, attempt.uuid])

    def send(text, sequence=1, **changes):
        body = {"question": 1, "sequence": sequence, "options": [], "text": text, **changes}
        return client.post(address, json.dumps(body), content_type="application/json")

    return send


def stored(attempt):
    return Attempt.objects.get(pk=attempt.pk).chosen()


@pytest.mark.parametrize(("text", "points"), [("职 代 会", 10), ("职工大会", 0), ("", 0)])
def test_a_fill_in_brings_points_for_an_accepted_form(attempt, text, points):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, text))
    assert services.submit_attempt(attempt=attempt).points == points


def test_what_was_typed_counts_as_a_reply_without_places(attempt):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, "职代会"))
    assert [places for places, _at in Attempt.objects.get().replies().values()] == [()]
    services.save_answer(attempt=attempt, answer=Answer(1, (), 2, ""))
    assert Attempt.objects.get().replies() == {}


def test_staff_see_what_was_typed_in(attempt):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, "职代会"))
    handed_in = services.submit_attempt(attempt=attempt)
    assert [reply.chosen for reply in sheet_of_replies(handed_in, timezone.now())] == ["职代会"]


def test_saved_means_stored(save, attempt):
    response = save(" 职代会 ")
    assert response.json()["saved"][0]["text"] == "职代会"
    assert stored(attempt) == {1: ["职代会"]}


def test_the_latest_text_wins_and_an_older_one_is_told_what_stands(save, attempt):
    save("第二次", 2)
    assert save("第二次", 2).status_code == 200
    response = save("第一次", 1)
    assert (response.status_code, response.json()["text"]) == (409, "第二次")
    assert save("", 3).status_code == 200
    assert stored(attempt) == {}


@pytest.mark.parametrize("text", [1, None, ["职代会"], "长" * (MOST_TEXT + 1)])
def test_what_is_no_short_text_is_unprocessable(save, attempt, text):
    assert save(text).status_code == 422
    assert stored(attempt) == {}


def test_an_option_has_no_place_in_a_fill_in(save, attempt):
    response = save("", options=["bcdfgh"])
    assert (response.status_code, response.json()["code"]) == (422, "no_such_option")


@pytest.mark.django_db
def test_a_text_has_no_place_beside_options():
    attempt = services.start_attempt(competition=CompetitionFactory(), member=MemberFactory())
    with pytest.raises(QuizError) as caught:
        services.save_answer(attempt=attempt, answer=Answer(1, (), 1, "甲"))
    assert caught.value.code == "no_text"


def test_the_form_alone_saves_and_shows_it_again(client, attempt):
    response = client.post(attempt.question_url(1), {"text": "职代会", "go": "next"})
    assert response.status_code == 302
    page = client.get(attempt.question_url(1)).content.decode()
    assert 'value="职代会"' in page
    assert "已保存" in page


def test_what_is_too_long_stays_in_its_field(client, attempt):
    text = "长" * (MOST_TEXT + 1)
    response = client.post(attempt.question_url(1), {"text": text})
    assert response.status_code == 422
    assert text in response.content.decode()
    assert "最多 100 个字" in response.content.decode()
    assert stored(attempt) == {}


def test_no_accepted_form_leaves_the_server_while_it_runs(client, save, attempt):
    submit = reverse("quiz:submit", args=[attempt.competition.slug, attempt.uuid])
    bodies = [client.get(attempt.question_url(1)), save("大会"), save("会", 0), save("会", 1)]
    bodies += [client.get(submit), client.get(client.post(submit).url)]
    for response in bodies:
        for secret in (*FORMS, "填空的解析", "accepted"):
            assert secret not in response.content.decode()


def test_after_the_close_the_own_text_stands_beside_the_accepted_forms(client, attempt):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, "职工大会"))
    services.submit_attempt(attempt=attempt)
    now = timezone.now()
    Competition.objects.update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=5)
    )
    address = reverse("quiz:result", args=[attempt.competition.slug, attempt.uuid])
    page = client.get(address).content.decode()
    assert "我填的：职工大会" in page
    assert "职工代表大会；职代会" in page


@pytest.mark.parametrize("right", [0, 1])
def test_an_attempt_sat_elsewhere_may_hold_fill_ins(attempt, right):
    done = services.record_attempt(
        competition=attempt.competition,
        member=MemberFactory(),
        started_at=timezone.now(),
        elapsed=60,
        right=right,
    )
    assert done.right == right


def test_a_fill_in_does_not_come_into_the_book(attempt):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, "职工大会"))
    attempt = services.submit_attempt(attempt=attempt)
    Competition.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert services.collect_mistakes(member=attempt.member) == 0
    assert not services.book_of(member=attempt.member).exists()


def test_what_became_a_fill_in_since_leaves_the_book(attempt):
    question = Question.objects.get()
    PracticeRecord.objects.create(
        member=attempt.member,
        question=question,
        version=question.current,
        answered_at=timezone.now(),
        book=True,
    )
    Competition.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert not services.book_of(member=attempt.member).exists()
    found = services.practised_question(member=attempt.member, question=question.pk)
    assert found is None


@pytest.mark.parametrize(("text", "right", "omitted"), [("职代会", 1, 0), ("甲", 0, 0), ("", 0, 1)])
def test_the_figures_tell_a_wrong_fill_in_from_one_left_out(attempt, text, right, omitted):
    services.save_answer(attempt=attempt, answer=Answer(1, (), 1, text))
    services.submit_attempt(attempt=attempt)
    services.compute_all_statistics()
    found = QuestionStatistic.objects.get()
    assert (found.asked, found.right, found.omitted) == (1, right, omitted)
