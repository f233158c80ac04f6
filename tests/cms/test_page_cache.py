"""Visitors get kept pages; a change of content shows at once; nobody gets another's page."""

import pytest
import time_machine
from django.conf import settings as project
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import include, path
from wagtail.models import PageViewRestriction

from cms.page_cache import PageCacheMiddleware, for_visitors
from engagement.models import PageViews
from engagement.services import flush_counters, writer
from tests.factories.cms import PersonFactory, StoryPageFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@for_visitors
def with_a_script(request):
    return HttpResponse(f'<script nonce="{request.csp_nonce}"></script>')


@for_visitors
def with_a_form(request):
    return HttpResponse(get_token(request))


urlpatterns = [
    path("with-a-script/", with_a_script),
    path("with-a-form/", with_a_form),
    path("", include(project.ROOT_URLCONF)),
]


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


def test_a_saved_draft_drops_nothing_and_its_publication_does(client):
    story = StoryPageFactory(title="旧题目")
    for _ in range(2):
        client.get(story.url)
    story.title = "新题目"
    draft = story.save_revision()
    assert client.get(story.url).context is None
    draft.publish()
    assert "新题目" in client.get(story.url, follow=True).content.decode()


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


def test_a_kept_page_has_the_headers_of_a_fresh_one(client):
    story = StoryPageFactory()
    fresh, kept, elsewhere = client.get(story.url), client.get(story.url), Client().get(story.url)
    assert fresh.context is not None
    assert kept.context is None
    assert dict(kept.items()) == dict(elsewhere.items()) == dict(fresh.items())
    assert "default-src 'none'" in kept["Content-Security-Policy"]
    assert kept["X-Frame-Options"] == "DENY"
    assert kept["Vary"] == "Cookie"
    assert kept["Content-Length"] == str(len(kept.content))
    assert not kept.cookies


@pytest.mark.urls(__name__)
def test_a_page_with_a_nonce_is_made_for_each_visitor(client):
    one, other = client.get("/with-a-script/"), client.get("/with-a-script/")
    assert one.content != other.content
    for page in (one, other):
        nonce = page.content.decode().split('"')[1]
        assert f"'nonce-{nonce}'" in page["Content-Security-Policy"]


def test_a_kept_page_reads_no_session_and_runs_nothing_below(client, settings):
    story = StoryPageFactory()
    client.get(story.url)
    place = settings.MIDDLEWARE.index("cms.page_cache.PageCacheMiddleware")
    assert place < settings.MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    kept = client.get(story.url)
    assert not hasattr(kept.wsgi_request, "session")
    assert not hasattr(kept.wsgi_request, "user")


def test_every_process_stops_giving_out_a_page_once_content_changes(client):
    story, browsers = StoryPageFactory(title="旧题目"), [Client(), Client()]
    for browser in [*browsers, *browsers]:
        assert "旧题目" in browser.get(story.url).content.decode()
    story.title = "新题目"
    story.save_revision().publish()
    for browser in browsers:
        assert "新题目" in browser.get(story.url, follow=True).content.decode()


def test_a_kept_page_grows_no_older_than_was_set(client, settings):
    settings.PAGE_CACHE_SECONDS = 1
    story = StoryPageFactory()
    with time_machine.travel("2026-05-01 08:00+08:00", tick=False) as clock:
        client.get(story.url)
        assert client.get(story.url).context is None
        clock.shift(1)
        assert client.get(story.url).context is not None


def test_a_process_remembers_no_more_pages_than_it_may(client, monkeypatch):
    monkeypatch.setattr("cms.page_cache.REMEMBERED", 2)
    keeper = PageCacheMiddleware(lambda request: client.get(request.path))
    for story in StoryPageFactory.create_batch(5):
        client.get(story.url)
        keeper(client.get(story.url).wsgi_request)
        assert 1 <= len(keeper.remembered) <= 2


def test_an_unknown_text_size_leaves_no_page_to_those_with_a_known_one(client):
    story = StoryPageFactory()
    client.cookies["text"] = "xlarge"
    assert 'data-text="xl"' not in client.get(story.url).content.decode()
    client.cookies["text"] = "xl"
    assert 'data-text="xl"' in client.get(story.url).content.decode()


@pytest.mark.parametrize("size", ["zz", "s", "", "xlarge"])
def test_an_unknown_text_size_is_kept_as_the_usual_one(client, size):
    story = StoryPageFactory()
    client.get(story.url)
    client.cookies["text"] = size
    assert client.get(story.url).context is None


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("testserver", True),
        ("testserver:8000", True),
        ("127.0.0.1:8000", True),
        ("testserver:8001", False),
        ("TestServer", False),
        ("any.example.org", False),
    ],
)
def test_only_under_names_and_ports_of_the_settings_a_page_is_kept(client, settings, host, kept):
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["testserver", ".example.org", "127.0.0.1"]
    story = StoryPageFactory()
    for _ in range(2):
        response = client.get(story.url, headers={"host": host})
        assert response.status_code == 200
    assert (response.context is None) == kept


def test_a_kept_page_is_not_for_a_foreign_host_nor_in_the_open(client, settings):
    story = StoryPageFactory()
    client.get(story.url)
    assert client.get(story.url, headers={"host": "evil.example"}).status_code == 400
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(story.url).status_code == 301
    secure = Client().get(story.url, secure=True)
    assert f'content="https://testserver{story.url}' in secure.content.decode()


@pytest.mark.urls(__name__)
def test_a_page_with_a_form_is_made_for_each_visitor():
    tokens = [Client().get("/with-a-form/").cookies["csrftoken"].value for _ in range(2)]
    assert tokens[0] != tokens[1]


def test_only_a_plain_get_is_answered_from_what_was_kept(client):
    assert client.get("/people/").content == client.get("/people/").content != b""
    assert client.head("/people/").content == b""
    assert client.post("/people/").status_code == 405
    assert client.get("/people/", headers={"content-length": "99999999999"}).status_code == 413
