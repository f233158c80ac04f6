"""The questions below a lesson on a phone: accessible, in the screen's width, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from wagtail.models import Collection, Locale, Page

from quiz.models import PracticeRecord, Question
from tests.factories.cms import LessonPageFactory, LessonQuestionFactory
from tests.factories.quiz import QuestionBankFactory, make_question
from tests.factories.unions import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lesson():
    if Page.get_first_root_node() is None:  # an earlier test of this kind emptied the tables
        Locale.objects.get_or_create(language_code="zh-hans")
        Page.add_root(title="Root", slug="root")
        Collection.objects.first() or Collection.add_root(name="Root")
    bank, page = QuestionBankFactory(), LessonPageFactory()
    for number, kind in enumerate([Question.Kind.SINGLE, Question.Kind.MULTIPLE]):
        right = (0, 1)[: number + 1]
        question = make_question(bank, number=number, kind=kind, right=right, practice=True)
        LessonQuestionFactory(page=page, question=question, sort_order=number)
    return page


@pytest.fixture
def phone(browser):
    """`phone(**options)` opens a page 360 px wide."""

    def open_page(**options):
        return browser.new_context(viewport={"width": 360, "height": 780}, **options).new_page()

    return open_page


def check(page):
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def test_every_state_is_accessible_and_fits_a_phone(phone, live_server, lesson):
    page = phone()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(live_server.url + lesson.address)
    check(page)
    page.get_by_role("radio").first.press("Space")
    page.get_by_role("button", name="看答案").press("Enter")
    assert "还有 1 题要看一下" in page.get_by_role("alert").inner_text()
    check(page)
    page.get_by_role("link", name="去看第一处").press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("q-")
    assert page.get_by_role("radio").first.is_checked()
    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="看答案").press("Enter")
    assert page.locator("h1").inner_text().replace("\n", "").endswith("/ 2 题答对")
    check(page)
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_without_script_a_member_answers_and_is_led_on(phone, live_server, signed_in, lesson):
    member = MemberFactory()
    page = phone(java_script_enabled=False)
    session = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + lesson.address)
    for role in ("radio", "checkbox"):
        page.get_by_role(role).first.check()
    page.get_by_role("button", name="看答案").click()
    assert PracticeRecord.objects.of(member).count() == 2
    page.get_by_role("link", name="再答一遍").click()
    assert "上次 2 题答对" in page.locator("#check").inner_text()
