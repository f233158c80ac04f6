"""A page that a reader was shown counts once, by whatever address; anything else does not."""

import pytest
from wagtail.models import PageViewRestriction

from engagement import services
from engagement.models import PageViews
from tests.factories.cms import NoticePageFactory, StoryPageFactory, home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_spool(settings, tmp_path):
    settings.COUNTER_DIR = tmp_path
    yield
    services.writer().close()


def views() -> dict[int, int]:
    services.writer().close()
    services.flush_counters()
    return dict(PageViews.objects.values_list("page_id", "views"))


def test_stories_notices_and_the_front_page_are_counted(client):
    story, notice = StoryPageFactory(), NoticePageFactory()
    for address in (story.address, story.address, notice.address, "/"):
        assert client.get(address).status_code == 200
    assert views() == {story.pk: 2, notice.pk: 1, home().pk: 1}


def test_a_view_counts_for_the_union_that_publishes(client):
    story = StoryPageFactory()
    client.get(story.address)
    views()
    assert PageViews.objects.get().union_id == story.union_id


def test_what_was_not_shown_is_not_counted(client):
    draft, closed, moved = StoryPageFactory(live=False), StoryPageFactory(), StoryPageFactory()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.PASSWORD)
    for address in (draft.address, closed.address, f"/stories/{moved.pk}/"):
        client.get(address)
    client.head(moved.address)
    assert views() == {}
