"""A story: its address, its states, and what readers get to see."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from cms.models import StoryPage
from cms.services import CmsError, withdraw_story
from tests.factories.cms import (
    HonourAwardFactory,
    ImageFactory,
    PersonFactory,
    StoryPageFactory,
    StoryPersonFactory,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


def test_the_address_holds_the_id_and_the_pinyin_of_the_title(client):
    story = StoryPageFactory(title="重庆的弧光")
    assert story.slug == "chong-qing-de-hu-guang"
    assert story.url == f"/stories/{story.pk}-chong-qing-de-hu-guang/"
    assert client.get(story.url).status_code == 200


def test_two_stories_of_one_title_get_different_addresses():
    first, second = StoryPageFactory(title="弧光"), StoryPageFactory(title="弧光")
    assert first.slug != second.slug


@pytest.mark.parametrize(
    "address", ["/stories/{pk}/", "/stories/{pk}-old-title/", "/laomo/{slug}/"]
)
def test_an_old_address_leads_to_the_right_one_for_good(client, address):
    story = StoryPageFactory()
    response = client.get(address.format(pk=story.pk, slug=story.slug) + "?from=wx")
    assert response.status_code == 301
    assert response["Location"] == f"{story.url}?from=wx"


def test_the_page_shows_headline_picture_text_and_people(client):
    story = StoryPageFactory(
        title="弧光三十一年：一个焊工",
        headline_breaks="弧光三十一年：|一个焊工",
        lead_caption="在焊立缝。",
    )
    person = PersonFactory(name="秦守业", sample=True)
    StoryPersonFactory(page=story, person=person)
    HonourAwardFactory(person=person, honour__name="省劳动模范", year=2025)
    html = client.get(story.url).content.decode()
    assert "弧光三十一年：<wbr>一个焊工</h1>" in html
    assert "在焊立缝。" in html
    assert "球罐车间的行车停了" in html
    assert 'fetchpriority="high"' in html
    assert "秦守业" in html
    assert "省劳动模范" in html
    assert "示例" in html


def test_the_library_s_credit_stands_under_a_picture_without_one_of_its_own(client):
    image = ImageFactory(credit="王小明 摄")
    body = [("picture", {"image": image, "caption": "在焊立缝。"})]
    story = StoryPageFactory(lead_image=image, body=body)
    assert client.get(story.url).content.decode().count("王小明 摄</figcaption>") == 2
    own = StoryPageFactory(lead_image=image, lead_credit="工声美编 绘")
    html = client.get(own.url).content.decode()
    assert "工声美编 绘" in html
    assert "王小明 摄" not in html


def test_who_has_a_card_in_the_text_is_not_shown_again_below_it(client):
    carded, named = PersonFactory(name="秦守业"), PersonFactory(name="孟小禾")
    story = StoryPageFactory(body=[("person", {"person": carded})])
    for person in (carded, named):
        StoryPersonFactory(page=story, person=person)
    html = client.get(story.url).content.decode()
    assert html.count(carded.address) == 1
    assert html.count(named.address) == 1


def test_breaks_that_no_longer_fit_the_title_are_ignored(client):
    story = StoryPageFactory(title="新题目", headline_breaks="旧|题目")
    assert "旧<wbr>" not in client.get(story.url).content.decode()


def test_a_draft_does_not_exist_for_readers(client):
    assert client.get(StoryPageFactory(live=False).address).status_code == 404


def test_an_unknown_or_absurd_id_answers_404(client):
    assert client.get("/stories/999999/").status_code == 404
    assert client.get("/stories/99999999999999999999999/").status_code == 404


def test_a_withdrawn_story_leaves_a_note_with_the_date(client):
    story = StoryPageFactory()
    withdraw_story(story=story, reason="当事人提出异议。", by=MemberFactory(is_superuser=True))
    response = client.get(story.address)
    assert response.status_code == 410
    html = response.content.decode()
    assert f"{date.today():%Y}" in html
    assert "当事人提出异议。" in html
    assert "球罐车间" not in html
    assert story.address not in client.get("/channels/laomo/").content.decode()


def test_withdrawing_keeps_the_newer_draft():
    story = StoryPageFactory()
    story.title = "还没发布的新题目"
    story.save_revision()
    withdraw_story(
        story=StoryPage.objects.get(pk=story.pk),
        reason="核实中",
        by=MemberFactory(is_superuser=True),
    )
    draft = StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object()
    assert draft.title == "还没发布的新题目"
    assert draft.withdrawn_on


def test_a_draft_can_not_be_withdrawn():
    with pytest.raises(CmsError) as error:
        withdraw_story(
            story=StoryPageFactory(live=False), reason="", by=MemberFactory(is_superuser=True)
        )
    assert error.value.code == "not_live"


def test_a_story_for_members_asks_to_sign_in(client, signed_in):
    story = StoryPageFactory()
    PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)
    response = client.get(story.address)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")
    assert signed_in(MemberFactory()).get(story.address).status_code == 200


def test_a_member_outside_the_group_is_told_who_may_see_it(signed_in):
    story = StoryPageFactory()
    restriction = PageViewRestriction.objects.create(
        page=story, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.create(name="宣教部"))
    response = signed_in(MemberFactory()).get(story.address)
    assert response.status_code == 403
    assert "宣教部" in response.content.decode()
    assert "球罐车间" not in response.content.decode()


def test_a_story_behind_a_password_asks_for_it_in_our_words(client):
    story = StoryPageFactory()
    PageViewRestriction.objects.create(
        page=story, restriction_type=PageViewRestriction.PASSWORD, password="open-sesame"
    )
    response = client.get(story.address)
    assert "球罐车间" not in response.content.decode()
    assert "这一页要口令才能看" in response.content.decode()


def test_a_restricted_story_is_in_no_list(client):
    story = StoryPageFactory(title="内部消息")
    PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)
    for address in ("/", "/channels/laomo/", "/feed/", "/sitemap-stories.xml"):
        assert "内部消息" not in client.get(address).content.decode()
        assert story.slug not in client.get(address).content.decode()


def test_the_caption_stays_when_the_picture_is_lost(client):
    image = ImageFactory()
    image.file.storage.delete(image.file.name)
    story = StoryPageFactory(lead_image=image, lead_caption="在焊立缝。")
    response = client.get(story.url)
    assert response.status_code == 200
    assert "在焊立缝。" in response.content.decode()


def test_a_reprint_names_its_source(client):
    story = StoryPageFactory(source="工人周报", source_url="https://example.org/a")
    html = client.get(story.url).content.decode()
    assert "转载自" in html
    assert 'href="https://example.org/a"' in html


def test_a_person_without_consent_is_not_linked_from_a_story(client):
    person = PersonFactory(consent=False)
    story = StoryPageFactory(body=[("person", {"person": person}), ("paragraph", "<p>正文</p>")])
    StoryPersonFactory(page=story, person=person)
    assert person.address not in client.get(story.url).content.decode()


def test_a_story_page_takes_few_queries(client, count_queries):
    story = StoryPageFactory()
    StoryPersonFactory(page=story)
    StoryPageFactory.create_batch(3)
    client.get(story.url)
    assert count_queries(lambda: client.get(story.url)) <= 11


def test_more_people_in_a_story_take_no_more_queries(client, count_queries):
    story = StoryPageFactory()
    StoryPersonFactory(page=story)
    client.get(story.url)
    before = count_queries(lambda: client.get(story.url))
    StoryPersonFactory.create_batch(4, page=story)
    client.get(story.url)
    assert count_queries(lambda: client.get(story.url)) == before
