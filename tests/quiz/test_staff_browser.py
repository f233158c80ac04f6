"""The screens by which staff run competitions, for who hears them and on every width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from quiz.models import QuestionBank
from quiz.services import make_bank_keepers, make_organisers
from tests.factories.media import root_collection
from tests.factories.unions import MemberFactory
from tests.quiz.staff_screens import SCREENS, with_rows
from tests.quiz.test_importing import HEAD, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What axe finds in Wagtail's own screens, by rule and element, with the reason to let it be.
KNOWN = {
    ("scrollable-region-focusable", ".w-minimap__list"): (
        "Wagtail's map of a long form scrolls on a phone; its links can be reached by the keyboard"
    ),
}
FILES = {"quiz_import_template", "quiz_export", "quiz_export_word", "case:export"}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GOOD = ["工会法", "甲？", "一", "二", "A", ""]
TWICE = ["工会法", "甲。", "一", "二", "B", ""]
WRONG = ["", "乙？", "一", "二", "Z", ""]


# Nothing is half faded in; what turns for ever, as a spinner, is let be.
SETTLED = """Promise.allSettled(document.getAnimations()
  .filter(found => found.effect.getTiming().iterations !== Infinity).map(found => found.finished))
"""


class Desk:
    """A window of somebody in both groups, whose screens are looked at."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.refused: list[str] = []
        page.on("console", lambda message: self.refused.append(message.text))

    def open(self, path):
        assert self.page.goto(self.address + path).status == 200, path
        self.check()

    def check(self):
        """Nothing for axe to find but what is known, no sideways scroll, nothing refused."""
        self.page.wait_for_load_state()
        self.page.evaluate(SETTLED)
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response
        problems = [
            (rule["id"], target)
            for rule in found["violations"]
            for node in rule["nodes"]
            for target in node["target"]
        ]
        where = self.page.url.removeprefix(self.address)
        assert [problem for problem in problems if problem not in KNOWN] == [], where
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
        assert [text for text in self.refused if "Content Security Policy" in text] == [], where

    def upload(self, bank, *rows):
        self.open(f"{reverse('quiz_import_upload')}?bank={bank.pk}")
        file = {"name": "题.xlsx", "mimeType": SHEET, "buffer": table(HEAD, *rows)}
        self.page.set_input_files("#id_file", file)
        self.press("检查文件")

    def press(self, name):
        self.page.get_by_role("button", name=name).click()
        self.check()


@pytest.fixture
def width():
    """A phone's, but where a test says otherwise."""
    return 360


@pytest.fixture
def desk(width, browser, live_server, signed_in):
    root_collection()
    member = MemberFactory()
    member.groups.add(make_organisers(), make_bank_keepers())
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", reduced_motion="reduce"
    )
    session = signed_in(member).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": session.value, "url": live_server.url}])
    yield Desk(context.new_page(), live_server.url)
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_every_screen_is_accessible_and_fits(desk):
    address = with_rows()
    desk.open(reverse("wagtailadmin_home"))
    for name, *_expected in SCREENS:
        if name not in FILES:
            desk.open(address(name))
    desk.open(address("competition:edit").replace("edit", "history"))


def test_an_import_is_accessible_on_its_whole_way(desk):
    with_rows()
    bank = QuestionBank.objects.first()
    desk.upload(bank, GOOD, WRONG)
    assert "有 1 题要改" in desk.page.inner_text("main")
    desk.upload(bank, GOOD, TWICE)
    desk.page.get_by_label("跳过重复的题").check()
    desk.press("写入 1 题")
    assert "新增 1 题" in desk.page.inner_text("main")


def test_what_is_refused_is_told_accessibly(desk):
    address = with_rows()
    for name, button in (
        ("question:add", "创建"),
        ("competition:add", "创建"),
        ("case:edit", "保存决定"),
        ("draw:add", "公布"),
    ):
        desk.open(address(name))
        desk.press(button)
    desk.open(f"{address('regrade:add')}?question={address('question:edit').split('/')[-2]}")
    desk.press("提出更正")
