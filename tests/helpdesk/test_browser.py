"""The desk in a real browser: accessible, and never wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories.helpdesk import AskingFactory, EntryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_every_screen_of_the_desk_is_accessible_and_fits(browser, live_server, indexed, width):
    entry = EntryFactory(question="年休假一年有几天？", wordings="年假几天")
    AskingFactory(entry=entry)
    EntryFactory(question="年休假没休完要补钱吗？", category=entry.category)
    indexed()
    page = browser.new_page(viewport={"width": width, "height": 800})
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    asked = ("年休假有几天", "年休假", "高温补贴怎么领", "怎么办", "？", "长" * 101)
    addresses = ["/ask/", entry.get_absolute_url(), entry.category.get_absolute_url()]
    for address in [*addresses, *(f"/ask/?q={text}" for text in asked)]:
        assert page.goto(live_server.url + address).status == 200
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_without_script_a_question_is_asked_and_the_answer_judged(browser, live_server, indexed):
    EntryFactory(question="年休假一年有几天？")
    indexed()
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/ask/")
    page.get_by_role("searchbox", name="您的问题").fill("年休假有几天")
    page.get_by_role("button", name="问", exact=True).click()
    page.get_by_role("button", name="没解决").click()
    page.get_by_role("button", name="改为有帮助").click()
    assert "已记下“有帮助”" in page.locator("main").inner_text()
