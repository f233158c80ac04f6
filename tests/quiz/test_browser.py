"""The script of the question page, in a real browser."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from quiz import services
from quiz.models import Attempt
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"
    ),
]


@pytest.fixture
def browser(monkeypatch):
    # The browser's driver runs a loop in this thread; the database is used between its calls.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def test_a_choice_made_offline_stays_on_the_phone_and_is_sent_once_online(
    browser, live_server, signed_in
):
    member = MemberFactory()
    attempt = services.start_attempt(competition=CompetitionFactory(), member=member)
    context = browser.new_context(viewport={"width": 360, "height": 780})
    session = signed_in(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + attempt.question_url(1))
    options = page.locator(".option")
    state = page.locator("[data-saved]").first
    names = [name for name, _place in attempt.drawn().items[0].options]

    def stored():
        return Attempt.objects.get(pk=attempt.pk).chosen().get(1)

    options.nth(0).click()
    expect(state).to_contain_text("已保存")
    assert stored() == [names[0]]

    context.set_offline(True)
    options.nth(2).click()
    expect(state).to_contain_text("未联网，已存在本机")
    page.locator("button[value=next]").click()
    expect(page).to_have_url(live_server.url + attempt.question_url(1))
    assert stored() == [names[0]]

    context.set_offline(False)
    expect(state).to_contain_text("已保存", timeout=20_000)
    assert stored() == [names[2]]
    page.reload()
    expect(options.nth(2).locator("input")).to_be_checked()
