"""What editors do in Wagtail, and what it refuses them."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.models import NoticePage, Person, StoryPage
from cms.services import EDITORS, PUBLISHERS, set_up_site
from cms.tasks import publish_scheduled
from tests.factories.cms import (
    HonourAwardFactory,
    NoticePageFactory,
    PersonFactory,
    StoryPageFactory,
    StoryPersonFactory,
    channel,
    home,
)
from tests.factories.media import SiteImageFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(signed_in):
    home()
    member = MemberFactory()
    member.groups.add(Group.objects.get(name=EDITORS))
    return signed_in(member)


@pytest.fixture
def publisher(signed_in):
    home()
    member = MemberFactory()
    member.groups.add(Group.objects.get(name=PUBLISHERS))
    return signed_in(member)


def story_form(**changed):
    form = {
        "title": "弧光三十一年",
        "slug": "",
        "headline_breaks": "",
        "union": "",
        "kicker": "",
        "dek": "",
        "lead_image": "",
        "lead_caption": "",
        "lead_credit": "",
        "body": streamfield([]),
        "people-TOTAL_FORMS": "0",
        "people-INITIAL_FORMS": "0",
        "people-MIN_NUM_FORMS": "0",
        "people-MAX_NUM_FORMS": "1000",
        "byline": "",
        "editor": "",
        "correction": "",
        "source": "",
        "source_url": "",
        "withdrawn_on": "",
        "withdrawn_reason": "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    return nested_form_data({**form, **changed})


def create_story(client, **changed):
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", channel().pk])
    return client.post(address, story_form(**changed))


def edit_address(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_a_member_without_a_group_has_no_desk(signed_in):
    story = StoryPageFactory()
    client = signed_in(MemberFactory())
    for address in ("/cms/", edit_address(story), "/cms/snippets/cms/person/"):
        response = client.get(address)
        assert response.status_code in {302, 403}
        assert story.title not in response.content.decode()


def test_a_stranger_is_sent_to_the_one_sign_in(client):
    home()
    for address in ("/cms/", "/cms/login/", "/_util/login/", "/admin/login/"):
        chain = client.get(address, follow=True).redirect_chain
        assert chain[-1][0].startswith("/login/")


def test_a_draft_is_saved_with_nothing_but_a_title(editor):
    response = create_story(editor)
    story = StoryPage.objects.get(title="弧光三十一年")
    assert response.status_code == 302
    assert not story.live
    assert story.slug == "hu-guang-san-shi-yi-nian"


def test_an_editor_can_not_publish(editor):
    create_story(editor, **{"action-publish": "1"})
    assert not StoryPage.objects.get(title="弧光三十一年").live


def test_a_publisher_publishes_and_the_address_comes_from_the_title(publisher):
    create_story(publisher, **{"action-publish": "1"})
    story = StoryPage.objects.get(title="弧光三十一年")
    assert story.live
    assert publisher.get(story.url).status_code == 200


def test_dangerous_links_are_gone_once_an_editor_saves(editor):
    block = {
        "key": "a",
        "text": "点这里<img src=x onerror=alert(1)>",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"key": 0, "offset": 0, "length": 3}],
    }
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
    typed = json.dumps({"blocks": [block], "entityMap": {"0": link}})
    create_story(editor, body=streamfield([("paragraph", typed)]))
    stored = json.dumps(StoryPage.objects.get(title="弧光三十一年").body.get_prep_value())
    assert "点这里" in json.loads(stored)[0]["value"]
    assert "<img" not in stored
    assert "javascript:" not in stored


@pytest.mark.parametrize(
    ("go_live", "expire"),
    [(timedelta(days=2), timedelta(days=1)), (None, timedelta(days=-1))],
)
def test_impossible_times_of_publication_are_named(publisher, go_live, expire):
    def moment(delta):
        return f"{timezone.localtime() + delta:%Y-%m-%d %H:%M}" if delta else ""

    response = create_story(
        publisher,
        go_live_at=moment(go_live),
        expire_at=moment(expire),
        **{"action-publish": "1"},
    )
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert "expire_at" in errors or "go_live_at" in errors
    assert not StoryPage.objects.filter(title="弧光三十一年").exists()


def test_a_day_that_does_not_exist_is_named(publisher):
    response = create_story(publisher, go_live_at="2027-02-31 10:00")
    assert "go_live_at" in response.context["form"].errors


def test_a_scheduled_story_appears_when_its_time_has_come(client):
    story = StoryPageFactory(live=False)
    story.go_live_at = timezone.now() + timedelta(hours=1)
    story.save_revision().publish()
    publish_scheduled.delay()
    assert client.get(story.address).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        publish_scheduled.delay()
        publish_scheduled.delay()
        assert client.get(story.address).status_code == 200


def test_the_second_editor_is_told_and_the_first_text_stays(editor):
    story = StoryPageFactory(title="原题")
    loaded = story.save_revision()
    form = {
        "loaded_revision_id": loaded.pk,
        "loaded_revision_created_at": loaded.created_at.isoformat(),
    }
    first = editor.post(edit_address(story), story_form(title="甲的题目", **form))
    assert first.status_code == 302
    second = editor.post(
        edit_address(story),
        story_form(title="乙的题目", **form),
        headers={"accept": "application/json"},
    )
    assert second.status_code == 400
    assert second.json()["error_code"] == "invalid_revision"
    assert StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object().title == "甲的题目"


def test_who_publishes_while_the_form_is_being_saved_keeps_each_person_once(publisher):
    person, other = PersonFactory(), PersonFactory()
    story = StoryPageFactory(live=False)
    StoryPersonFactory(page=story, person=person)
    rows = {
        "people-TOTAL_FORMS": "2",
        "people-0-person": person.pk,
        "people-0-ORDER": "1",
        "people-0-id": "",
        "people-1-person": other.pk,
        "people-1-ORDER": "2",
        "people-1-id": "",
    }
    form = story_form(**rows, **{"action-publish": "publish"})
    assert publisher.post(edit_address(story), form).status_code == 302
    story = StoryPage.objects.get(pk=story.pk)
    assert story.live
    assert [row.person for row in story.people.all()] == [person, other]


def test_a_locked_story_is_not_overwritten(editor):
    story = StoryPageFactory(title="原题", locked=True, locked_by=MemberFactory())
    editor.post(edit_address(story), story_form(title="乙的题目"))
    assert StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object().title == "原题"


def test_an_editor_of_one_column_can_not_open_another(signed_in):
    story = StoryPageFactory(title="别处的稿子")
    group = Group.objects.create(name="学习编辑")
    group.permissions.add(*Group.objects.get(name=EDITORS).permissions.all())
    own = Page.objects.child_of(home()).get(slug="xuexi")
    permission = GroupPagePermission.objects.first().permission
    GroupPagePermission.objects.create(group=group, page=own, permission=permission)
    member = MemberFactory()
    member.groups.add(group)
    client = signed_in(member)
    revision = story.save_revision()
    for address in (
        edit_address(story),
        reverse("wagtailadmin_pages:history", args=[story.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[story.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[story.pk, revision.pk]),
        reverse("wagtailadmin_pages:copy", args=[story.pk]),
    ):
        response = client.get(address)
        assert response.status_code in {302, 403, 404}, address
        assert "别处的稿子" not in response.content.decode()


def test_a_story_is_previewed_before_it_is_saved(editor):
    column = channel()
    address = reverse("wagtailadmin_pages:preview_on_add", args=["cms", "storypage", column.pk])
    assert editor.post(address, story_form(title="还没存过的题目")).json()["is_valid"]
    response = editor.get(address)
    assert response.status_code == 200
    assert "还没存过的题目" in response.content.decode()


def test_a_draft_is_previewed_at_the_width_of_a_phone(editor):
    story = StoryPageFactory(title="原题")
    assert story.preview_sizes[0]["device_width"] <= 400
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    assert editor.post(address, story_form(title="预览中的题目")).json()["is_valid"]
    response = editor.get(address)
    assert response.status_code == 200
    assert "预览中的题目" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_a_person_is_previewed_before_the_profile_is_public(editor):
    person = PersonFactory(live=False)
    HonourAwardFactory(person=person, honour__name="省劳动模范")
    address = reverse("wagtailsnippets_cms_person:preview_on_edit", args=[person.pk])
    form = {"name": person.name, "trade": "钳工", "bio": rich_text("<p></p>"), "pinyin": ""}
    editor.post(address, form)
    html = editor.get(address).content.decode()
    assert "钳工" in html
    assert "省劳动模范" in html


@pytest.mark.parametrize("model", ["person", "honour", "honouraward", "honourlist"])
def test_editors_find_every_screen_of_people_and_honours(editor, model):
    award = HonourAwardFactory(person__name="顾长岩")
    base = f"wagtailsnippets_cms_{model}"
    assert editor.get(reverse(f"{base}:list")).status_code == 200
    assert editor.get(reverse(f"{base}:list"), {"q": "顾"}).status_code == 200
    assert editor.get(reverse(f"{base}:add")).status_code == 200
    pk = {"person": award.person_id, "honour": award.honour_id, "honouraward": award.pk}.get(model)
    if pk:
        assert editor.get(reverse(f"{base}:edit", args=[pk])).status_code == 200


def test_people_are_found_by_chinese_name_in_the_desk(editor):
    PersonFactory(name="顾长岩"), PersonFactory(name="孟小禾")
    html = editor.get("/cms/snippets/cms/person/", {"q": "孟小"}).content.decode()
    assert "孟小禾" in html
    assert "顾长岩" not in html


@pytest.mark.reference_index
def test_the_report_of_revoked_awards_is_for_editors(editor):
    award = HonourAwardFactory(person__name="钱一凡", revoked=True, revoked_on=timezone.localdate())
    StoryPageFactory(title="写到此人", body=[("person", {"person": award.person})])
    address = reverse("revoked_awards_report")
    assert "写到此人" in editor.get(address).content.decode()
    assert editor.get(address, {"export": "xlsx"}).status_code == 200


def test_every_page_type_opens_for_editing(publisher):
    pages = [StoryPageFactory(), NoticePageFactory(), *Page.objects.child_of(home())]
    for page in pages:
        assert publisher.get(edit_address(page)).status_code == 200, page


def test_the_desk_carries_our_name_and_no_foreign_menu(editor):
    html = editor.get("/cms/").content.decode()
    assert "工声" in html
    assert "guide.wagtail.org" not in html


def test_a_notice_can_not_supersede_itself():
    notice = NoticePageFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticePage.objects.filter(pk=notice.pk).update(superseded_by=notice)


def test_setting_up_twice_changes_nothing():
    set_up_site()
    before = Page.objects.count(), Group.objects.count(), GroupPagePermission.objects.count()
    editors = Group.objects.get(name=EDITORS)
    editors.permissions.clear()
    set_up_site()
    after = Page.objects.count(), Group.objects.count(), GroupPagePermission.objects.count()
    assert before == after
    assert not editors.permissions.exists()


def test_a_new_person_starts_as_a_draft_when_saved(editor):
    response = editor.post(
        reverse("wagtailsnippets_cms_person:add"),
        {"name": "石磊", "bio": rich_text("<p></p>"), "consent": "on"},
    )
    assert response.status_code == 302
    assert not Person.objects.get(name="石磊").live


def test_who_publishes_a_person_without_consent_is_told_that_nobody_sees_them(publisher):
    address = reverse("wagtailsnippets_cms_person:add")
    form = {"bio": rich_text("<p></p>"), "action-publish": "yes"}
    hidden = publisher.post(address, {**form, "name": "石磊"}, follow=True).content.decode()
    shown = {**form, "name": "孟小禾", "consent": "on"}
    agreed = publisher.post(address, shown, follow=True).content.decode()
    assert Person.objects.get(name="石磊").live
    assert "石磊还没有同意公开" in hidden
    assert "孟小禾还没有同意公开" not in agreed
    listed = publisher.get("/cms/snippets/cms/person/").content.decode()
    assert "True" not in listed
    assert "False" not in listed


@pytest.mark.parametrize(
    "door", ["wagtailimages:add", "wagtaildocs:add", "wagtailimages_chooser:choose"]
)
def test_an_editor_fills_the_library(editor, door):
    assert editor.get(reverse(door)).status_code == 200


def test_an_editor_uploads_a_film_and_sees_what_others_uploaded(editor):
    SiteImageFactory(title="三号泊位")
    assert editor.get(reverse("wagtailmedia:add", args=["video"])).status_code == 200
    results = editor.get(reverse("wagtailimages_chooser:choose_results"))
    assert "三号泊位" in results.content.decode()


def test_a_person_is_picked_by_searching(editor):
    PersonFactory(name="秦守业")
    PersonFactory(name="顾长岩")
    chooser = reverse("wagtailsnippetchoosers_cms_person:choose")
    assert 'name="q"' in editor.get(chooser).json()["html"]
    results = reverse("wagtailsnippetchoosers_cms_person:choose_results")
    for words in ("守业", "qin shou", "qinshou"):
        found = editor.get(results, {"q": words}).content.decode()
        assert "秦守业" in found
        assert "顾长岩" not in found
    assert "没有找到“" in editor.get(results, {"q": "ouyang"}).content.decode()


def test_what_an_editor_hands_in_goes_to_the_publishers():
    set_up_site()
    set_up_site()
    task = GroupApprovalTask.objects.get()
    assert task.name == "签发"
    assert [group.name for group in task.groups.all()] == ["签发"]
    assert Workflow.objects.get().name == "签发流程"
    assert set(Group.objects.values_list("name", flat=True)) == {"编辑", "签发"}
