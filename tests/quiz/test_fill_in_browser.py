"""Typing into a fill-in, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from quiz import services
from quiz.models import Attempt, Question
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory
from tests.factories.unions import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWERS = "**/answers/**"


@pytest.fixture
def attempt():
    bank = QuestionBankFactory()
    draft = services.QuestionDraft(
        {"kind": "fill", "category": "工会法", "stem": "____", "state": Question.State.PUBLISHED},
        [("职代会", True)],
    )
    services.create_questions(bank=bank, drafts=[draft, draft])
    bank.refresh_from_db()
    competition = CompetitionFactory(bank=bank, draw=2)
    return services.start_attempt(competition=competition, member=MemberFactory())


@pytest.fixture
def page(browser, live_server, signed_in, attempt):
    context = browser.new_context(viewport={"width": 360, "height": 780})
    session = signed_in(attempt.member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + attempt.question_url(1))
    yield page
    context.close()


def stored(attempt, number):
    return Attempt.objects.get(pk=attempt.pk).chosen().get(number)


def test_a_pause_in_typing_saves_and_says_so(page, attempt):
    page.locator("#text").press_sequentially("职代会", delay=30)
    expect(page.locator(".saved")).to_contain_text("已保存")
    assert stored(attempt, 1) == ["职代会"]
    expect(page.locator("[data-entry='1']")).to_have_class("is-done")


def test_leaving_the_field_saves_and_says_when(page, attempt):
    page.locator("#text").fill("职代会")
    page.locator("#text").blur()
    expect(page.locator(".saved")).to_have_text(re.compile(r"^已保存 \d\d:\d\d"))
    assert stored(attempt, 1) == ["职代会"]
    page.locator("#text").fill("工会")
    expect(page.locator(".saved")).to_contain_text("停下来就保存")
    expect(page.locator(".saved")).to_contain_text("已保存")
    assert stored(attempt, 1) == ["工会"]


def test_what_is_typed_without_a_network_is_there_after_a_reload_and_sent(page, attempt):
    page.route(ANSWERS, lambda route: route.abort())
    page.locator("#text").fill("职代会")
    expect(page.locator(".saved")).to_contain_text("未联网")
    assert stored(attempt, 1) is None
    page.unroute(ANSWERS)
    page.reload()
    expect(page.locator("#text")).to_have_value("职代会")
    expect(page.locator(".saved")).to_contain_text("已保存")
    assert stored(attempt, 1) == ["职代会"]


def test_going_on_does_not_wait_for_the_pause(page, attempt):
    page.locator("#text").fill("职代会")
    page.locator("#text").press("Enter")
    page.wait_for_url("**/q/2/")
    assert stored(attempt, 1) == ["职代会"]
