"""The certificate as a PNG, made in a real browser from its picture."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from quiz.certificate_layout import HEIGHT, WIDTH
from tests.factories.quiz import CertificateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(browser, live_server, signed_in):
    """`opened(certificate, **context)` is its owner's page of it on a phone."""

    def open_page(certificate, **context):
        cookie = signed_in(certificate.member).cookies["sessionid"].value
        found = browser.new_context(viewport={"width": 360, "height": 780}, **context)
        found.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = found.new_page()
        page.goto(live_server.url + certificate.get_absolute_url())
        return page

    return open_page


def ink(picture, box):
    """How many pixels of `box` (in points of the page) are not paper."""
    scale = picture.width / WIDTH
    part = picture.crop(tuple(round(side * scale) for side in box))
    return sum(part.convert("L").histogram()[:128])


def test_the_png_is_whole_and_shows_the_type(opened):
    page = opened(CertificateFactory(name="周默", title="优秀学习证书"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载图片").click()
    assert waiting.value.suggested_filename.endswith(".png")
    picture = Image.open(BytesIO(waiting.value.path().read_bytes()))
    assert picture.width == pytest.approx(WIDTH * 3, abs=3)
    assert picture.height == pytest.approx(HEIGHT * 3, abs=3)
    assert ink(picture, (110, 180, 160, 210)) > 500  # the name
    assert ink(picture, (110, 430, 190, 500)) > 3000  # the code
    assert ink(picture, (250, 100, 600, 135)) > 3000  # the title
    assert ink(picture, (110, 300, 600, 400)) == 0
    shown = page.get_by_role("img", name="周默的优秀学习证书")
    expect(shown).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="长按")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_picture_that_does_not_come_is_said(opened):
    page = opened(CertificateFactory())
    page.route("**/certificate.svg", lambda route: route.abort())
    page.get_by_role("button", name="下载图片").click()
    expect(page.get_by_role("status").filter(has_text="请下载 PDF")).to_be_visible()
    expect(page.get_by_role("button", name="下载图片")).to_be_enabled()


def test_without_script_there_is_no_button_that_does_nothing(opened):
    page = opened(CertificateFactory(), java_script_enabled=False)
    expect(page.get_by_role("button", name="下载图片")).to_have_count(0)
    expect(page.get_by_role("link", name="放大印刷用的图（SVG）")).to_be_visible()
