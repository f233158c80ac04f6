"""The script of the question page, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from quiz import services
from quiz.models import Attempt
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Phone:
    """A member's browser in an attempt of four options per question; pages share its storage."""

    def __init__(self, browser, address, signed_in):
        member = MemberFactory()
        self.address = address
        self.attempt = services.start_attempt(competition=CompetitionFactory(), member=member)
        self.context = browser.new_context(viewport={"width": 360, "height": 780})
        session = signed_in(member).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])

    def open(self, number, **options):
        page = self.context.new_page()
        page.goto(self.address + self.attempt.question_url(number), **options)
        return page

    def open_before_its_script(self, number):
        """A page as the server made it; calling the second value lets its script come."""
        page, held = self.context.new_page(), []
        page.route("**/quiz*.js", lambda route: held.append(route), times=1)
        page.goto(self.address + self.attempt.question_url(number), wait_until="commit")
        page.wait_for_selector(".option")

        def let_it_run():
            while not held:
                page.wait_for_timeout(20)
            held[0].continue_()
            page.wait_for_load_state()

        return page, let_it_run

    def name(self, number, place):
        return self.attempt.drawn().items[number - 1].options[place][0]

    def stored(self, number):
        return Attempt.objects.get(pk=self.attempt.pk).chosen().get(number)


ANSWERS = "**/answers/**"


def cut_off(page):
    page.route(ANSWERS, lambda route: route.abort())


def reconnect(page):
    page.unroute(ANSWERS)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".saved")).to_contain_text("已保存")


@pytest.fixture
def phone(browser, live_server, signed_in):
    found = Phone(browser, live_server.url, signed_in)
    yield found
    found.context.close()


def test_a_page_on_its_way_while_the_phone_sends_shows_the_answer_sent(phone):
    first = phone.open(1)
    cut_off(first)
    first.locator(".option").nth(2).click()
    expect(first.locator(".saved")).to_contain_text("未联网")
    second, let_it_run = phone.open_before_its_script(1)
    reconnect(first)
    assert phone.stored(1) == [phone.name(1, 2)]
    let_it_run()
    expect(second.locator(".saved")).to_contain_text("已保存")
    expect(second.locator(".option input").nth(2)).to_be_checked()
    expect(second.locator("[data-entry='1']")).to_have_class("is-done")
    expect(second.locator("[data-done]")).to_have_text("1")


def test_a_choice_on_such_a_page_is_newer_than_the_answer_sent(phone):
    first = phone.open(1)
    cut_off(first)
    first.locator(".option").nth(2).click()
    second, let_it_run = phone.open_before_its_script(1)
    reconnect(first)
    let_it_run()
    second.locator(".option").nth(0).click()
    expect(second.locator(".saved")).to_contain_text("已保存")
    expect(second.locator(".option input").nth(0)).to_be_checked()
    assert phone.stored(1) == [phone.name(1, 0)]
    expect(first.locator(".option input").nth(0)).to_be_checked()


def test_such_a_page_does_not_clear_the_answer_on_the_way_to_the_next(phone):
    first = phone.open(1)
    cut_off(first)
    first.locator(".option").nth(2).click()
    second, let_it_run = phone.open_before_its_script(1)
    reconnect(first)
    let_it_run()
    second.locator("button[value=next]").click()
    second.wait_for_url("**/q/2/")
    assert phone.stored(1) == [phone.name(1, 2)]


def test_a_page_that_is_open_hears_what_another_has_sent(phone):
    first, second = phone.open(1), phone.open(2)
    expect(second.locator("[data-done]")).to_have_text("0")
    second.locator(".option").nth(1).click()
    expect(second.locator(".saved")).to_contain_text("已保存")
    first.locator(".option").nth(3).click()
    expect(second.locator("[data-done]")).to_have_text("2")
    expect(second.locator(".option input").nth(1)).to_be_checked()
    assert (phone.stored(1), phone.stored(2)) == ([phone.name(1, 3)], [phone.name(2, 1)])


def test_another_device_that_went_on_is_named_and_its_answer_shown(phone):
    page = phone.open(1)
    services.save_answer(
        attempt=phone.attempt, answer=services.Answer(1, (phone.name(1, 3),), sequence=5)
    )
    page.locator(".option").nth(0).click()
    expect(page.locator(".saved")).to_contain_text("已在另一设备继续")
    expect(page.locator(".option input").nth(3)).to_be_checked()
    assert phone.stored(1) == [phone.name(1, 3)]
    page.locator(".option").nth(0).click()
    expect(page.locator(".saved")).to_contain_text("已保存")
    assert phone.stored(1) == [phone.name(1, 0)]


def test_nothing_of_a_former_attempt_stays_on_the_phone(phone):
    page = phone.open(1)
    page.evaluate("localStorage.setItem('quiz-sent:former', '{}')")
    page.locator(".option").nth(0).click()
    expect(page.locator(".saved")).to_contain_text("已保存")
    page.reload()
    expect(page.locator(".option input").nth(0)).to_be_checked()
    assert not page.evaluate("'quiz-sent:former' in localStorage")
    services.submit_attempt(attempt=phone.attempt)
    page.locator(".option").nth(1).click()
    page.wait_for_url("**/result/")
    assert page.evaluate("localStorage.length") == 0


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
    state = page.locator(".saved").first
    names = [name for name, _place in attempt.drawn().items[0].options]

    def stored():
        return Attempt.objects.get(pk=attempt.pk).chosen().get(1)

    options.nth(0).click()
    expect(state).to_contain_text("已保存")
    assert stored() == [names[0]]

    context.set_offline(True)
    options.nth(2).click()
    expect(state).to_contain_text("未联网，已存在本机")
    held = page.locator("[data-held]")
    expect(held).to_be_empty()
    page.locator("button[value=next]").click()
    expect(held).to_contain_text("选好的都存在这部手机上")
    expect(held).to_contain_text("时间仍在走")
    expect(page).to_have_url(live_server.url + attempt.question_url(1))
    assert stored() == [names[0]]

    context.set_offline(False)
    page.wait_for_url("**/q/2/")
    assert stored() == [names[2]]
    page.goto(live_server.url + attempt.question_url(1))
    expect(options.nth(2).locator("input")).to_be_checked()


@pytest.mark.parametrize("number", [1, 2])
def test_enter_on_an_option_goes_to_the_next_question(phone, number):
    page = phone.open(number)
    page.locator("[name=option]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".saved")).to_contain_text("已保存")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/q/{number + 1}/")
    assert phone.stored(number) == [phone.name(number, 0)]


def test_a_page_that_is_missing_for_a_while_takes_no_answer_off_the_phone(phone):
    page = phone.open(1)
    page.route(ANSWERS, lambda route: route.fulfill(status=404, body="{}"))
    page.locator(".option").nth(1).click()
    expect(page.locator(".saved")).to_contain_text("已存在本机")
    assert phone.stored(1) is None
    reconnect(page)
    assert phone.stored(1) == [phone.name(1, 1)]


def test_a_press_that_waits_is_forgotten_by_who_chooses_again(phone):
    page = phone.open(1)
    phone.context.set_offline(True)
    page.locator("button[value=next]").click()
    expect(page.locator("[data-held]")).to_contain_text("没有网络")
    page.locator(".option").nth(1).click()
    expect(page.locator("[data-held]")).to_be_empty()
    phone.context.set_offline(False)
    expect(page.locator(".saved")).to_contain_text("已保存")
    expect(page).to_have_url(phone.address + phone.attempt.question_url(1))


def test_an_attempt_handed_in_offline_waits_and_is_handed_in_whole(phone):
    page = phone.open(1)
    page.locator("summary").click()
    page.locator("button[value=submit]").click()
    page.wait_for_url("**/submit/")
    phone.context.set_offline(True)
    page.evaluate(
        """([box, name]) => localStorage.setItem(box, JSON.stringify(
            {2: {question: 2, sequence: 1, options: [name]}}))""",
        [f"quiz:{phone.attempt.uuid}", phone.name(2, 3)],
    )
    page.get_by_role("button", name="交卷").click()
    held = page.locator("[data-held]")
    expect(held).to_contain_text("还没有交卷")
    expect(held).to_contain_text("时间仍在走")
    page.get_by_role("link", name="继续答").click()
    expect(page).to_have_url(re.compile("/submit/$"))
    assert Attempt.objects.get(pk=phone.attempt.pk).submitted_at is None
    page.get_by_role("button", name="交卷").click()
    phone.context.set_offline(False)
    page.wait_for_url("**/result/")
    assert Attempt.objects.get(pk=phone.attempt.pk).submitted_at
    assert phone.stored(2) == [phone.name(2, 3)]
