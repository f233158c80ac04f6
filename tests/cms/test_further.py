"""After a practice answer: the source, the lesson that asks it, a book in a room near by."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from quiz import services
from quiz.models import PracticeRecord, PracticeRun
from reading.subjects import words_of
from tests.factories.cms import LessonQuestionFactory, StoryPageFactory
from tests.factories.quiz import QuestionBankFactory, make_question
from tests.factories.reading import HoldingFactory, LoanFactory, ReadingRoomFactory
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db
DAILY = PracticeRun.Mode.DAILY


@pytest.fixture
def question():
    return make_question(QuestionBankFactory(), practice=True, source_law="中华人民共和国工会法")


@pytest.fixture
def city():
    province = UnionFactory(level=Union.Level.PROVINCE)
    return UnionFactory(parent=province, level=Union.Level.CITY)


@pytest.fixture
def member(city, signed_in):
    found = MemberFactory(union=UnionFactory(parent=city))
    signed_in(found)
    return found


@pytest.fixture
def answered(member, question, client):
    """`answered()` is what the page of the answer leads to: title → (word, address)."""

    def page():
        if not PracticeRecord.objects.of(member).filter(times__gt=0).exists():
            practised = services.practised_question(member=member, question=question.pk)
            card = services.card_of(member=member, practised=practised)
            services.answer_practice(
                member=member,
                mode=DAILY,
                question=question.pk,
                deal=card.deal,
                options=[card.item.options[0][0]],
            )
        address = reverse("quiz:practise", args=[DAILY])
        return client.get(address, {"answered": question.pk})

    return page


def further(response):
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    found = {}
    for link in page.select("section[aria-labelledby=further] a"):
        word = link.span.extract().text
        found[link.text] = (word, link["href"])
    return found


def book_in(union, title="工会法一本通", **fields):
    room = ReadingRoomFactory(union=union, **fields)
    return HoldingFactory(room=room, title__title=title, title__is_sample=False)


def test_the_lesson_that_asks_it_is_named(answered, question):
    lesson = LessonQuestionFactory(question=question).page
    assert further(answered())[lesson.title] == ("微课", lesson.address)


def test_a_lesson_that_is_not_published_is_not(answered, question):
    page = LessonQuestionFactory(question=question).page
    page.unpublish()
    assert further(answered()) == {}


def test_the_page_of_the_source_is_linked_while_everybody_may_read_it(answered, question):
    page = StoryPageFactory()
    question.source_page = page
    question.save()
    services.settle_question(question=question)
    told = f"原文：{page.title}"
    assert told in answered().content.decode()
    page.unpublish()
    assert told not in answered().content.decode()


def test_a_book_on_the_law_in_the_nearest_room_is_named(answered, member, city):
    far = book_in(UnionFactory(parent=city))
    near = book_in(member.union)
    book_in(UnionFactory())  # in no tree of ours
    assert further(answered()) == {
        str(near.title): (f"{near.room.name}在架", near.title.get_absolute_url())
    }
    LoanFactory(holding=near)
    assert further(answered()) == {
        str(far.title): (f"{far.room.name}在架", far.title.get_absolute_url())
    }


def test_a_book_that_is_a_sample_says_so(answered, member):
    holding = book_in(member.union)
    holding.title.is_sample = True
    holding.title.save()
    assert list(further(answered())) == [f"{holding.title}（示例）"]


def test_without_such_a_book_the_nearest_room_is(answered, member, city):
    ReadingRoomFactory(union=UnionFactory(parent=city))
    room = book_in(member.union, title="码头二十年").room
    book_in(UnionFactory(parent=city.get_parent(), level=Union.Level.CITY), title="读懂工会法")
    assert further(answered()) == {room.name: ("附近书屋", room.get_absolute_url())}


def test_a_room_that_is_not_shown_is_no_place_to_go(answered, member):
    book_in(member.union, is_public=False)
    assert further(answered()) == {}


def test_who_is_registered_nowhere_is_near_nothing(answered, member):
    book_in(member.union)
    member.union = None
    member.save()
    assert further(answered()) == {}


def test_more_rooms_and_books_ask_no_more_queries(answered, member, city, count_queries, question):
    book_in(member.union)
    LessonQuestionFactory(question=question)
    few = count_queries(answered)
    for _number in range(3):
        book_in(UnionFactory(parent=city))
        LessonQuestionFactory(question=question)
    assert count_queries(answered) == few


@pytest.mark.parametrize(
    ("law", "category", "words"),
    [
        ("《中华人民共和国工会法》", "工会法", ["工会法"]),
        ("安全生产法", "安全", ["安全生产法", "安全"]),
        ("", "法", []),
    ],
)
def test_a_book_is_looked_for_by_the_law_in_short_and_the_category(law, category, words):
    assert words_of(law, category) == words
