"""Competitions from the bank of questions to the corrected key, on a phone.

The tests share the running demo with the other journey and leave alone what that one reads: the
tries of the competition on the front page, and its people's loans.
"""

import json
import re
import time
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from config.demo.files import document
from tests.factories.media import docx_bytes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

DONE_WITHIN = 120  # the worker may just be starting, beside much else
DRAW = "收官抽奖"
OUT_WITHIN = 130  # from announcing it to its public value, named to the minute
HERE = ZoneInfo("Asia/Shanghai")
OVER = "/competitions/anquan-zaishou/"
LEVELS = "/competitions/yitian-yiguan/"
OBJECTIONS = "/competitions/yigang-yifa/"
COMING = "/competitions/shuxiang-chejian/"
OWN_SLUG = "dongwan-leitai"
OWN = f"/competitions/{OWN_SLUG}/"
HEADS = ["题型", "类别", "难度", "题干", "选项A", "选项B", "选项C", "答案", "依据", "条款"]
LADDER = ["单选", "班组补充", "易", "人字梯使用前，先要确认什么？", "限位撑杆撑好", "颜色鲜艳"]
LADDER += ["梯子够高", "A", "《中华人民共和国安全生产法》", "第三十六条"]
GRINDER = ["判断", "班组补充", "易", "砂轮机可以不装防护罩。", "", "", "", "错误", "", ""]
UNKEYED = [*GRINDER[:7], "看情况", "", ""]
WORDS = """类别：班组补充
1. 气瓶在车间里怎样放？
A. 直立固定好  B. 平放在通道上
答案：A
解析：倒下的气瓶会伤人。
2. 配电箱前可以堆放材料。
答案：错误"""


@pytest.fixture
def width():
    """A phone's: the competitions are played there."""
    return 360


def workbook(path, *rows):
    """Write an Excel file of questions to `path`."""
    book = Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(path)
    return path


def word_file(path, text):
    """Write a Word file with the lines of `text` to `path`."""
    lines = [f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines()]
    path.write_bytes(docx_bytes("".join(lines)))
    return path


def bring_in(visitor, path):
    """Upload a file of questions to the demo's first bank."""
    page = visitor.go("/cms/quiz/import/")
    page.get_by_label("导入到题库").select_option(label="工声示例题库")
    page.get_by_label("题目文件").set_input_files(path)
    page.get_by_role("button", name="检查文件").click()
    return page


def reload_until(page, locator, within=DONE_WITHIN):
    """Load the page again until `locator` is there; the worker or the clock acts meanwhile."""
    deadline = time.monotonic() + within
    while not locator.count():
        assert time.monotonic() < deadline, f"not done within {within} s: {page.url}"
        page.wait_for_timeout(500)
        page.reload()


def fetched(visitor, path):
    """The bytes behind a link, as the visitor gets them."""
    response = visitor.context.request.get(visitor.address + path)
    assert response.status == 200, path
    return response.body()


def opened(visitor, link):
    """The workbook behind a link."""
    address = link.evaluate("link => link.pathname + link.search")
    return load_workbook(BytesIO(fetched(visitor, address)))


def test_questions_come_in_from_a_file_are_reviewed_and_disputed(visitor, tmp_path):
    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        page = bring_in(organiser, workbook(tmp_path / "坏.xlsx", LADDER, UNKEYED))
        expect(page.get_by_role("alert")).to_contain_text("有 1 题要改，整份都没有写入")
        row = page.get_by_role("alert").locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row.locator("th")).to_have_text("3")
        organiser.check_width()
        organiser.shoot("import-refused")
        page = organiser.go("/cms/question/?q=人字梯")
        expect(page.locator("main")).not_to_contain_text("限位撑杆")
        expect(page.locator("main a", has_text="人字梯")).to_have_count(0)

        page = bring_in(organiser, workbook(tmp_path / "好.xlsx", LADDER, GRINDER))
        expect(page.locator("main")).to_contain_text("读到 2 题，还没有写入")
        expect(page.locator("main")).to_contain_text("人字梯使用前")
        organiser.check_width()
        organiser.shoot("import-preview")
        page.get_by_role("button", name="写入 2 题").click()
        expect(page.locator("main p[role=status]")).to_be_visible()
        orders = [urlsplit(page.url).path]

        page = bring_in(organiser, word_file(tmp_path / "气瓶.docx", WORDS))
        expect(page.locator("main")).to_contain_text("读到 2 题，还没有写入")
        expect(page.get_by_role("row", name="气瓶在车间里")).to_contain_text("直立固定好")
        organiser.check_width()
        organiser.shoot("import-word")
        page.get_by_role("button", name="写入 2 题").click()
        expect(page.locator("main p[role=status]")).to_be_visible()
        orders.append(urlsplit(page.url).path)

    with visitor() as worker:
        worker.sign_in("worker")
        page = worker.go("/competitions/mine/mistakes/")
        stem = page.locator("ol.rules li b").first.inner_text()
        page.get_by_text("看答案和解析").first.click()
        page.get_by_role("link", name="对题目有异议").first.click()
        page.get_by_role("button", name="提交").click()
        expect(page.locator("main")).to_contain_text("请写明理由，没有提交。")
        worker.check_page()
        page.get_by_label("出处过时").check()
        page.get_by_label("理由").fill("法条编号和现行文本对不上，请核对。")
        page.get_by_role("button", name="提交").click()
        expect(page.locator("main")).to_contain_text("还在处理，答复会写在这里。")
        worker.check_page()
        worker.shoot("dispute")

    with visitor() as reviewer:
        reviewer.sign_in_to_the_admin("reviewer")
        page = reviewer.go("/cms/dispute/")
        reviewer.check_width()
        page.get_by_role("link", name=stem[:12]).first.click()
        page.get_by_label("不采纳").check()
        page.get_by_label("答复", exact=True).fill("核对过现行文本，编号没有错。")
        reviewer.shoot("dispute-desk")
        page.get_by_role("button", name="答复").click()
        expect(page.locator(".messages")).to_contain_text("已答复 1 条")
        reviewer.check_width()

    with visitor() as worker:
        worker.sign_in("worker")
        page = worker.go("/competitions/mine/disputes/")
        expect(page.locator("main")).to_contain_text("核对过现行文本，编号没有错。")
        worker.check_page()

    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        for order in orders:
            page = organiser.go(order)
            reload_until(page, page.locator("main p[role=status]", has_text="新增 2 题"))
            organiser.check_width()

    with visitor() as reviewer:
        reviewer.sign_in_to_the_admin("reviewer")
        page = reviewer.go("/cms/question/?q=人字梯")
        page.get_by_role("link", name="待审核").click()
        expect(page.locator("main")).to_contain_text("限位撑杆撑好")
        reviewer.check_width()
        reviewer.shoot("review")
        page.get_by_role("button", name="发布题目").click()
        expect(page.locator(".messages")).to_contain_text("已发布")

        page = reviewer.go("/cms/questionbank/")
        reviewer.check_width()
        page.get_by_role("row", name="工声示例题库").get_by_role("button").first.click()
        table = opened(reviewer, page.get_by_role("link", name="导出题目", exact=True)).active
        cells = {cell for row in table.iter_rows(values_only=True) for cell in row}
        assert {*HEADS, LADDER[3], "气瓶在车间里怎样放？"} <= cells


def fill_moment(page, name, moment):
    """Type a time into a field of the admin, whose calendar then lies over what is below."""
    page.fill(f"#id_{name}", f"{moment:%Y-%m-%d %H:%M}")


def pick_a_union(page, field, name):
    """Search a union in the window that the field `field` of the admin opens, and take it."""
    page.locator(f"#{field}-chooser").get_by_role("button", name="选一个工会").press("Enter")
    window = page.locator(".modal-dialog")
    window.get_by_label("名称或代码").fill(name)
    expect(window.locator("tbody tr")).to_have_count(1)
    window.get_by_role("link", name=name).press("Enter")
    expect(page.locator(f"#{field}-chooser")).to_contain_text(name)


def found_a_competition(page):
    """Fill the form of a competition for one district: a round for all, then one for teams."""
    now = datetime.now(HERE)
    close, final = now + timedelta(days=40), now + timedelta(days=30)
    page.fill("#id_title", "东湾区安全擂台")
    page.fill("#id_slug", OWN_SLUG)
    page.check("#id_published")
    page.select_option("#id_bank", label="示例题库：班前十分钟")
    fill_moment(page, "opens_at", now - timedelta(minutes=5))
    fill_moment(page, "closes_at", close)
    page.fill("#id_objection_days", "3")
    page.fill("#id_grace", "15")  # so long the clock leaves what is open to the command
    page.fill("#id_objection_contact", "区总工会宣教部（示例）")
    page.press("#id_admissions-ADD", "Enter")
    pick_a_union(page, "id_admissions-0-union", "东湾区总工会")
    page.press("#id_rules-ADD", "Enter")
    page.fill("#id_rules-0-category", "安全健康")
    page.fill("#id_rules-0-count", "3")
    for place, (title, opens, closes) in enumerate(
        [("初赛", now - timedelta(minutes=5), final), ("团队决赛", final, close)]
    ):
        page.press("#id_rounds-ADD", "Enter")
        row = f"rounds-{place}"
        page.fill(f"#id_{row}-number", str(place + 1))
        page.fill(f"#id_{row}-title", title)
        fill_moment(page, f"{row}-opens_at", opens)
        fill_moment(page, f"{row}-closes_at", closes)
    page.press("#id_rounds-1-for_teams", "Space")
    page.fill("#id_rounds-1-team_least", "1")
    page.fill("#id_rounds-1-team_most", "3")


def test_a_competition_is_made_previewed_and_tells_who_may_play_when(visitor):
    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        page = organiser.go("/cms/competition/new/")
        found_a_competition(page)
        organiser.check_width()
        organiser.shoot("admin-competition")
        page.get_by_role("button", name="创建").press("Enter")
        expect(page.locator(".messages")).to_contain_text("东湾区安全擂台")
        organiser.go("/cms/competition/")
        page.get_by_role("link", name="东湾区安全擂台").first.click()
        address = page.url
        page.get_by_role("button", name="操作").first.click()
        page.get_by_role("link", name="预览试卷").click()
        expect(page.locator(".banner")).to_contain_text("什么都不存，也不能交卷")
        organiser.check_page()
        organiser.shoot("preview")
        page.get_by_role("link", name="下一题").click()
        expect(page.locator(".question__no")).to_contain_text("第 2/3 题")

        page.goto(address)
        page.get_by_role("button", name="操作").first.click()
        page.get_by_role("link", name="参赛队：团队决赛").click()
        page.get_by_role("link", name="加一队").click()
        page.get_by_label("队名").fill("东湾一队")
        pick_a_union(page, "id_union", "东湾区总工会")
        page.get_by_label("队员").fill("keeper")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("main")).to_contain_text("共 1 队，1 人")
        organiser.check_width()
        organiser.shoot("admin-teams")

    with visitor() as worker:
        worker.sign_in("worker")
        page = worker.go(OWN)
        expect(page.locator(".patch:visible")).to_contain_text("这场你不能参加")
        expect(page.locator(".patch:visible")).to_contain_text("东湾区总工会及其下级")
        worker.check_page()
        worker.shoot("not-eligible")
        page = worker.go(COMING)
        expect(page.locator(".patch:visible")).to_contain_text("还没开始")
        worker.check_page()
        page = worker.go(LEVELS)
        expect(page.locator(".levels li")).to_have_count(12)
        expect(page.locator(".levels li.is-today")).to_have_count(1)
        expect(page.locator(".levels li.is-done")).to_have_count(3)
        worker.check_page()
        worker.shoot("levels")
        page.get_by_role("link", name="全文").click()
        expect(page.locator("h1")).to_have_text("竞赛规则")
        expect(page.locator("main")).to_contain_text("漏答的关")
        worker.check_page()

    with visitor() as keeper:
        keeper.sign_in("keeper")
        page = keeper.go(OWN)
        own = page.get_by_role("region", name="我的参赛队")
        expect(own).to_contain_text("东湾一队")
        keeper.check_page()
        keeper.shoot("team")
        own.get_by_role("link", name="团队榜").click()
        expect(page.get_by_role("region", name="我的队")).to_contain_text("东湾一队")
        keeper.check_page()
        page = keeper.go(f"{OWN}rules/")
        expect(page.get_by_role("region", name="团队赛")).to_be_visible()
        keeper.check_page()


def reply_by_keys(page):
    """Answer the question on the screen without a pointer, and wait until it is saved."""
    field = page.locator(".question input").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if field.evaluate("found => found === document.activeElement"):
            break
    expect(field).to_be_focused()
    if field.get_attribute("type") == "text":
        page.keyboard.type("44")
    elif not field.is_checked():  # another tab may have ticked it; a second time would clear it
        page.keyboard.press("Space")
    expect(page.locator(".saved")).to_contain_text("已保存")


def grant_four_minutes(organiser):
    """Let the reader have twelve minutes where others have eight."""
    page = organiser.go("/cms/allowance/new/")
    page.select_option("#id_competition", label="“一天一关”权益知识闯关")
    page.fill("#id_login", "reader")
    page.fill("#id_extra_seconds", "240")
    page.fill("#id_reason", "手部受伤，单手作答。")
    organiser.check_width()
    organiser.shoot("allowance")
    page.get_by_role("button", name="创建").press("Enter")
    expect(page.locator(".messages")).to_be_visible()


def test_an_attempt_moves_between_devices_and_tabs_by_keys_alone(visitor):
    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        grant_four_minutes(organiser)

    with visitor() as phone, visitor() as tablet:
        phone.sign_in("reader")
        page = phone.go(LEVELS)
        expect(page.locator(".patch:visible")).to_contain_text("12 分钟")
        page.get_by_role("button", name="开始答题").locator("visible=true").press("Enter")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\s*(12:00|11:\d\d)\s*$"))
        reply_by_keys(page)
        page.keyboard.press("Enter")
        expect(page.locator(".question__no")).to_contain_text("第 2/5 题")

        tablet.sign_in("reader")
        other = tablet.go(LEVELS)
        other.get_by_role("button", name="接着答").locator("visible=true").click()
        expect(other.locator(".question__no")).to_contain_text("第 2/5 题")
        expect(other.locator("[data-done]")).to_have_text("1")
        reply_by_keys(other)
        other.keyboard.press("Enter")
        expect(other.locator(".question__no")).to_contain_text("第 3/5 题")

        # Two tabs of the phone on one question: the later answer stands, neither fails.
        page.goto(other.url)
        second = phone.open_tab()
        second.goto(other.url)
        reply_by_keys(page)
        reply_by_keys(second)
        for number, tab in ((4, page), (4, second)):
            tab.get_by_role("button", name="下一题").press("Enter")
            expect(tab.locator(".question__no")).to_contain_text(f"第 {number}/5 题")
        for number in (4, 5):
            expect(page.locator(".question__no")).to_contain_text(f"第 {number}/5 题")
            reply_by_keys(page)
            page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("都答完了，交卷吗？")

        # In large type, a question with a picture or one to fill in.
        attempt = urlsplit(page.url).path.removesuffix("submit/")
        for number in range(1, 6):
            tablet.go(f"/text-size/xl/?next={attempt}q/{number}/")
            if other.locator(".question input[type=text], .question img").count():
                break
        else:
            pytest.fail("no question with a picture, none to fill in")
        expect(other.locator("html")).to_have_attribute("data-text", "xl")
        tablet.check_page()
        tablet.shoot("question-large")

        page.get_by_role("button", name="交卷").press("Enter")
        expect(page.locator(".tag--ok")).to_contain_text("已交卷并记分")
        phone.shoot("level-result")
        # What is handed in meanwhile shows its result wherever it is open.
        second.get_by_role("button", name="下一题").press("Enter")
        expect(second.locator(".tag--ok")).to_contain_text("已交卷并记分")
        other.reload()
        expect(other.locator(".tag--ok")).to_contain_text("已交卷并记分")
        tablet.check_page()
        phone.check_trouble()


def test_a_draw_is_announced_and_its_list_frozen_before_the_value_is_out(visitor):
    """While the other tests go on, the value is awaited; the last one draws."""
    due = datetime.now(HERE) + timedelta(seconds=OUT_WITHIN)
    with visitor() as organiser, visitor() as reviewer:
        reviewer.sign_in_to_the_admin("reviewer")
        organiser.sign_in_to_the_admin("organiser")
        page = organiser.go("/cms/draw/new/")
        announce(page, due)
        organiser.check_width()
        organiser.shoot("draw-announce")
        page.get_by_role("button", name="公布").click()
        expect(page.locator(".messages")).to_contain_text("已公布")
        address = urlsplit(page.url).path

        # Nobody draws while a correction may still change who gets a ticket.
        expect(page.locator("main")).to_contain_text("现在还不能封存：有一道题的答案正在更正")
        expect(page.get_by_role("button", name="封存奖券")).to_have_count(0)
        waiting = document("aftermath")["regrade"]["stem"]
        desk = reviewer.go("/cms/regrade/")
        desk.get_by_role("row", name=waiting[:12]).get_by_role("link").first.click()
        desk.get_by_role("button", name="撤回").click()
        expect(desk.locator(".messages")).to_contain_text("已撤回")

        page = organiser.go(address)
        freeze(page)
        page = organiser.go(address)
        reload_until(page, page.get_by_role("row", name="名单指纹"))
        expect(page.get_by_role("heading", name="下一步：等公开数值")).to_be_visible()
        organiser.check_width()
        organiser.shoot("draw-frozen")


def announce(page, due):
    """Fill in the rules of a draw of the closed competition, whose value comes at `due`."""
    page.select_option("#id_competition", label="“安全在手”职业安全健康竞赛")
    page.fill("#id_title", DRAW)
    page.fill("#id_prizes", "安全帽 2\n手套 3")
    page.fill("#id_alternates", "2")
    page.fill("#id_named_value", "示例福利彩票下一期的开奖号码，用空格隔开（示例，不是真实的开奖）")
    page.fill("#id_value_due_at", f"{due:%Y-%m-%dT%H:%M}")
    page.fill("#id_claim_place", "示例市总工会一楼服务大厅（示例）")
    page.check("#id_sure")


def freeze(page):
    page.get_by_label("作弊核查和公示都已结束").check()
    page.get_by_role("button", name="封存奖券").click()


def test_the_boards_show_the_own_place_and_every_order(visitor):
    with visitor() as worker:
        worker.sign_in("worker")
        page = worker.go(f"{OVER}leaderboard/")
        place = page.get_by_role("region", name="我的位置").locator(".left b").inner_text()
        mine = page.locator("table.board tr.is-me")
        expect(mine.locator(".rank")).to_have_text(place)
        expect(
            mine.locator("xpath=preceding-sibling::tr[1] | following-sibling::tr[1]")
        ).not_to_have_count(0)
        days = page.get_by_role("navigation", name="总榜和日榜").first.get_by_role("link")
        days.nth(1).click()
        expect(page.locator("table.board caption")).to_contain_text("日个人榜")
        worker.check_page()
        worker.shoot("board-day")
        tabs = page.get_by_role("navigation", name="榜单")
        for level in ("市", "基层", "行业"):
            tabs.get_by_role("link", name=level).first.click()
            expect(tabs.locator("[aria-current]")).to_contain_text(level)
            for order, unit in (("参与率", "%"), ("完成次数", "次"), ("人均得分", "分")):
                page.get_by_role("navigation", name="按什么排").get_by_role(
                    "link", name=order
                ).click()
                expect(page.locator("table.board caption")).to_contain_text(order)
                expect(page.locator("table.board td.n").first).to_contain_text(unit)
            worker.check_width()
        worker.check_page()
        worker.shoot("board-industries")

        page = worker.go(f"{OBJECTIONS}leaderboard/")
        expect(page.locator(".stamp").first).to_contain_text("公示")
        expect(page.locator(".banner")).to_contain_text("公示到")
        worker.check_page()
        worker.shoot("board-objections")
        page.get_by_role("link", name="大字榜单").click()
        expect(page.locator(".hall .board")).to_have_count(2)
        worker.check_width()
        worker.shoot("hall")


def wrong_reply(page, but=""):
    """(number, stem, what was chosen) of a single choice in the review that went wrong; not of the
    question with the stem `but`."""
    for entry in page.locator("ol.rules > li[id]").all():
        text, stem = entry.inner_text(), entry.locator("b").first.inner_text()
        if stem != but and "答错" in text and "多选" not in text and "我选的" in text:
            chosen = entry.locator("p", has_text="我选的").inner_text()
            number = entry.get_attribute("id").removeprefix("q")
            return number, stem, chosen.split("·")[1].strip()
    return None


def test_afterwards_there_are_the_review_practice_a_certificate_and_a_report(visitor):
    with visitor() as worker:
        worker.sign_in("worker")
        page = worker.go("/competitions/mine/attempts/")
        worker.check_page()
        page.get_by_role("link", name="安全在手").first.click()
        review = page.get_by_role("region", name="答案和解析")
        expect(review.locator("ol.rules > li")).to_have_count(5)
        expect(review).to_contain_text("正确答案")
        expect(review).to_contain_text("依据：")
        worker.check_page()
        worker.shoot("review-own")
        page = worker.go("/competitions/mine/mistakes/")
        page.get_by_text("看答案和解析").first.click()
        worker.check_page()

        page = worker.go("/competitions/practice/")
        worker.check_page()
        page.get_by_role("link", name="开始今天的五题").click()
        for number in range(1, 6):
            page.locator(".option").first.click()
            page.get_by_role("button", name="看答案").click()
            expect(page.locator(".banner").first).to_contain_text("答")
            if number == 1:
                worker.check_page()
                worker.shoot("practice")
            page.get_by_role("link", name="看今天的结果" if number == 5 else "下一题").click()
        expect(page.locator(".score__line")).to_contain_text("/ 5 题答对")
        worker.check_page()
        challenge_until_wrong(worker)
        practise_a_category(worker)

        page = worker.go("/competitions/mine/certificates/")
        worker.check_page()
        page.get_by_role("link", name="安全学习证书").click()
        worker.check_page()
        worker.shoot("certificate")
        own = urlsplit(page.url).path
        assert fetched(worker, f"{own}certificate.pdf").startswith(b"%PDF-")
        assert b"<svg" in fetched(worker, f"{own}certificate.svg")[:500]
        with page.expect_download() as saved:
            page.get_by_role("button", name="下载图片").click()
        assert saved.value.path().read_bytes().startswith(b"\x89PNG")
        name = page.locator(".certificate__text b").inner_text()
        check = urlsplit(page.get_by_role("link", name="核验页").get_attribute("href")).path

    with visitor() as anybody:
        page = anybody.go(check)
        expect(page.locator(".banner--ok")).to_contain_text("证书有效")
        expect(page.locator("main")).not_to_contain_text(name)
        anybody.check_page()
        anybody.shoot("certificate-check")

    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        page = organiser.go("/cms/competition/")
        page.get_by_role("row", name="安全在手").get_by_role("link", name="看总结").click()
        expect(page.locator(".stats")).to_contain_text("参与人数")
        organiser.check_page()
        organiser.shoot("report")
        assert opened(organiser, page.get_by_role("link", name="导出 Excel")).active.max_row > 1

    with visitor() as officer:
        officer.sign_in("officer")
        read_the_report_of_the_own_union(officer)
    with visitor() as keeper:
        keeper.sign_in_to_the_admin("reviewer")
        read_the_figures_of_the_questions(keeper)


def challenge_until_wrong(worker):
    """One question after the other: the row grows until the first error, which ends it."""
    page = worker.go("/competitions/practice/")
    page.get_by_role("link", name="开始挑战").click()
    for streak in range(30):
        expect(page.locator(".clock")).to_contain_text(f"连对 {streak} 题")
        page.locator(".option").first.click()
        page.get_by_role("button", name="看答案").click()
        told = page.locator(".banner").first
        expect(told).to_contain_text("答")
        if "答错了" in told.inner_text():
            break
        page.get_by_role("link", name="下一题").click()
    else:
        pytest.fail("thirty first options in a row were right")
    expect(told).to_contain_text(f"这一轮连对 {streak} 题")
    worker.check_page()
    worker.shoot("challenge-over")
    page.get_by_role("link", name="再来一轮").click()
    expect(page.locator(".clock")).to_contain_text("连对 0 题")


def practise_a_category(worker):
    page = worker.go("/competitions/practice/")
    choice = page.get_by_role("region", name="按类别").get_by_role("link").first
    category = choice.evaluate("link => link.firstChild.textContent")
    choice.click()
    for _ in range(2):
        expect(page.locator(".clock")).to_have_text(category)
        expect(page.locator(".question__no")).to_contain_text(category)
        page.locator(".option").first.click()
        page.get_by_role("button", name="看答案").click()
        expect(page.locator(".banner").first).to_contain_text("答")
        page.get_by_role("link", name="下一题").click()
    worker.check_page()


def read_the_report_of_the_own_union(officer):
    page = officer.go("/manage/")
    page.get_by_role("navigation", name="工作台栏目").get_by_role("link", name="竞赛").click()
    officer.check_page()
    page.get_by_role("link", name="安全在手").click()
    expect(page.locator("h1").first).to_have_text("云港市总工会")
    people = page.locator(".stat", has=page.locator("dt", has_text="参与人数"))
    count = int(re.sub(r"\D", "", people.locator(".stat__n").inner_text()))
    officer.check_page()
    officer.shoot("report-union")
    book = opened(officer, page.get_by_role("link", name="导出 Excel"))
    about = dict(book["概况"].iter_rows(max_col=2, values_only=True))
    assert (about["单位"], about["参与人数"]) == ("云港市总工会", count)
    assert book["单位"].max_row > 1


def read_the_figures_of_the_questions(keeper):
    page = keeper.go("/cms/quiz/questions/report/")
    head = page.locator("main table thead")
    for column in ("出现次数", "答对率", "区分度", "要看的原因"):
        expect(head).to_contain_text(column)
    expect(page.locator("main table tbody tr")).not_to_have_count(0)
    keeper.check_width()
    keeper.shoot("question-figures")
    page.get_by_role("button", name="操作").first.click()
    book = opened(keeper, page.get_by_role("link", name="XLSX"))
    assert "答对率" in [cell.value for cell in book.active[1]]
    assert book.active.max_row > 1


def test_a_prize_is_claimed_a_result_restored_and_a_key_corrected(visitor):
    with visitor() as worker, visitor() as organiser, visitor() as reviewer:
        worker.sign_in("worker")
        organiser.sign_in_to_the_admin("organiser")
        reviewer.sign_in_to_the_admin("reviewer")
        claim_the_prize(worker)
        read_a_withdrawal(worker, organiser)
        appeal_and_win(worker, organiser, reviewer)
        settle_the_case(organiser)
        correct_the_key(worker, organiser, reviewer)


def claim_the_prize(worker):
    page = worker.go(OVER)
    page.get_by_role("link", name="满分再抽").click()
    own = page.get_by_role("region", name="我的奖券")
    expect(own).to_contain_text("抽中了购书券")
    expect(page.get_by_role("region", name="中奖名单").locator("tr.is-me")).to_have_count(1)
    worker.check_page()
    worker.shoot("draw")
    page.get_by_role("button", name="登记领取").click()
    expect(own).to_contain_text("已登记领取")
    page.locator("a.more", has_text="自己核对").click()
    page.get_by_role("button", name="下载名单并核对").click()
    expect(page.locator("[data-steps]")).to_contain_text("全部一致")
    worker.check_page()
    worker.shoot("draw-verify")


def read_a_withdrawal(worker, organiser):
    page = worker.go(OBJECTIONS)
    page.get_by_role("link", name="学法奖").click()
    expect(page.locator(".banner")).to_contain_text("已撤回，")
    expect(page.locator(".banner")).to_contain_text("日期写早了三天")
    worker.check_page()
    worker.shoot("draw-withdrawn")
    page.get_by_role("link", name="怎样自己核对").click()
    expect(page.get_by_role("link", name="撤回记录")).to_be_visible()
    worker.check_page()

    page = organiser.go("/cms/draw/")
    page.get_by_role("link", name="幸运奖", exact=True).click()
    page.get_by_role("link", name="撤回抽奖").click()
    page.get_by_label("撤回的原因").fill("领取地点写错了，另外公布。")
    page.get_by_role("button", name="撤回这次抽奖").click()
    expect(page.get_by_role("alert")).to_contain_text("请先核对，再勾选")
    expect(page.get_by_label("撤回的原因")).to_have_value("领取地点写错了，另外公布。")
    organiser.check_page()
    organiser.shoot("draw-withdraw")
    page.get_by_role("link", name="不撤回").click()
    expect(page.get_by_role("heading", name="下一步：封存奖券")).to_be_visible()


def appeal_and_win(worker, organiser, reviewer):
    page = worker.go("/competitions/mine/attempts/")
    page.get_by_role("link", name="一天一关").last.click()
    reference = re.search(r"编号 (\S+)", page.locator(".stamp").inner_text())[1]

    desk = organiser.go(f"/cms/attempt/?q={reference}")
    desk.get_by_role("link", name=reference).click()
    desk.get_by_label("原因").fill("用时与记录不符，先取消，等核实。")
    organiser.check_width()
    organiser.shoot("attempt-desk")
    desk.get_by_role("button", name="取消成绩").click()
    expect(desk.locator(".messages")).to_contain_text("成绩已取消")

    page.reload()
    expect(page.locator(".banner--warn")).to_contain_text("成绩已取消：用时与记录不符")
    page.get_by_role("textbox").fill("那天换了手机接着答，用时就是这样，请核实。")
    worker.check_page()
    page.get_by_role("button", name="提交申诉").click()
    expect(page.locator("main")).to_contain_text("还在处理，结果会写在这里。")
    worker.shoot("appeal")

    desk = reviewer.go("/cms/appeal/")
    desk.get_by_role("link", name=reference).click()
    desk.get_by_label("成立，恢复成绩").check()
    desk.get_by_label("答复", exact=True).fill("查过保存记录，确实换过设备，成绩恢复。")
    reviewer.check_width()
    desk.get_by_role("button", name="答复").click()
    expect(desk.locator(".messages")).to_contain_text("已答复")
    page.reload()
    expect(page.locator(".tag--ok").first).to_contain_text("已交卷并记分")
    expect(page.locator("main")).to_contain_text("确实换过设备，成绩恢复。")
    worker.check_page()


def settle_the_case(organiser):
    desk = organiser.go("/cms/case/?state=open")
    organiser.check_width()
    desk.locator("main table.listing tbody a").first.click()
    expect(desk.locator("main")).to_contain_text("线索只是线索")
    desk.get_by_label("没有问题").check()
    desk.get_by_label("说明").fill("当面问过，题都背熟了。")
    organiser.check_width()
    organiser.shoot("case")
    desk.get_by_role("button", name="保存决定").click()
    expect(desk.locator(".messages")).to_contain_text("已处理")


def correct_the_key(worker, organiser, reviewer):
    # The demo has a correction of this one that waits.
    corrected = document("aftermath")["regrade"]["stem"]
    page = worker.go("/competitions/mine/attempts/")
    attempts = page.get_by_role("link", name="安全在手")
    for address in [found.get_attribute("href") for found in attempts.all()]:
        worker.go(address)
        if found := wrong_reply(page, but=corrected):
            break
    else:
        pytest.fail("the worker chose nothing wrong")
    number, stem, chosen = found
    before = int(page.locator(".score__line b").inner_text())

    desk = organiser.go(f"/cms/regrade/new/?q={stem[:12]}")
    desk.get_by_role("link", name=stem[:12]).first.click()
    key = desk.locator("#id_key")
    expect(key).to_be_visible()
    for box in key.get_by_role("checkbox").all():  # where more than one may be right
        box.uncheck()
    key.get_by_label(chosen).check()
    desk.get_by_label("新旧答案都算对").check()
    desk.get_by_label("原因").fill("两种说法现行文本都支持。")
    desk.get_by_role("button", name="先看影响").click()
    expect(desk.locator("main")).to_contain_text("份多得")
    organiser.check_width()
    organiser.shoot("regrade-ask")
    desk.get_by_role("button", name="提出更正").click()
    expect(desk.locator("main")).to_contain_text("这是你自己提出的，要由另一个人确认。")

    other = reviewer.go(urlsplit(desk.url).path)
    other.get_by_label("已经查过依据").check()
    other.get_by_role("button", name="确认并重新计分").click()
    reload_until(other, other.locator("main p[role=status]", has_text="完成"))
    reviewer.check_width()
    reviewer.shoot("regrade-done")
    page.reload()
    told = page.locator(".banner", has_text=f"因第 {number} 题答案更正")
    expect(told).to_contain_text(f"得分由 {before} 改为 ")
    after = int(page.locator(".score__line b").inner_text())
    assert after > before
    expect(told).to_contain_text(f"改为 {after}")
    worker.check_page()
    worker.shoot("regraded")


def test_commands_verify_a_draw_and_close_a_competition(visitor, demo, tmp_path):
    with visitor() as keeper:
        keeper.sign_in("keeper")
        page = keeper.go(OVER)
        page.get_by_role("link", name="满分再抽").click()
        draw = urlsplit(page.url).path
        names = ("tickets.csv", "record.json")
        for name in names:
            (tmp_path / name).write_bytes(fetched(keeper, draw + name))
        told = demo.manage("verify_draw", *(str(tmp_path / name) for name in names))
        winners = len(json.loads((tmp_path / "record.json").read_text("utf-8"))["winners"])
        assert "一致" in told
        assert f"{winners} 人中奖" in told

        page = keeper.go(OWN)
        page.get_by_role("button", name="开始答题").locator("visible=true").click()
        page.locator(".option").first.click()
        expect(page.locator(".saved")).to_contain_text("已保存")
        told = demo.manage("close_competition", OWN_SLUG, "--now")
        assert "收齐没交的答卷 1 份，上榜 1 人" in told
        page = keeper.go(OWN)
        expect(page.locator(".patch:visible")).to_contain_text("竞赛已截止")
        expect(page.get_by_role("region", name="我的参赛队")).to_contain_text("没有举行")
        keeper.check_page()
        keeper.shoot("closed")
        page.get_by_role("link", name="看得分最高的一份答卷").click()
        # After the grace another competition still draws from the same bank.
        review = page.get_by_role("region", name="答案和解析")
        reload_until(page, review.get_by_text("待使用同一题库的竞赛截止后公布"))
        keeper.check_page()
    with visitor() as anybody:
        page = anybody.go(f"{OWN}leaderboard/")
        expect(page.locator(".banner")).to_contain_text("公示到")
        expect(page.locator(".empty")).to_contain_text("参与人数不足 10 人")
        expect(page.locator("table.board")).to_have_count(0)


def test_the_frozen_draw_gets_its_winners_and_a_visitor_checks_them(visitor):
    value = "02 08 13 21 27 30"
    with visitor() as organiser:
        organiser.sign_in_to_the_admin("organiser")
        page = organiser.go("/cms/draw/")
        page.get_by_role("link", name=DRAW, exact=True).click()
        reload_until(page, page.get_by_role("button", name="开奖"), within=OUT_WITHIN)
        page.get_by_label("公开数值", exact=True).fill(value)
        page.get_by_label("已经和公布的数值核对过").check()
        page.get_by_role("button", name="开奖").click()
        expect(page.locator(".messages")).to_contain_text("已开奖")
        organiser.check_width()
        organiser.shoot("draw-desk")

    with visitor() as anybody:
        page = anybody.go(OVER)
        page.get_by_role("link", name=DRAW).click()
        winners = page.get_by_role("table", name="中奖名单").locator("tbody tr")
        expect(winners).to_have_count(5)
        expect(winners.first).to_contain_text("安全帽")
        expect(page.get_by_role("table", name="候补名单").locator("tbody tr")).to_have_count(2)
        anybody.check_page()
        anybody.shoot("draw-public")
        page.locator("a.more", has_text="自己核对").click()
        expect(page.locator(".facts").first).to_contain_text(value)
        page.get_by_role("button", name="下载名单并核对").click()
        expect(page.locator("[data-steps]")).to_contain_text("全部一致")
        anybody.check_page()
