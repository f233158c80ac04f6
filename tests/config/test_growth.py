"""Lists whose rows come from several apps ask no more queries with more of them.

Every other list has such a test beside its own.
"""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.today import COMPETITIONS_SHOWN
from search import services as search
from tests.factories.cms import StoryPageFactory
from tests.factories.quiz import CertificateFactory, CompetitionFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(signed_in):
    member = MemberFactory()
    signed_in(member)
    return member


def assert_flat(count_queries, client, address, add):
    """`add` makes one row more; the page asks the same number of queries with five of them."""
    add()
    add()
    few = count_queries(lambda: client.get(address))
    for _each in range(3):
        add()
    assert client.get(address).status_code == 200
    assert count_queries(lambda: client.get(address)) == few


def test_own_certificates(client, member, count_queries):
    address = reverse("quiz:own_certificates")
    assert_flat(count_queries, client, address, lambda: CertificateFactory(member=member))


def test_competitions_of_a_unit(client, member, count_queries):
    OfficerRoleFactory(member=member, union=member.union)
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
    address = reverse("manage_competitions", args=[member.union.pk])
    assert_flat(count_queries, client, address, lambda: CompetitionFactory(**dates))


def test_my_page_looks_at_a_few_competitions_however_many_are_open(client, member, count_queries):
    CompetitionFactory.create_batch(COMPETITIONS_SHOWN)
    assert_flat(count_queries, client, "/me/", CompetitionFactory)


def test_results_of_the_search(client, settings, count_queries):
    settings.SEARCH_INDEX_DIR = Path(tempfile.mkdtemp(dir=settings.STATE_DIR))

    def add():
        StoryPageFactory()
        search.rebuild()

    assert_flat(count_queries, client, "/search/?q=弧光", add)
    assert "弧光" in client.get("/search/?q=弧光").content.decode()
