"""A list that grows in place, in a real browser."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Collection, Locale, Page

from tests.factories.cms import ChannelPageFactory, StoryPageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server):
    if Page.get_first_root_node() is None:  # an earlier test of this kind emptied the tables
        Locale.objects.get_or_create(language_code="zh-hans")
        Page.add_root(title="Root", slug="root")
        Collection.objects.first() or Collection.add_root(name="Root")
    channel = ChannelPageFactory()
    for _story in range(26):
        StoryPageFactory(parent=channel)
    return live_server.url + channel.address


def test_the_next_pages_are_appended_announced_and_keep_the_focus(browser, address):
    page = browser.new_page(viewport={"width": 360, "height": 780})
    problems = []
    page.on("console", lambda line: problems.append(line.text) if line.type != "log" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    items = page.locator("#entries > li")
    expect(items).to_have_count(12)
    page.locator("#more-link").press("Enter")
    expect(items).to_have_count(24)
    expect(page.locator("#more-status")).to_have_text("第 2 页，共 3 页")
    expect(page.locator("#more-link")).to_be_focused()
    page.locator("#more-link").press("Enter")
    expect(items).to_have_count(26)
    expect(page.locator("#more-link")).to_have_text("已经到底了")
    expect(page.locator("#more-link")).to_be_focused()
    assert page.locator("#more").count() == page.locator("#entries").count() == 1
    assert page.url == address
    assert problems == []


def test_without_scripts_the_link_opens_the_next_page(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.locator("#more-link").click()
    expect(page).to_have_url(f"{address}?page=2")
    expect(page.locator("#entries > li")).to_have_count(12)
