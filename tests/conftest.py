"""Fixtures that every app's tests may use."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis
from playwright.sync_api import sync_playwright
from wagtail.signal_handlers import disable_reference_index_auto_update

from quiz import boards
from search.models import PendingSync
from tests.factories.cms import home

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}

# Machines are noisy: how long one example takes proves nothing.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")


def pytest_make_parametrize_id(config, val, argname):
    """Bytes are no name: some hold the time, and workers have to call each test the same."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items):
    """What asks no database has the same outcome with either, so CI runs it once."""
    for item in items:
        asks = DATABASE_FIXTURES.intersection(item.fixturenames)
        marked = any(item.get_closest_marker(name) for name in ("django_db", "browser"))
        if not asks and not marked:
            item.add_marker("either_database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The site stands in the database before the first test: making it costs more than most tests.

    A test with real transactions leaves an empty database behind; `home` then makes it anew.
    """
    with django_db_blocker.unblock():
        home()
        PendingSync.objects.all().delete()  # as if it had been indexed


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    boards.forget_totals()


@pytest.fixture(autouse=True)
def _no_reference_index(request):
    """Wagtail's list of what refers to what costs a third of each save; few tests read it."""
    if request.node.get_closest_marker("reference_index"):
        yield
    else:
        with disable_reference_index_auto_update():
            yield


@pytest.fixture
def browser(monkeypatch):
    """Headless Chromium; where there is none, the test is skipped, and fails in CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Debian's chromium")
        pytest.skip("no Chromium on this machine")
    # The browser's driver runs a loop in this thread; the database is used between its calls.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def signed_in(client):
    """`signed_in(member)` returns the client with that member's session."""

    def sign_in(member):
        client.force_login(member, backend="unions.auth.PhoneOrUsernameBackend")
        return client

    return sign_in


@pytest.fixture
def count_queries():
    """`count_queries(call)` returns how many statements `call` sends once caches are warm."""

    def count(call):
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
