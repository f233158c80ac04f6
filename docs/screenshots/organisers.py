"""The pictures of docs/organisers.zh-CN.md, made anew from a demo that runs.

    make demo PORT=8471                                    # in one window
    python docs/screenshots/organisers.py http://127.0.0.1:8471

Looks only, but for one import that it leaves at the preview. Start from a fresh demo: what people
did in it shows in the pictures. Writes .webp beside this file, in organisers/.
"""

import argparse
import io
import shutil
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "organisers"
LARGEST = 60 * 1024
QUALITIES = range(80, 20, -10)
PASSWORD = "gongsheng-demo"  # noqa: S105 - printed by `make demo`
DESK, PHONE = (1180, 760), (360, 740)

HEADS = "题型|类别|难度|题干|选项A|选项B|选项C|答案|依据|条款"
LAW = "《中华人民共和国工会法》"
GOOD = [
    f"单选|工会组织|易|工会经费主要用于为谁服务？|职工|供应商|股东|A|{LAW}|",
    f"判断|工会组织|易|工会会员按规定缴纳会费。||||正确|{LAW}|",
    f"填空|工会组织|中|工会是职工（　）结合的群众组织。||||自愿|{LAW}|第二条",
]
TWICE = "单选|安全健康|易|我国安全生产工作的方针是哪一句？|甲|乙||A||"
WRONG = [
    f"单选|工会组织|易|工会经费主要用于为谁服务？|职工|股东||C|{LAW}|",
    f"单选||易|会费由谁缴纳？|会员|客户||A|{LAW}|",
    f"多选|工会组织|很难|工会的基本职责有哪些？|维权|服务||AB|{LAW}|",
]


def sheet(rows: list[str]) -> bytes:
    """A file of questions as people fill it in."""
    book = Workbook()
    for row in [HEADS, *rows]:
        book.active.append(row.split("|"))
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


class Desk:
    """One person at one window, whose screens are kept as pictures."""

    def __init__(self, browser: Browser, address: str, login: str = "", size=DESK):
        width, height = size
        self.address = address
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="light",
            reduced_motion="reduce",
        )
        self.page: Page = context.new_page()
        if login:
            self.go("/login/")
            self.page.fill("#id_login", login)
            self.page.fill("#id_password", PASSWORD)
            self.page.click("form[action='/login/'] button[type=submit]")
            self.page.wait_for_url("**/me/")

    def go(self, path: str) -> Page:
        """Open `path`; anything but a page that is there ends the run."""
        answer = self.page.goto(self.address + path)
        if answer is None or not answer.ok:
            raise SystemExit(f"{path}: {answer and answer.status}")
        return self.page

    def follow(self, words: str) -> Page:
        """Go where the first link of the page's own part goes that says `words`."""
        link = self.page.locator("main a", has_text=words).first
        return self.go(link.get_attribute("href") or "")

    def first(self, path: str) -> Page:
        """Open the first row of the list at `path`."""
        self.go(path)
        base = path.partition("?")[0]
        found = self.page.locator("main td a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        return self.go(next(href for href in found if href.removeprefix(base)[:-1].isdigit()))

    def upload(self, name: str, rows: list[str]) -> None:
        """Hand in a file of questions for the first bank."""
        self.go("/cms/quiz/import/")
        self.page.select_option("#id_bank", index=1)
        self.page.set_input_files(
            "#id_file", {"name": name, "mimeType": "application/zip", "buffer": sheet(rows)}
        )
        self.page.click("main form[enctype] button[type=submit]")
        self.page.wait_for_load_state()

    def keep(self, name: str, at: str = "") -> None:
        """Keep what the window shows; with `at`, from the part of the page with that heading."""
        self.page.wait_for_load_state("networkidle")
        if at:
            heading = self.page.locator("h2:visible, h3:visible", has_text=at).first
            heading.evaluate(
                "found => { found.style.scrollMarginTop = '80px'; found.scrollIntoView() }"
            )
            self.page.wait_for_timeout(300)  # until the form's bar has followed
        picture = Image.open(io.BytesIO(self.page.screenshot()))
        for quality in QUALITIES:
            found = io.BytesIO()
            picture.save(found, "WEBP", quality=quality, method=6)
            if found.tell() <= LARGEST:
                break
        (FOLDER / f"{name}.webp").write_bytes(found.getvalue())
        print(f"{name}.webp {found.tell() // 1024} KB")


def organiser(desk: Desk) -> None:
    desk.go("/cms/")
    desk.keep("cms-home")
    desk.upload("工会知识.xlsx", WRONG)
    desk.keep("import-errors")
    desk.upload("工会知识.xlsx", [*GOOD, TWICE])
    desk.keep("import-preview")
    desk.go("/cms/competition/")
    desk.follow("一岗一法")
    desk.keep("competition-form")
    desk.keep("competition-who", at="谁可以参加")
    desk.keep("competition-dates", at="日程")
    desk.keep("competition-paper", at="组卷规则")
    desk.keep("competition-rounds", at="场次和关卡")
    desk.page.click("header [aria-label='操作'], header .w-dropdown button")
    desk.page.locator("a", has_text="晋级：").first.click()
    desk.keep("promotion")
    desk.go("/competitions/yitian-yiguan/preview/1/")
    desk.keep("paper-preview")
    desk.go("/competitions/banqian-shifenzhong/leaderboard/screen/")
    desk.keep("hall")
    desk.first("/cms/case/?state=open")
    desk.keep("case")
    desk.go("/cms/draw/new/")
    desk.keep("draw-announce")
    desk.go("/cms/draw/")
    desk.follow("幸运奖")
    desk.keep("draw-freeze")
    desk.follow("撤回抽奖")
    desk.keep("draw-withdraw")
    desk.go("/cms/certificate/")
    desk.keep("certificates")
    desk.go("/cms/quiz/competitions/anquan-zaishou/report/")
    desk.keep("report")
    desk.go("/cms/quiz/questions/report/?flagged=any")
    desk.keep("statistics")


def reviewer(desk: Desk) -> None:
    desk.go("/cms/question/new/")
    desk.keep("question-form")
    desk.go("/cms/question/?state=review")
    desk.follow("待审核")
    desk.keep("question-review")
    desk.first("/cms/dispute/")
    desk.keep("dispute")
    desk.first("/cms/appeal/")
    desk.keep("appeal")
    desk.first("/cms/regrade/")
    desk.keep("regrade-confirm")


def worker(desk: Desk) -> None:
    desk.go("/competitions/yitian-yiguan/")
    desk.keep("worker-competition")
    desk.go("/competitions/yitian-yiguan/rules/")
    desk.keep("worker-rules")
    desk.go("/competitions/anquan-zaishou/")
    desk.follow("班组安全奖")
    desk.keep("worker-draw")
    desk.follow("自己核对")
    desk.page.click("[data-run]")
    desk.page.locator("[data-steps] li", has_text="全部一致").wait_for()
    desk.keep("worker-draw-check", at="在浏览器里核对")


PEOPLE: list[tuple[str, tuple[int, int], Callable[[Desk], None]]] = [
    ("organiser", DESK, organiser),
    ("reviewer", DESK, reviewer),
    ("worker", PHONE, worker),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="where the demo runs, like http://127.0.0.1:8471")
    address = parser.parse_args().address.rstrip("/")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for login, size, photographs in PEOPLE:
            photographs(Desk(browser, address, login, size))
        browser.close()


if __name__ == "__main__":
    main()
