"""Fixtures that every app's tests may use."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


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
