"""Practice through its pages: what is asked, judged, shown and kept in the book."""

import itertools
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import PracticeRecord, PracticeRun, Question
from tests.factories.quiz import (
    CompetitionFactory,
    QuestionBankFactory,
    answer_all,
    make_question,
)
from tests.factories.unions import MemberFactory
from tests.quiz.test_admin import inline, question_data

pytestmark = pytest.mark.django_db

HOME = "/competitions/practice/"
BOOK = "/competitions/mine/mistakes/"


def address(mode, **query):
    return reverse("quiz:practise", args=[mode], query=query)


@pytest.fixture
def pool():
    """Eight practice questions, whose right option is the first."""
    return [
        make_question(bank, number=number, practice=True, category=f"类{number % 2}")
        for bank in [QuestionBankFactory()]
        for number in range(8)
    ]


@pytest.fixture
def member(signed_in):
    found = MemberFactory()
    signed_in(found)
    return found


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def names(member, question, *, right, deal=None):
    practised = services.practised_question(member=member, question=question)
    card = services.card_of(member=member, practised=practised, deal=deal)
    key = set(practised.content["key"])
    return [name for name, place in card.item.options if (place in key) is right]


def form_of(page):
    return {field["name"]: field["value"] for field in page.select("form.quiz [type=hidden]")}


def reply(client, member, mode, *, right, **query):
    """Open the question that is due, answer it, and return the page that follows."""
    page = soup(client.get(address(mode, **query)))
    fields = {k: v for k, v in form_of(page).items() if k != "csrfmiddlewaretoken"}
    fields["option"] = names(member, int(fields["question"]), right=right)[0]
    return client.post(address(mode), fields, follow=True)


def test_visitors_are_told_to_sign_in(client, pool):
    page = soup(client.get(HOME))
    assert f"/login/?next={HOME}" in {link["href"] for link in page.select("main a")}
    assert client.get(address("daily")).url.startswith("/login/?next=")
    assert client.get(BOOK).url.startswith("/login/?next=")


def test_without_questions_the_pages_say_so(client, member):
    for page in (HOME, address("daily"), address("challenge")):
        assert "还没有练习题" in soup(client.get(page)).text


def test_five_a_day_and_the_same_five_all_day(client, member, pool):
    asked = []
    for right in (True, False, True, True, False):
        again = form_of(soup(client.get(address("daily"))))["question"]
        page = soup(reply(client, member, "daily", right=right))
        assert ("答对了" if right else "答错了") in page.text
        asked.append(int(again))
    assert asked == services.todays_questions(member=member)
    end = soup(client.get(address("daily")))
    assert end.select_one(".score__line").text == "3/ 5 题答对"
    assert f"{5}" in soup(client.get(HOME)).select_one(".left").text


def test_tomorrow_brings_a_new_five(client, member, pool):
    reply(client, member, "daily", right=True)
    tomorrow = timezone.now() + timedelta(days=1)
    assert services.daily_answers(member=member)
    assert services.daily_answers(member=member, now=tomorrow) == {}


def test_the_answer_brings_explanation_law_and_article(client, member, pool):
    page = soup(reply(client, member, "daily", right=False)).select_one("main")
    assert "的解析。" in page.text
    assert "依据：《工会法》第三条" in page.text
    assert page.select(".option--key small")[0].text == "正确答案"
    assert page.select(".option--missed small")[0].text == "我选的"


def test_a_question_shows_no_key_before_it_is_answered(client, member, pool):
    body = client.get(address("daily")).content.decode()
    for word in ("解析", "依据", "正确答案", "option--key"):
        assert word not in body


def test_a_question_that_was_not_answered_shows_no_answer(client, member, pool):
    assert client.get(address("daily", answered=pool[0].pk)).status_code == 404
    other = MemberFactory()
    right = names(other, pool[0].pk, right=True)
    services.answer_practice(
        member=other, mode="category", question=pool[0].pk, deal=0, options=right
    )
    assert client.get(address("daily", answered=pool[0].pk)).status_code == 404


def test_a_challenge_ends_with_the_first_error_and_keeps_the_best(client, member, pool):
    for right in (True, True, True, False, True):
        page = soup(reply(client, member, "challenge", right=right))
        if not right:
            assert "这一轮连对 3 题，最好是 3 题" in page.text
    run = PracticeRun.objects.get(mode="challenge")
    assert (run.streak, run.best) == (1, 3)
    assert "最好连对 3 题" in soup(client.get(HOME)).text


def test_a_challenge_can_t_skip_a_question(client, member, pool):
    first = form_of(soup(client.get(address("challenge"))))["question"]
    for _each in range(5):
        assert form_of(soup(client.get(address("challenge"))))["question"] == first
    other = next(question.pk for question in pool if question.pk != int(first))
    fields = {"question": other, "deal": 0, "option": names(member, other, right=True)[0]}
    assert client.post(address("challenge"), fields).status_code == 422
    assert not PracticeRecord.objects.exists()


def test_a_challenge_has_no_end_and_asks_no_question_twice_running(client, member, pool):
    asked = []
    for _each in range(12):
        asked.append(form_of(soup(client.get(address("challenge"))))["question"])
        reply(client, member, "challenge", right=True)
    assert all(one != next_one for one, next_one in itertools.pairwise(asked))
    assert PracticeRun.objects.get(mode="challenge").streak == 12


def test_a_category_asks_its_own_questions_and_each_before_one_again(client, member, pool):
    asked = []
    for _each in range(4):
        page = soup(client.get(address("category", category="类1")))
        asked.append(int(form_of(page)["question"]))
        reply(client, member, "category", right=True, category="类1")
    assert sorted(asked) == sorted(q.pk for q in pool if q.category == "类1")
    assert client.get(address("category", category="没有的")).status_code == 404


def test_a_repeated_answer_counts_once(client, member, pool):
    asked = services.todays_questions(member=member)[0]
    fields = {"question": asked, "deal": 0, "option": names(member, asked, right=True)[0]}
    for _each in range(3):
        assert client.post(address("daily"), fields).status_code == 302
    record = PracticeRecord.objects.get()
    assert (record.times, record.in_a_row) == (1, 1)


def test_an_answer_of_the_day_can_t_be_bettered(client, member, pool):
    asked = services.todays_questions(member=member)[0]
    wrong = names(member, asked, right=False)[:1]
    services.answer_practice(member=member, mode="daily", question=asked, deal=0, options=wrong)
    right = names(member, asked, right=True)
    with pytest.raises(QuizError, match="no_practice_question"):
        services.answer_practice(member=member, mode="daily", question=asked, deal=1, options=right)
    assert services.daily_answers(member=member) == {asked: False}


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"option": []}, 422, "还没有选"),
        ({"option": ["zzzzzz"]}, 422, "不属于这一题"),
        ({"deal": "7"}, 422, "在别处答过了"),
        ({"deal": "x"}, 400, "没有判分"),
        ({"right": "true"}, 400, "没有判分"),
        ({"question": "999999"}, 422, "现在不能练"),
    ],
)
def test_bad_input_gets_a_clear_word_and_changes_nothing(
    client, member, pool, changes, status, words
):
    asked = services.todays_questions(member=member)[0]
    fields = {"question": asked, "deal": 0, "option": names(member, asked, right=True)}
    response = client.post(address("daily"), fields | changes)
    assert response.status_code == status
    assert words in response.content.decode()
    assert not PracticeRecord.objects.exists()


def test_two_options_of_a_single_choice_are_refused(client, member, pool):
    asked = services.todays_questions(member=member)[0]
    fields = {"question": asked, "deal": 0, "option": names(member, asked, right=False)[:2]}
    assert "只能选一个" in client.post(address("daily"), fields).content.decode()


def test_a_mistake_is_in_the_book_until_it_was_right_twice(client, member, pool):
    reply(client, member, "daily", right=False)
    assert len(soup(client.get(BOOK)).select(".rules > li")) == 1
    reply(client, member, "book", right=True)
    assert "再答对一次就移出" in soup(client.get(BOOK)).text
    reply(client, member, "book", right=False)
    reply(client, member, "book", right=True)
    assert len(soup(client.get(BOOK)).select(".rules > li")) == 1
    reply(client, member, "book", right=True)
    assert "错题本是空的" in soup(client.get(BOOK)).text
    assert "错题本是空的" in soup(client.get(address("book"))).text


def test_the_book_is_one_s_own(client, member, pool):
    reply(client, member, "daily", right=False)
    assert not services.book_of(member=MemberFactory()).exists()


def test_the_book_can_be_taken_along(client, member, pool):
    reply(client, member, "daily", right=False)
    book = openpyxl.load_workbook(BytesIO(client.get("/competitions/mine/mistakes.xlsx").content))
    head, line = list(book.active.values)
    row = dict(zip(head, line, strict=True))
    assert row["正确答案"] != row["我选的"]
    assert row["依据"] == "《工会法》第三条"


def wrong_in(competition, member, *, now=None):
    attempt = services.start_attempt(competition=competition, member=member, now=now)
    answer_all(attempt, right=1, now=now)
    return services.submit_attempt(attempt=attempt, now=now)


def close(competition):
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()


def test_mistakes_of_a_competition_come_into_the_book_once_it_is_closed(client, member):
    competition = CompetitionFactory()
    wrong_in(competition, member)
    assert "错题本是空的" in soup(client.get(BOOK)).text
    close(competition)
    for _each in range(2):
        assert len(soup(client.get(BOOK)).select(".rules > li")) == 3
    assert set(PracticeRecord.objects.values_list("wrong", flat=True)) == {1}
    reply(client, member, "book", right=True)
    reply(client, member, "book", right=True)
    assert PracticeRecord.objects.filter(book=True).count() in {2, 3}


def test_no_answer_that_a_running_competition_can_ask_is_shown(client, member):
    closed = CompetitionFactory()
    wrong_in(closed, member)
    close(closed)
    running = CompetitionFactory(bank=closed.bank)
    bodies = [client.get(page).content.decode() for page in (BOOK, address("book"))]
    assert not PracticeRecord.objects.exists()
    close(running)
    assert len(soup(client.get(BOOK)).select(".rules > li")) == 3
    asked = PracticeRecord.objects.first().question_id
    again = CompetitionFactory(bank=closed.bank)
    for page in (BOOK, address("book"), "/competitions/mine/mistakes.xlsx"):
        bodies.append(client.get(page).content.decode("latin-1"))
    assert client.get(address("book", answered=asked)).status_code == 404
    fields = {"question": asked, "deal": 0, "option": "bcdfgh"}
    assert client.post(address("book"), fields).status_code == 422
    assert not any("的解析。" in body for body in bodies)
    close(again)
    assert services.book_of(member=member).count() == 3


def test_practice_asks_nothing_that_competitions_draw(member, pool):
    CompetitionFactory(bank=pool[0].bank)
    open_ones = [make_question(pool[0].bank, number=number) for number in range(20, 24)]
    Question.objects.filter(pk=pool[1].pk).update(state=Question.State.RETIRED)
    services.touch_bank(bank=pool[0].bank)
    asked = set(services.todays_questions(member=member))
    for question in [*open_ones, pool[1]]:
        assert question.pk not in asked
        assert services.practised_question(member=member, question=question.pk) is None


def test_a_question_does_not_change_its_pool_while_a_competition_runs(signed_in):
    competition = CompetitionFactory()
    question = Question.objects.filter(bank=competition.bank).first()
    rows = [
        {"id": option.pk, "text": option.text, **({"right": "on"} if option.right else {})}
        for option in question.options.all()
    ]
    data = question_data(question.bank, rows, practice="on")
    data |= {**inline("options", rows), "options-INITIAL_FORMS": len(rows)}
    editor = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    where = reverse("question:edit", args=[question.pk])
    assert "等竞赛截止后再改" in editor.post(where, data).content.decode()
    close(competition)
    assert editor.post(where, data).status_code == 302
    question.refresh_from_db()
    assert question.practice


def test_the_ways_lead_to_practice(client, member, pool):
    competition = CompetitionFactory()
    attempt = wrong_in(competition, member)
    for page in ("/competitions/", attempt.get_absolute_url(), "/me/"):
        assert HOME in {link["href"] for link in soup(client.get(page)).select("main a")}, page
    reply(client, member, "daily", right=False)
    assert BOOK in {link["href"] for link in soup(client.get("/me/")).select("main a")}


def test_the_book_asks_no_more_queries_with_more_mistakes(client, member, pool, count_queries):
    reply(client, member, "daily", right=False)
    few = count_queries(lambda: client.get(BOOK))
    for _each in range(4):
        reply(client, member, "daily", right=False)
    assert count_queries(lambda: client.get(BOOK)) == few
