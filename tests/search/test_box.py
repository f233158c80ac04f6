"""The search box and the results in a real browser: by keyboard, announced, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from search import services
from tests.factories.unions import UnionFactory

PATIENCE_MS = 20_000
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(embedded, story):
    """Two people whose pinyin begins alike, and a story that names them."""
    found = [UnionFactory(name=name, short_name="人") for name in ("秦守业", "秦守诚")]
    story("秦守业和秦守诚", body="两位焊工。")
    services.sync_pending()
    embedded.forget()
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_the_box_is_worked_by_keyboard_and_says_what_it_offers(browser, live_server, people, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/search/")
    box = page.get_by_role("combobox", name="搜索")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("qinsh", delay=20)
    options = page.get_by_role("option")
    expect(options).to_have_count(3, timeout=PATIENCE_MS)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".searchbox [role=status]")).to_have_text("有 3 条联想，按上下键选择")
    expect(options.first.locator("mark")).to_have_text("秦守")
    expect(options.first).to_contain_text("人物")
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("qinsh")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    box.press("i")
    expect(options).to_have_count(0, timeout=PATIENCE_MS)
    box.fill("秦守诚")
    expect(options).to_have_count(1, timeout=PATIENCE_MS)
    box.press("ArrowDown")
    with page.expect_navigation():
        box.press("Enter")
    assert page.url == f"{live_server.url}/people/{people[1].pk}/"


def test_the_box_in_the_head_of_every_page_offers_the_same(browser, live_server, people):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/competitions/")
    page.get_by_role("combobox", name="搜索").press_sequentially("qinsh", delay=20)
    expect(page.get_by_role("option")).to_have_count(3, timeout=PATIENCE_MS)
    with page.expect_navigation():
        page.get_by_role("option").first.click()
    assert page.url.startswith(f"{live_server.url}/people/")


def test_enter_without_a_choice_searches_for_what_was_typed(browser, live_server, people):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/search/")
    page.get_by_role("combobox", name="搜索").fill("秦守业")
    expect(page.get_by_role("option")).not_to_have_count(0, timeout=PATIENCE_MS)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".hit mark").first).to_have_text("秦守业")


@pytest.mark.parametrize("width", [360, 1280])
def test_results_and_filters_work_without_a_script(browser, live_server, people, width):
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/search/?q=秦守业&year=1999")
    page.get_by_role("navigation", name="已选的筛选").get_by_role("link").click()
    assert "year" not in page.url
    page.get_by_role("navigation", name="结果类型").get_by_role("link", name="人物").click()
    assert "type=person" in page.url
    page.locator(".hit a").first.click()
    assert page.url == f"{live_server.url}/people/{people[0].pk}/"
