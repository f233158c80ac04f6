"""The check of a draw in a real browser: its own arithmetic, the same answer."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from quiz.models import Ticket
from tests.factories.quiz import CompetitionFactory, drawn_draw
from tests.factories.unions import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def check(browser, live_server):
    """`check(draw)` presses the button of its page and returns what the page then says."""

    def press(draw):
        page = browser.new_page(viewport={"width": 360, "height": 780})
        address = reverse("quiz:draw_verify", args=[draw.competition.slug, draw.pk])
        page.goto(live_server.url + address)
        page.get_by_role("button", name="下载名单并核对").click()
        expect(page.get_by_role("button", name="再核对一次")).to_be_visible()
        return page.locator("[data-steps]").inner_text()

    return press


def test_an_honest_draw_is_found_as_published(check):
    said = check(drawn_draw(CompetitionFactory(), MemberFactory()))
    assert "全部一致" in said
    assert "不一致" not in said


def test_a_ticket_slipped_in_afterwards_shows(check):
    draw = drawn_draw(CompetitionFactory(), MemberFactory())
    Ticket.objects.create(draw=draw, number=2, member=MemberFactory(), code="f" * 32)
    said = check(draw)
    assert "名单和公布的指纹：不一致" in said
    assert "请向主办方提出" in said
