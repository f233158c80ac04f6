"""What machines read: feeds, sitemaps, structured data; and how safe the markup is."""

import json
import re

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.defaults import server_error
from wagtail.models import PageViewRestriction

from cms.embeds import AllowListFinder, provider_of
from cms.models import SiteLegal
from cms.templatetags.cms_tags import breaks, safe_richtext
from tests.factories.cms import (
    ChannelPageFactory,
    HonourAwardFactory,
    NoticePageFactory,
    PersonFactory,
    StoryPageFactory,
    VideoPageFactory,
    home,
)
from tests.factories.quiz import CompetitionFactory
from tests.factories.reading import ReadingRoomFactory, TitleFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory
from unions.models import OfficerRole

pytestmark = pytest.mark.django_db


def linked_data(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def test_a_story_describes_itself_for_search_engines(client):
    story = StoryPageFactory(title="题目</script><script>alert(1)")
    response = client.get(story.url)
    data = linked_data(response.content.decode())
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == story.title
    assert data["url"] == f"http://testserver{story.url}"
    assert data["image"].startswith("http://testserver/media/")
    assert "<script>alert" not in response.content.decode()


def test_people_and_videos_describe_themselves_too(client):
    person = HonourAwardFactory(honour__name="省劳动模范", year=2025).person
    data = linked_data(client.get(person.address).content.decode())
    assert data["award"] == ["省劳动模范（2025）"]
    data = linked_data(client.get(VideoPageFactory().address).content.decode())
    assert data["duration"] == "PT492S"


def test_a_shared_story_brings_title_text_picture_and_canonical_address(client):
    story = StoryPageFactory(dek="二十六本台账")
    html = client.get(story.url).content.decode()
    assert f'<link rel="canonical" href="http://testserver{story.url}">' in html
    assert f'<meta property="og:title" content="{story.title}">' in html
    assert '<meta property="og:description" content="二十六本台账">' in html
    assert re.search(r'og:image" content="http://testserver/media/[^"]+\.jpg"', html)


def test_feeds_name_the_newest_stories(client):
    story = StoryPageFactory(title="弧光")
    for address in ("/feed/", "/channels/laomo/feed/"):
        text = client.get(address).content.decode()
        assert "弧光" in text
        assert story.address in text
    assert "弧光" not in client.get("/channels/xuexi/feed/").content.decode()
    assert client.get("/channels/nowhere/feed/").status_code == 404


def test_the_sitemap_holds_public_addresses_only(client):
    story, draft = StoryPageFactory(), StoryPageFactory(live=False)
    person, silent = PersonFactory(), PersonFactory(consent=False)
    notice = NoticePageFactory()
    award = HonourAwardFactory()
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"http://testserver(/sitemap-[a-z]+\.xml)", index)
    everything = "".join(client.get(address).content.decode() for address in sections)
    for thing in (story, person, notice):
        assert f"http://testserver{thing.address}<" in everything
    assert f"/honours/2026/{award.honour_id}/" in everything
    assert "/help/" in everything
    assert draft.address not in everything
    assert silent.address not in everything


def test_the_sitemap_holds_home_competitions_rooms_and_books(client):
    competition, hidden = CompetitionFactory(), CompetitionFactory(published=False)
    room, book = ReadingRoomFactory(), TitleFactory()

    def section(name):
        return client.get(f"/sitemap-{name}.xml").content.decode()

    assert "<loc>http://testserver/</loc>" in section("entries")
    assert f"{competition.get_absolute_url()}<" in section("competitions")
    assert hidden.get_absolute_url() not in section("competitions")
    assert f"{room.get_absolute_url()}<" in section("rooms")
    assert f"{book.get_absolute_url()}<" in section("books")


@pytest.mark.parametrize("name", ["stories", "channels", "notices", "pages", "people", "books"])
def test_a_sitemap_reads_no_bodies_and_no_row_by_itself(client, count_queries, name):
    def more():
        StoryPageFactory(), NoticePageFactory(), PersonFactory(), TitleFactory()
        StoryPageFactory(parent=ChannelPageFactory())

    def read():
        client.get(f"/sitemap-{name}.xml")

    more()
    read()
    before = count_queries(read)
    more()
    more()
    assert count_queries(read) == before
    with CaptureQueriesContext(connection) as asked:
        read()
    assert not any('"body"' in query["sql"] or '"bio"' in query["sql"] for query in asked)


def test_robots_are_told_what_to_leave_alone(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /cms/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_the_legal_lines_follow_the_setting_at_once(client):
    home()
    assert "示ICP备1号" not in client.get("/").content.decode()
    legal = SiteLegal.load()
    legal.icp_number = "示ICP备1号"
    legal.save()
    assert "示ICP备1号" in client.get("/").content.decode()


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<p onerror="alert(1)" onclick="alert(1)">x</p>',
        '<img src=x onerror="alert(1)">',
        "<script>alert(1)</script>",
        '<p style="position:fixed">x</p>',
        '<iframe src="https://evil.example"></iframe>',
    ],
)
def test_stored_rich_text_is_inert_on_the_page(client, html):
    story = StoryPageFactory(body=[("paragraph", html)])
    page = client.get(story.url).content.decode()
    prose = page[page.index('class="prose"') : page.index('class="story__more"')]
    for danger in ("alert(1)", "javascript:", "data:text", "onerror", "style=", "<iframe"):
        assert danger.lower() not in prose.lower()


def test_honest_links_survive():
    assert 'href="tel:12351"' in safe_richtext('<a href="tel:12351">12351</a>')
    assert 'href="https://example.org/"' in safe_richtext('<a href="https://example.org/">x</a>')


def test_a_headline_is_escaped_before_it_breaks():
    assert breaks("<b>|&") == "&lt;b&gt;<wbr>&amp;"
    assert "<b>" not in breaks("<b>粗</b>")


def test_a_headline_without_marks_breaks_between_phrases():
    assert "<wbr>" in breaks("弧光三十一年：一个焊工和他的七千道焊口")
    assert breaks("弧光三十一年：一个焊工").replace("<wbr>", "") == "弧光三十一年：一个焊工"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://bilibili.com.evil.example/",
        "https://evilbilibili.com/",
        "https://bilibili.com@127.0.0.1/",
        "https://bilibili.com:8443/",
        "http://www.bilibili.com/video/x",
        "ftp://bilibili.com/",
        "//bilibili.com/",
        "https://[bad",
    ],
)
def test_an_address_outside_the_list_is_refused(url):
    assert provider_of(url) == ""
    assert not AllowListFinder().accept(url)


def test_an_address_on_the_list_becomes_a_link_and_no_frame(client):
    url = "https://www.bilibili.com/video/BV1x"
    story = StoryPageFactory(body=[("outside", {"url": url, "title": "公开课", "poster": None})])
    html = client.get(story.url).content.decode()
    assert f'href="{url}"' in html
    assert "<iframe" not in html
    with override_settings(EMBED_PROVIDERS={}):
        assert url not in client.get(story.url).content.decode()


def test_the_500_page_needs_no_database(django_assert_num_queries, rf):
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert "我们这边出了故障" in response.content.decode()


def test_a_missing_page_answers_404_in_our_words(client):
    home()
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_a_page_made_for_a_member_is_never_kept_for_another(client, signed_in):
    story = StoryPageFactory()
    first, second = MemberFactory(display_name="周默"), MemberFactory(display_name="石磊")
    response = signed_in(first).get(story.url)
    assert response["Cache-Control"] == "private, no-store"
    assert "周默" in response.content.decode()
    client.logout()
    assert "周默" not in client.get(story.url).content.decode()
    assert "周默" not in signed_in(second).get(story.url).content.decode()


def test_a_page_opened_with_a_password_is_kept_by_no_cache(client):
    story = StoryPageFactory()
    PageViewRestriction.objects.create(page=story, restriction_type="password", password="sesam")
    form = client.get(story.url)
    client.post(
        form.context["action_url"], {"password": "sesam", "return_url": story.url}, follow=True
    )
    response = client.get(story.url)
    assert story.title in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_withdrawn_story_that_few_could_read_says_nothing_to_the_others(client):
    story = StoryPageFactory(live=False, withdrawn_on="2026-01-02", withdrawn_reason="有误")
    PageViewRestriction.objects.create(page=story, restriction_type="login")
    assert client.get(story.url).status_code == 404


def test_my_page_greets_by_name_and_asks_strangers_to_sign_in(client, signed_in):
    home()
    assert client.get("/me/")["Location"].startswith("/login/?next=/me/")
    member = MemberFactory(display_name="周默")
    response = signed_in(member).get("/me/")
    html = response.content.decode()
    assert "，周默" in html
    assert member.union.name in html
    assert "眼下没有要办的事" in html
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "夜深了"),
        (3, "夜深了"),
        (5, "早上好"),
        (11, "中午好"),
        (13, "下午好"),
        (18, "晚上好"),
        (23, "晚上好"),
    ],
)
def test_my_page_greets_by_the_hour(hour, words, signed_in):
    home()
    client = signed_in(MemberFactory(display_name="周默"))
    with time_machine.travel(timezone.now().replace(hour=(hour - 8) % 24), tick=False):
        assert f"{words}，周默" in client.get("/me/").content.decode()


def test_my_page_leads_officers_to_their_desk_and_nobody_else(signed_in):
    home()
    officer = OfficerRoleFactory().member
    assert 'href="/manage/"' in signed_in(officer).get("/me/").content.decode()
    for other in (MemberFactory(), OfficerRoleFactory(role=OfficerRole.Role.KEEPER).member):
        assert 'href="/manage/"' not in signed_in(other).get("/me/").content.decode()


def test_my_page_works_for_a_member_without_a_union(signed_in):
    home()
    assert "还没有登记所属工会" in signed_in(MemberFactory(union=None)).get("/me/").content.decode()
