"""The same site in a browser that runs no script: every page is a plain page, every act a form."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

# Accounts that the other journey leaves alone; each starts fresh.
MEMBERS = {360: "officer", 1280: "editor"}


@pytest.fixture
def plain(visitor):
    """One person in a browser that runs no script."""
    with visitor(java_script_enabled=False) as person:
        yield person


def test_home_story_and_search_are_read(plain):
    page = plain.go("/")
    headline = page.locator(".lead .headline a")
    title = headline.inner_text().replace("\n", "")
    headline.click()
    expect(page.locator("h1.headline")).to_contain_text(title[:4])
    expect(page.locator(".prose p").first).to_be_visible()

    page = plain.go("/search/")
    page.fill("#q", "秦守业")
    page.locator("main form").get_by_role("button", name="搜索").click()
    expect(page.locator(".hit mark").first).to_have_text("秦守业")
    page.locator(".hit").first.get_by_role("link").first.click()
    expect(page.locator("h1")).to_be_visible()
    plain.check_trouble()


def test_a_competition_is_answered_and_handed_in(plain, width):
    plain.sign_in(MEMBERS[width])
    page = plain.go("/")
    page.get_by_role("link", name="去答题").click()
    page.get_by_role("button", name="开始答题").locator("visible=true").first.click()
    for number in range(1, 6):
        expect(page.locator(".question__no")).to_contain_text(f"第 {number}/5 题")
        page.locator(".option").first.click()
        page.locator("button[name=go][value=next]").click()
    expect(page.locator("h1")).to_have_text("都答完了，交卷吗？")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".tag--ok")).to_contain_text("已交卷并记分")
    page.get_by_role("link", name="看排行榜").click()
    expect(page.get_by_role("region", name="我的位置").locator(".left b")).to_have_text(
        re.compile(r"^\d+$")
    )
    plain.check_trouble()


def test_a_book_is_borrowed_and_brought_back(plain, width):
    plain.sign_in(MEMBERS[width])
    page = plain.go("/reading/books/")
    page.locator(".bookcard", has_text="在架").last.get_by_role("link").click()
    title = page.locator("h1").inner_text()
    page.get_by_role("button", name="借这本").locator("visible=true").click()
    page.get_by_role("button", name="还书").locator("visible=true").click()
    expect(page.get_by_role("button", name="借这本").locator("visible=true")).to_be_visible()
    expect(page.locator("h1")).to_have_text(title)
    plain.check_trouble()
