"""Visitors get kept pages; a change of content shows at once; nobody gets another's page."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from engagement.models import PageViews
from engagement.services import flush_counters, writer
from tests.factories.cms import PersonFactory, StoryPageFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_for_a_minute(settings):
    settings.PAGE_CACHE_SECONDS = 60


def test_the_second_visitor_costs_no_query(client, count_queries):
    story = StoryPageFactory()
    first = client.get(story.url).content
    assert count_queries(lambda: client.get(story.url)) == 0
    assert client.get(story.url).content == first


def test_a_publish_shows_at_once_on_the_page_and_on_the_list(client):
    story = StoryPageFactory(title="旧题目")
    channel = story.get_parent().specific.address
    assert "旧题目" in client.get(story.url).content.decode()
    assert "旧题目" in client.get(channel).content.decode()
    story.title = "新题目"
    story.save_revision().publish()
    assert "新题目" in client.get(story.url, follow=True).content.decode()
    assert "新题目" in client.get(channel).content.decode()


def test_an_unpublished_or_restricted_page_is_gone_at_once(client):
    story, other = StoryPageFactory(), StoryPageFactory()
    assert client.get(story.url).status_code == client.get(other.url).status_code == 200
    story.unpublish()
    PageViewRestriction.objects.create(page=other, restriction_type="login")
    assert client.get(story.url).status_code == 404
    assert client.get(other.url).status_code == 302


def test_a_withdrawn_consent_empties_the_profile_at_once(client):
    person = PersonFactory(name="石磊")
    assert "石磊" in client.get(person.address).content.decode()
    person.consent = False
    person.save()
    assert "石磊" not in client.get(person.address).content.decode()


def test_a_member_neither_gets_nor_leaves_a_kept_page(client, signed_in):
    story = StoryPageFactory()
    client.get(story.url)
    assert "周默" in signed_in(MemberFactory(display_name="周默")).get(story.url).content.decode()
    assert "周默" not in Client().get(story.url).content.decode()


def test_each_text_size_is_kept_by_itself(client):
    story = StoryPageFactory()
    assert 'data-text="xl"' not in client.get(story.url).content.decode()
    client.cookies["text"] = "xl"
    assert 'data-text="xl"' in client.get(story.url).content.decode()


def test_a_kept_page_is_counted_as_often_as_it_is_read(client, settings, tmp_path):
    settings.COUNTER_DIR = tmp_path
    story = StoryPageFactory()
    for _ in range(3):
        client.get(story.url)
    writer().close()
    flush_counters()
    assert PageViews.objects.total_of(story.pk) == 3
