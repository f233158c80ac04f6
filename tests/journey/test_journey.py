"""One day of the demo: an editor, a worker, a reader and an officer, on a phone and at a desk.

The tests share one running demo, so each width has people and titles of its own.
"""

import re
import time
from urllib.parse import urlsplit

import pytest
from django.core.signing import Signer
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from reading import door

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

HEADLINES = {360: "凌晨四点的泊位灯亮着", 1280: "老师傅把焊花讲成了故事"}
MIDDLES = {360: "泊位", 1280: "焊花"}
# Who plays and who reads at which width: each starts fresh in each part.
PLAYERS = {360: "worker", 1280: "reader"}
READERS = {360: "reader", 1280: "worker"}
BOOKHOUSE = "东湾区工人文化宫书屋"
INDEXED_WITHIN = 30


def lead_photo(path):
    """Write a photo for a story's head to `path`, like no other in the library."""
    picture = Image.effect_noise((1600, 1000), 40).convert("RGB")
    ImageDraw.Draw(picture).ellipse((500, 200, 1100, 800), fill="#b3261e")
    picture.save(path, "JPEG", quality=80)
    return path


def heading(page, text):
    return page.get_by_role("heading", name=text, exact=True)


def search_until(visitor, words, hit):
    """Search for `words` until `hit` is among the results; the worker indexes meanwhile."""
    deadline = time.monotonic() + INDEXED_WITHIN
    while True:
        page = visitor.go("/")
        box = page.locator("input[type=search]:visible").first
        if not box.count():
            page = visitor.go("/search/")
            box = page.locator("#q")
        box.fill(words)
        box.press("Enter")
        page.wait_for_url("**/search/?*")
        found = page.locator(".hit", has_text=hit)
        if found.count():
            return found.first
        assert time.monotonic() < deadline, f"no {hit} for {words} within {INDEXED_WITHIN} s"
        page.wait_for_timeout(500)


def block(page, number):
    """The block `number` of the story's body in the editor."""
    return page.locator("[data-streamfield-child]").nth(number)


def choose_person(page, button, name):
    button.click()
    dialog = page.locator(".modal-body")
    dialog.locator("input[name=q]").fill(name)
    # Only the right one left: the list behind has been searched.
    expect(dialog.locator("[data-chooser-modal-choice]")).to_have_count(1)
    dialog.get_by_role("link", name=name).click()
    expect(dialog).to_have_count(0)


def write_story(page, title, photo):
    """Fill the form of a new story below 劳模工匠, and leave it unsaved."""
    page.fill("#id_title", title)
    page.fill("#id_dek", "天没亮，师傅先把灯拧亮，再把手艺一样样讲给徒弟听。")
    page.get_by_role("button", name="选择一个图片").click()
    dialog = page.locator(".modal-body")
    dialog.get_by_role("tab", name="上传").click()
    dialog.locator("#id_image-chooser-upload-title").fill(title)
    dialog.locator("input[type=file]").set_input_files(photo)
    dialog.locator("#id_image-chooser-upload-description").fill("夜里的车间，一盏红灯亮着")
    dialog.locator("#tab-upload button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-contentpath=lead_image]")).to_contain_text(title)

    body = page.locator("[data-contentpath=body]")
    blocks = body.locator("[data-streamfield-child]")

    def insert(kind):
        body.get_by_role("button", name="插入内容块").last.click()
        page.get_by_role("option", name=kind, exact=True).click()
        return blocks.last

    insert("正文").locator("[contenteditable=true]").click()
    page.keyboard.type("师傅把台灯拧亮，先问徒弟冷不冷，再说今天的活怎么干。")
    expect(blocks.last).to_contain_text("今天的活怎么干")
    insert("引文").locator("textarea").fill("手会骗你，字不会。")
    card = insert("人物卡")
    choose_person(page, card.get_by_role("button", name="选择人物"), "秦守业")
    expect(card).to_contain_text("秦守业")
    page.get_by_role("button", name="增加人物").click()
    rows = page.locator("#id_people-FORMS")
    choose_person(page, rows.get_by_role("button", name="选择人物"), "秦守业")
    expect(rows).to_contain_text("秦守业")


def test_an_editor_publishes_a_story_and_readers_find_it(visitor, demo, width, tmp_path):
    title = HEADLINES[width]
    with visitor() as editor:
        page = editor.sign_in_to_the_admin("editor")
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        expect(page).to_have_title(re.compile("工声编辑后台"))
        channel = channel_id(editor, "劳模工匠")
        page = editor.go(f"/cms/pages/add/cms/storypage/{channel}/")
        write_story(page, title, lead_photo(tmp_path / "photo.jpg"))

        page.get_by_role("button", name="打开或关闭预览").click()
        page.locator("input[name=preview-size][value=mobile]").check(force=True)
        preview = page.frame_locator("iframe[title=预览]").last
        expect(preview.locator("h1")).to_have_text(title)
        expect(preview.locator(".pullquote")).to_contain_text("手会骗你")
        editor.shoot("admin-preview")
        page.get_by_role("button", name="打开或关闭预览").click()
        page.get_by_role("button", name="更多操作").click()
        page.get_by_role("button", name="发布", exact=True).click()
        expect(page.locator(".messages")).to_contain_text("已发布")
        editor.check_trouble()
        # The editor's own look at the page, with Wagtail's bar on it.
        page = editor.go("/")
        page.locator("main").get_by_role("link", name=title).first.click()
        expect(heading(page, title)).to_be_visible()
        editor.check_trouble()
    demo.published.append(title)

    with visitor() as reader:
        page = reader.go("/")
        expect(page.locator("main").get_by_role("link", name=title).first).to_be_visible()
        reader.check_page()
        reader.shoot("home")
        page = reader.go("/channels/laomo/")
        page.locator("main").get_by_role("link", name=title).first.click()
        expect(heading(page, title)).to_be_visible()
        expect(page.locator(".story__lead img")).to_have_attribute(
            "alt", "夜里的车间，一盏红灯亮着"
        )
        expect(page.locator(".pullquote")).to_contain_text("手会骗你")
        reader.check_page()
        reader.shoot("story")
        story = page.url

        page.locator(".personbox a", has_text="秦守业").first.click()
        expect(page.locator("h1")).to_contain_text("秦守业")
        expect(page.locator(".timeline")).to_contain_text("2025")
        expect(page.locator("main").get_by_role("link", name=title)).to_be_visible()
        reader.check_page()
        reader.shoot("person")

        page.locator(".timeline a", has_text="省劳动模范").first.click()
        expect(page.locator("h1")).to_contain_text("2025")
        expect(page.locator("#roll")).to_contain_text("秦守业")
        reader.check_page()
        page = reader.go("/honours/?year=2023&level=province")
        expect(page.locator("#roll")).to_contain_text("秦守业")

        hit = search_until(reader, MIDDLES[width], title)
        expect(hit.locator("mark").first).to_have_text(MIDDLES[width])
        reader.check_page()
        reader.shoot("search")
        hit.get_by_role("link").first.click()
        expect(page).to_have_url(story)
        for words in ("qin shouye", "qinshouye"):
            search_until(reader, words, "秦守业")
        reader.check_trouble()


def channel_id(visitor, title):
    """The number of the column `title` in the page explorer."""
    page = visitor.go("/cms/pages/")
    link = page.locator("main").get_by_role("link", name=title, exact=True).first
    return re.search(r"/pages/(\d+)/", link.get_attribute("href"))[1]


def choose_option(page):
    page.locator(".option").first.click()


def next_question(page, number):
    page.get_by_role("button", name="下一题").click()
    expect(page.locator(".question__no")).to_contain_text(f"第 {number}/5 题")


def test_a_worker_plays_the_competition_through_a_dead_spot(visitor, width):
    with visitor() as worker:
        worker.sign_in(PLAYERS[width])
        page = worker.go("/")
        page.get_by_role("link", name="去答题").click()
        worker.check_page()
        page.get_by_role("button", name="开始答题").locator("visible=true").first.click()
        state = page.locator(".saved")
        for number in (1, 2):
            choose_option(page)
            expect(state).to_contain_text("已保存")
            worker.check_page()
            next_question(page, number + 1)
        worker.shoot("question")

        worker.go_offline()
        choose_option(page)
        expect(state).to_contain_text("未联网，已存在本机")
        worker.shoot("question-offline")
        third = page.url
        worker.close_page()
        worker.go_online()

        page = worker.go("/")
        page.get_by_role("link", name="接着答").click()
        page.wait_for_url("**/q/1/")
        page.wait_for_load_state("networkidle")  # what lay on the phone is being sent
        page.goto(third)
        state = page.locator(".saved")
        expect(state).to_contain_text("已保存")
        expect(page.locator(".option input").first).to_be_checked()
        page.reload()
        expect(page.locator(".option input").first).to_be_checked()
        worker.check_page()
        for number in (4, 5):
            next_question(page, number)
            choose_option(page)
            expect(state).to_contain_text("已保存")
        page.get_by_role("button", name="去交卷").click()
        expect(heading(page, "都答完了，交卷吗？")).to_be_visible()
        worker.check_page()
        page.get_by_role("button", name="交卷").click()
        expect(page.locator(".tag--ok", has_text="已交卷并记分")).to_be_visible()
        expect(page.locator("main")).to_contain_text("5 题答对")
        worker.check_page()
        worker.shoot("result")

        page.get_by_role("link", name="看排行榜").click()
        expect(page.get_by_role("region", name="我的位置").locator(".left b")).to_have_text(
            re.compile(r"^\d+$")
        )
        expect(page.locator("tr.is-me").first).to_be_visible()
        worker.check_page()
        worker.shoot("leaderboard")
        union_board(page)
        worker.check_page()


def union_board(page):
    """Open the board of the level on which the worker's own unit stands, and expect it there."""
    page.locator(".tabs").get_by_role("link", name="基层").click()
    mine = page.locator("table.board tr.is-me")
    expect(mine).to_contain_text("（我的单位）")
    expect(mine).to_contain_text("%")


def number_in(locator):
    return int(re.search(r"\d+", locator.inner_text())[0])


def scan_path(demo, room_url):
    """The path in a code that the running demo would show now at the door of `room_url`."""
    room = int(urlsplit(room_url).path.strip("/").rpartition("/")[2])
    key = (demo.folder / "var" / "secret-key").read_text().strip()
    signer = Signer(key=key, salt=door.signer.salt)
    token = signer.sign(f"{room}-{int(time.time())}-journey")
    return f"/reading/checkin/{token}/"


def test_a_reader_borrows_checks_in_and_brings_the_book_back(visitor, demo, width):
    with visitor() as reader:
        reader.sign_in(READERS[width])
        page = reader.go("/reading/books/")
        reader.check_page()
        cards = page.locator(".bookcard", has_text="在架")
        name = cards.first.locator("b").inner_text()
        search_until(reader, name, name).get_by_role("link").first.click()
        expect(page.locator("h1")).to_contain_text(name)
        expect(page.get_by_role("region", name="哪里能借")).to_contain_text("在架")
        reader.check_page()
        page.get_by_role("button", name="借这本").locator("visible=true").first.click()
        expect(page.get_by_role("button", name="还书").locator("visible=true")).to_be_visible()
        reader.check_page()
        reader.shoot("book")

        page = reader.go("/reading/")
        reader.check_page()
        page.get_by_role("link", name=BOOKHOUSE).first.click()
        today = page.locator(".copies div", has_text="今天打卡").locator("dd")
        before = number_in(today)
        reader.check_page()
        reader.shoot("room-before")
        page.get_by_text("怎样扫码打卡").click()
        expect(page.locator(".patch ol")).to_be_visible()
        reader.check_page()
        with visitor() as keeper:
            keeper.sign_in("keeper")
            screen = keeper.go(urlsplit(page.url).path)
            screen.get_by_role("link", name="打开门口的打卡屏").click()
            expect(screen.get_by_role("img", name="打卡二维码")).to_be_visible()
            keeper.check_trouble()  # the page renews itself, which axe would rather not
        reader.go(scan_path(demo, page.url))
        page.get_by_role("button", name="打卡").click()
        expect(page.locator(".patch")).to_contain_text("今天已打卡")
        assert number_in(today) == before + 1
        reader.check_page()
        reader.shoot("room")

        page = reader.go("/reading/loans/")
        row = page.locator(".brief", has_text=name)
        reader.check_page()
        row.get_by_role("button", name="还书").click()
        expect(page.get_by_role("region", name="在借")).not_to_contain_text(name)
        reader.check_page()
        page = reader.go("/me/")
        reader.check_page()


def test_an_officer_sees_the_day_of_the_own_city_and_of_no_other(visitor):
    with visitor() as officer:
        officer.sign_in("officer")
        page = officer.go("/manage/")
        expect(page.locator("h1")).to_have_text("云港市总工会")
        page.get_by_role("link", name="今天", exact=True).click()
        for label in ("阅读", "答题人数", "打卡", "借阅"):
            stat = page.locator(".stat", has=page.locator("dt", has_text=label))
            expect(stat.locator(".stat__n")).to_have_text(re.compile(r"\d"))
        people = page.locator(".stat", has=page.locator("dt", has_text="答题人数"))
        expect(people).to_contain_text("%")
        expect(page.locator("figure.chart svg")).to_be_visible()
        expect(page.get_by_role("table").first).to_contain_text("云港港口集团工会")
        officer.check_page()
        officer.shoot("manage")

        own = int(re.search(r"/units/(\d+)/", page.url)[1])
        found = {
            number: officer.context.request.get(f"{officer.address}/manage/units/{number}/")
            for number in range(own - 2, own + 6)
        }
        assert found[own].status == 200
        assert 404 in {answer.status for answer in found.values()}
        for answer in found.values():
            assert answer.status == 200 or "青岚" not in answer.text()
        for number, answer in found.items():
            if answer.status == 404:
                assert (
                    officer.context.request.get(
                        f"{officer.address}/manage/units/{number}/export.csv"
                    ).status
                    == 404
                )


def test_ctrl_c_ends_everything_and_a_second_start_keeps_the_data(visitor, demo):
    with visitor() as reader:
        before = reader.go("/channels/laomo/").locator("main .headline").all_inner_texts()
    children = demo.descendants()
    assert len(children) >= 2
    assert demo.stop() == 0
    assert [pid for pid in children if demo.is_running(pid)] == []

    demo.start()
    demo.wait()
    with visitor() as reader:
        page = reader.go("/channels/laomo/")
        assert page.locator("main .headline").all_inner_texts() == before
        for title in demo.published:
            assert title in before
        reader.check_page()
