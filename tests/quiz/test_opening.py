"""Before the opening: a countdown, and pages that do not all come back in one second."""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from quiz import opening
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory

OPENS = datetime(2026, 5, 1, 9, tzinfo=UTC)
REFRESH = re.compile(r'http-equiv="refresh" content="(\d+)')


@given(st.floats(0, 3600), st.integers(1, 600), st.integers())
def test_a_page_comes_back_after_the_opening_and_within_the_spread(before, spread, seed):
    now = OPENS - timedelta(seconds=before)
    found = opening.reload_in(OPENS, now, spread=spread, rng=random.Random(seed))
    back = now + timedelta(seconds=found)
    assert OPENS + timedelta(seconds=1) <= back <= OPENS + timedelta(seconds=spread + 1)


def test_pages_made_at_one_moment_are_spread_evenly():
    rng = random.Random(1)
    found = Counter(
        opening.reload_in(OPENS, OPENS - timedelta(minutes=5), spread=30, rng=rng)
        for _page in range(30_000)
    )
    assert set(found) == set(range(301, 331))
    assert max(found.values()) < 1.15 * 1000


@pytest.mark.parametrize(
    ("minutes", "soon"), [(61, False), (59, True), (0.01, True), (0, False), (-5, False)]
)
def test_soon_is_the_last_hour_before_the_opening(minutes, soon):
    assert opening.is_soon(OPENS, OPENS - timedelta(minutes=minutes)) == soon


@pytest.fixture
def coming(db):
    cache.clear()
    return CompetitionFactory(opens_at=timezone.now() + timedelta(minutes=10))


def waiting(competition):
    return reverse("quiz:waiting", args=[competition.slug])


@pytest.mark.parametrize("page", ["home", "waiting"])
def test_the_page_counts_down_and_says_what_happens(coming, client, page):
    address = coming.get_absolute_url() if page == "home" else waiting(coming)
    found = [client.get(address).content.decode() for _visit in range(12)]
    times = [int(REFRESH.search(body)[1]) for body in found]
    assert all(10 * 60 - 30 < seconds <= 10 * 60 + 31 for seconds in times)
    assert len(set(times)) > 3
    assert "本页自己会更新" in found[0]
    assert "还有 10 分钟" in found[0]
    assert "data-countdown" in found[0]
    assert "js/countdown" in found[0]


def test_the_home_leads_to_the_waiting_page_and_that_back(coming, client):
    assert waiting(coming) in client.get(coming.get_absolute_url()).content.decode()
    body = client.get(waiting(coming)).content.decode()
    assert f"; url={coming.get_absolute_url()}" in body


def test_who_waits_costs_no_query_signed_in_or_not(coming, client, signed_in, count_queries):
    client.get(waiting(coming))
    assert count_queries(lambda: client.get(waiting(coming))) == 0
    signed_in(MemberFactory())
    assert count_queries(lambda: client.get(waiting(coming))) == 0


@pytest.mark.parametrize("minutes", [-10, 90])
def test_where_there_is_nothing_to_wait_for_the_page_leads_home(db, client, minutes):
    cache.clear()
    competition = CompetitionFactory(opens_at=timezone.now() + timedelta(minutes=minutes))
    assert client.get(waiting(competition)).url == competition.get_absolute_url()
    body = client.get(competition.get_absolute_url()).content.decode()
    assert not REFRESH.search(body)
    assert waiting(competition) not in body


def test_a_draft_has_no_waiting_page(coming, client):
    coming.published = False
    coming.save()
    assert client.get(waiting(coming)).status_code == 404
