"""A cache that is away costs time and nothing else."""

import socket
import time

import pytest
from django.core.cache import cache

from config import caches
from search.synonyms import synonym_pairs
from tests.factories.cms import StoryPageFactory
from tests.factories.unions import MemberFactory

PASSWORD = "an unusual password"


@pytest.fixture
def cache_at(settings, monkeypatch):
    """`cache_at(port)` makes a Redis at that port of this machine the site's cache."""
    monkeypatch.setattr(caches.RedisCache, "_told", float("-inf"))
    monkeypatch.setattr(caches.RedisCache, "_quiet_until", float("-inf"))

    def place(port):
        location = f"redis://127.0.0.1:{port}/0"
        settings.CACHES = {"default": {"BACKEND": "config.caches.RedisCache", "LOCATION": location}}

    return place


@pytest.fixture
def away(cache_at):
    """Nobody listens at the cache's port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        cache_at(taken.getsockname()[1])
        yield


def test_the_settings_take_this_cache_for_every_redis(settings):
    source = (settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8")
    assert "config.caches.RedisCache" in source
    assert "django.core.cache.backends.redis" not in source


def test_a_cache_that_is_away_is_an_empty_one(away):
    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", "else") == "else"
    assert cache.get_or_set("a", lambda: 2) == 2
    assert cache.get_many(["a"]) == {}
    assert "a" not in cache
    assert cache.add("a", 1)
    assert not cache.touch("a")
    assert not cache.delete("a")
    assert cache.set_many({"a": 1}) == ["a"]
    cache.delete_many(["a"])
    cache.clear()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_the_log_hears_of_it_once_in_a_while(away, caplog):
    for _time in range(5):
        cache.get("a")
    assert [record.name for record in caplog.records] == ["config.caches"]


def test_a_server_that_never_answers_is_not_waited_for(cache_at, monkeypatch):
    monkeypatch.setattr(caches, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache_at(silent.getsockname()[1])
        began = time.monotonic()
        assert [cache.get("a") for _time in range(200)] == [None] * 200
        assert time.monotonic() - began < 5


def test_a_server_that_never_answers_is_told_all_the_same_what_to_drop(cache_at, monkeypatch):
    monkeypatch.setattr(caches, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache_at(silent.getsockname()[1])
        cache.get("a")
        silent.settimeout(5)
        silent.accept()
        cache.delete("a")
        assert silent.accept()


@pytest.mark.django_db
def test_visitors_read_and_search_without_the_cache(away, settings, client):
    settings.PAGE_CACHE_SECONDS = 60
    story = StoryPageFactory(title="球罐车间")
    for address in (story.url, story.url, "/people/", "/search/", "/search/?q=球罐"):
        assert client.get(address).status_code == 200
    story.title = "新题目"
    story.save_revision().publish()
    assert "新题目" in client.get(story.url, follow=True).content.decode()
    assert synonym_pairs() == []


@pytest.mark.django_db
def test_members_sign_in_and_out_without_the_cache(away, client):
    member = MemberFactory(password=PASSWORD)
    form = {"login": member.username, "password": PASSWORD}
    assert client.post("/login/", form)["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    client.post("/logout/")
    assert client.get("/me/").status_code == 302
