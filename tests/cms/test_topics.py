"""Topics: what an editor put together, as far as readers may see it."""

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.factories.cms import (
    LessonPageFactory,
    StoryPageFactory,
    TopicPageFactory,
    VideoPageFactory,
)

pytestmark = pytest.mark.django_db


def html_of(client, topic):
    return client.get(topic.address).content.decode()


def test_sections_hold_their_articles_in_the_editors_order(client):
    first, second, third = StoryPageFactory(), LessonPageFactory(), VideoPageFactory()
    topic = TopicPageFactory(
        title="焊花", sections=[("甲组", [second, first]), ("看一看", [third])],
        body=[("paragraph", "<p>先看人，再看活。</p>")],
    )  # fmt: skip
    html = html_of(client, topic)
    marks = ["先看人", "甲组", second.title, first.title, "看一看", third.title]
    assert [html.index(mark) for mark in marks] == sorted(html.index(mark) for mark in marks)
    assert topic.address == f"/topics/{topic.slug}/"
    assert topic.address in client.get("/sitemap-topics.xml").content.decode()


def test_what_readers_may_not_see_is_left_out_and_so_is_a_section_of_nothing_else(client):
    shown = StoryPageFactory()
    draft, members, withdrawn = (
        StoryPageFactory(live=False),
        StoryPageFactory(),
        StoryPageFactory(withdrawn_on=timezone.localdate(), withdrawn_reason="失实"),
    )
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)
    hidden = [draft, members, withdrawn]
    topic = TopicPageFactory(sections=[("在的", [*hidden, shown]), ("空的", hidden)])
    html = html_of(client, topic)
    assert shown.title in html
    assert "空的" not in html
    assert not [page.title for page in hidden if page.title in html]


def test_a_topic_without_articles_says_so(client):
    assert "这个专题还在编" in html_of(client, TopicPageFactory())


def test_more_articles_take_no_more_queries(client, count_queries):
    few = TopicPageFactory(sections=[("一", [StoryPageFactory(), LessonPageFactory()])])
    many = TopicPageFactory(
        sections=[
            ("一", StoryPageFactory.create_batch(4)),
            ("二", [*LessonPageFactory.create_batch(3), StoryPageFactory()]),
        ]
    )
    html_of(client, few), html_of(client, many)
    assert count_queries(lambda: html_of(client, many)) == count_queries(
        lambda: html_of(client, few)
    )
