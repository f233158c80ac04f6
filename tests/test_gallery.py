"""The gallery in a real browser: accessible, and never wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_gallery_has_no_accessibility_violation(browser, live_server, settings, width, scheme):
    settings.ROOT_URLCONF = "tests.gallery_urls"
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{live_server.url}/gallery/")
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_the_summary_of_errors_takes_the_focus(browser, live_server, settings):
    settings.ROOT_URLCONF = "tests.gallery_urls"
    page = browser.new_page()
    page.goto(f"{live_server.url}/gallery/")
    assert page.evaluate("document.activeElement.className") == "errorsummary"
    page.get_by_role("link", name="手机号：少了一位").click()
    assert page.url.endswith("#id_phone")
