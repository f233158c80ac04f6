"""Home, columns, notices, videos: what they list, and that they stay quick."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cms.models import HomePage, HomePortrait
from tests.factories.cms import (
    ChannelPageFactory,
    DocumentFactory,
    HonourAwardFactory,
    LessonPageFactory,
    NoticePageFactory,
    PersonFactory,
    StoryPageFactory,
    VideoPageFactory,
    channel,
    home,
)
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import UnionFactory

pytestmark = pytest.mark.django_db


def html_of(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode().replace("<wbr>", "")


def test_a_fresh_site_shows_every_screen_with_a_reason_for_its_emptiness(client):
    home()
    assert "第一篇报道还在编辑部" in html_of(client, "/")
    assert "今天没有开放的竞赛" in html_of(client, "/")
    assert "还没有内容" in html_of(client, "/channels/laomo/")
    assert "眼下没有公告" in html_of(client, "/notices/")
    assert "还没有内容" in html_of(client, "/videos/")
    for address in ("/help/", "/privacy/", "/accessibility/", "/offline/", "/people/", "/feed/"):
        html_of(client, address)


def test_the_chosen_story_leads(client):
    chosen = StoryPageFactory(
        title="弧光三十一年", first_published_at=timezone.now() - timedelta(9)
    )
    StoryPageFactory(title="新鲜事")
    page = home()
    page.lead_story = chosen
    page.save()
    html = html_of(client, "/")
    assert html.index("弧光三十一年") < html.index("新鲜事")
    assert html.count("弧光三十一年") == 1


def test_more_stories_leads_to_the_stories_of_every_column(client, count_queries):
    StoryPageFactory(title="弧光三十一年")
    elsewhere = ChannelPageFactory(title="现场", slug="elsewhere")
    old = datetime(2024, 5, 1, tzinfo=timezone.get_current_timezone())
    StoryPageFactory(title="桥吊四十米", parent=elsewhere, first_published_at=old)
    StoryPageFactory(title="草稿", parent=elsewhere, live=False)
    assert 'href="/stories/"' in html_of(client, "/")
    html = html_of(client, "/stories/")
    assert html.index("弧光三十一年") < html.index("桥吊四十米")
    assert "草稿" not in html
    assert "弧光三十一年" not in html_of(client, "/stories/", year=2024)
    assert "清除筛选" in html_of(client, "/stories/", year=1999)
    before = count_queries(lambda: client.get("/stories/", {"page": 1}))
    StoryPageFactory.create_batch(3, parent=elsewhere)
    assert count_queries(lambda: client.get("/stories/", {"page": 1})) == before


def test_without_a_choice_the_newest_story_with_a_picture_leads(client):
    StoryPageFactory(title="有图")
    StoryPageFactory(title="无图", lead_image=None)
    html = html_of(client, "/")
    assert html.index("有图") < html.index("无图")


def test_a_chosen_story_that_is_withdrawn_makes_room(client):
    gone = StoryPageFactory(title="撤下的", live=False)
    StoryPageFactory(title="还在的")
    HomePage.objects.filter(pk=home().pk).update(lead_story=gone)
    html = html_of(client, "/")
    assert "撤下的" not in html
    assert "还在的" in html


def test_the_time_on_the_card_of_today_is_that_of_its_figures_not_a_deadline(client):
    home()
    CompetitionFactory()
    assert "<span>数据截至 " in html_of(client, "/")


def test_chosen_people_stand_on_the_home_page_and_only_with_consent(client):
    page = home()
    chosen, silent = PersonFactory(name="孟小禾"), PersonFactory(name="罗晓帆", consent=False)
    PersonFactory(name="没被选中")
    page.portraits.add(HomePortrait(person=silent), HomePortrait(person=chosen))
    page.save()
    html = html_of(client, "/")
    assert "孟小禾" in html
    assert "罗晓帆" not in html
    assert "没被选中" not in html


def test_a_channel_is_narrowed_by_year_and_union(client):
    union = UnionFactory(name="青岚市总工会")
    lastyear = timezone.make_aware(datetime(2024, 12, 31, 23, 30))
    StoryPageFactory(title="去年的事", first_published_at=lastyear)
    StoryPageFactory(title="青岚的事", union=union)
    address = "/channels/laomo/"
    assert "青岚的事" not in html_of(client, address, year=2024)
    assert "去年的事" in html_of(client, address, year=2024)
    assert "去年的事" not in html_of(client, address, union=union.pk)
    assert "这样筛选没有内容" in html_of(client, address, year=1999)


@pytest.mark.parametrize(
    "query",
    [
        {"year": "x"},
        {"year": "1"},
        {"year": "99999"},
        {"union": "-1"},
        {"union": "9" * 30},
        {"page": "0x1"},
    ],
)
def test_nonsense_in_a_filter_is_ignored(client, query):
    StoryPageFactory(title="在的")
    assert "在的" in html_of(client, "/channels/laomo/", **query)


def test_a_channel_holds_videos_too(client):
    VideoPageFactory(title="走线", parent=channel())
    html = html_of(client, "/channels/laomo/")
    assert "走线" in html
    assert "视频 8 分 12 秒" in html


def test_lessons_stand_among_the_videos_and_say_what_one_learns(client):
    union = UnionFactory()
    lesson = LessonPageFactory(title="七步接头", union=union, body=[("paragraph", "<p>断了。</p>")])
    VideoPageFactory(title="走线")
    listed = html_of(client, "/videos/", union=union.pk)
    assert "微课 8 分 12 秒" in listed
    assert "走线" not in listed
    html = html_of(client, f"/lessons/{lesson.pk}/")
    assert "断纱以后七秒内接好头。" in html
    assert "断了。" in html
    assert "VideoObject" in html
    assert f"/lessons/{lesson.pk}/" in client.get("/sitemap-lessons.xml").content.decode()


def test_a_lesson_has_one_address_that_of_a_video_is_not_its(client):
    lesson = LessonPageFactory()
    assert client.get(f"/videos/{lesson.pk}/").status_code == 404
    response = client.get(f"/videos/{lesson.slug}/")
    assert (response.status_code, response["Location"]) == (301, f"/lessons/{lesson.pk}/")


def test_a_long_channel_comes_in_pages(client):
    StoryPageFactory.create_batch(13, lead_image=None)
    assert 'rel="next"' in html_of(client, "/channels/laomo/")
    assert 'rel="prev"' in html_of(client, "/channels/laomo/", page=2)


def test_the_tree_address_of_a_channel_leads_to_the_public_one(client):
    page = ChannelPageFactory(title="现场直击")
    assert page.url == f"/channels/{page.slug}/"
    response = client.get(f"/{page.slug}/")
    assert (response.status_code, response["Location"]) == (301, page.url)


@pytest.mark.parametrize("address", ["/", "/channels/laomo/", "/notices/", "/videos/"])
def test_lists_take_no_more_queries_with_more_rows(client, count_queries, address):
    def more():
        StoryPageFactory(), NoticePageFactory(), VideoPageFactory(), LessonPageFactory()
        HonourAwardFactory()

    more()
    more()
    html_of(client, address)
    before = count_queries(lambda: html_of(client, address))
    more()
    more()
    html_of(client, address)
    assert count_queries(lambda: html_of(client, address)) == before


def test_a_notice_says_who_by_when_and_how(client):
    notice = NoticePageFactory(
        number="总工发〔2026〕12号",
        deadline=timezone.now() + timedelta(days=3),
        facts=[("fact", {"label": "谁来做", "text": "各市总工会"})],
        attachments=[
            ("attachment", {"document": DocumentFactory(title="方案"), "title": ""}),
            ("attachment", {"document": DocumentFactory(title="scan-01"), "title": "回执"}),
        ],
    )
    html = html_of(client, notice.address)
    for text in ("总工发〔2026〕12号", "谁来做", "各市总工会", "进行中", "还有 3 天", "PDF", "2.0"):
        assert text in html
    assert "<b>方案</b>" in html
    assert "<b>回执</b>" in html
    assert "scan-01" not in html


def test_a_notice_past_its_deadline_is_closed(client):
    notice = NoticePageFactory(deadline=timezone.now() - timedelta(hours=1))
    assert "已截止" in html_of(client, notice.address)


def test_a_superseded_notice_leads_to_the_new_one(client):
    new = NoticePageFactory(title="新办法")
    old = NoticePageFactory(superseded_by=new)
    assert new.address in html_of(client, old.address)
    new.unpublish()
    html = html_of(client, old.address)
    assert new.address not in html
    assert "这份通知已被取代" in html


def test_notices_are_filtered_by_state(client):
    NoticePageFactory(title="还开着", deadline=timezone.now() + timedelta(days=1))
    NoticePageFactory(title="过期了", deadline=timezone.now() - timedelta(days=1))
    assert "过期了" not in html_of(client, "/notices/", state="open")
    assert "还开着" not in html_of(client, "/notices/", state="closed")


def test_a_video_without_a_file_shows_poster_and_transcript(client):
    video = VideoPageFactory(
        chapters=[("chapter", {"start": "3:20", "title": "上塔"})],
    )
    html = html_of(client, video.address)
    assert "视频文件还在准备" in html
    assert "脚下一百二十米" in html
    assert "上塔" in html
    assert "<video" not in html
