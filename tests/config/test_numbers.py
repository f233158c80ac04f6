"""Numbers that no database holds, and numbers that are none, wherever an address takes one."""

import tempfile
from pathlib import Path

import pytest

from search import services as search
from tests.factories.cms import HonourAwardFactory, NoticePageFactory, StoryPageFactory
from tests.factories.helpdesk import EntryFactory
from tests.factories.quiz import CompetitionFactory
from tests.factories.reading import HoldingFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory
from unions.models import OfficerRole

pytestmark = pytest.mark.django_db

ODD = {
    "10**20": str(10**20),
    "2**63": str(2**63),
    "below zero": "-1",
    "zero": "0",
    "the least bigint": str(-(2**63)),
    "full-width": "１",
    "an exponent": "1e9",
    "a fraction": "1.5",
    "a square": "²",
    "nothing": "",
    "not a number": "nan",
    "5,000 digits": "9" * 5000,
    "3,000 ids": ",".join(map(str, range(3_000))),
}
# What is no whole number is refused before any database is asked, the same with each of them.
NUMBERS = ("10**20", "2**63", "below zero", "zero", "the least bigint")
# Page → the parameters that it reads, and what stands beside them so that they are looked at.
QUERIES = {
    "/search/?q=焊": ("page", "year", "unit", "type", "channel", "level", "sort", "long", "exact"),
    "/search/suggest/?": ("q",),
    "/channels/laomo/?": ("page", "year", "union"),
    "/videos/?": ("page", "year", "union"),
    "/notices/?": ("page", "year", "state"),
    "/people/?": ("page", "q"),
    "/honours/?": ("page", "year", "award", "level", "q"),
    "/honours/2026/{honour}/?": ("page", "year", "award", "level", "q"),
    "/sitemap.xml?": ("p",),
    "/sitemap-pages.xml?": ("p",),
    "/competitions/?": ("page",),
    "/competitions/mine/attempts/?": ("page",),
    "/competitions/mine/mistakes/?": ("page",),
    "/competitions/practice/daily/?": ("category",),
    "/competitions/{slug}/leaderboard/?": ("scope", "level", "by", "day", "page"),
    "/competitions/{slug}/leaderboard/?scope=union": ("level", "by", "page"),
    "/competitions/{slug}/leaderboard/?scope=industry": ("by",),
    "/competitions/{slug}/leaderboard/screen/?": ("scope", "level", "day"),
    "/competitions/{slug}/leaderboard.xlsx?scope=union": ("level", "by", "page"),
    "/competitions/{slug}/leaderboard.xlsx?": ("scope", "day"),
    "/ask/?q=工会": ("page", "q"),
    "/ask/categories/{heading}/?": ("page",),
    "/reading/?": ("page", "city"),
    "/reading/books/?": ("page", "room", "class"),
    "/reading/loans/?": ("page",),
    "/manage/?": ("unit",),
    "/manage/units/{unit}/?": ("period", "sort", "measure", "page"),
    "/manage/units/{unit}/export.csv?": ("period", "sort", "measure"),
    "/manage/units/{unit}/export.xlsx?": ("period", "sort", "measure"),
    "/manage/units/{unit}/competitions/?": ("page",),
    "/manage/units/{unit}/people/?": ("page", "q"),
}
PATHS = [
    "/certificates/{odd}/",
    "/competitions/mine/certificates/{odd}/",
    "/competitions/mine/certificates/{odd}/certificate.pdf",
    "/competitions/mine/certificates/{odd}/certificate.svg",
    "/competitions/practice/{odd}/",
    "/competitions/practice/daily/?answered={odd}",
    "/competitions/practice/category/?category={odd}",
    "/stories/{odd}/",
    "/stories/{odd}-x/",
    "/people/{odd}/",
    "/honours/{odd}/{honour}/",
    "/honours/2026/{odd}/",
    "/notices/{odd}/",
    "/videos/{odd}/",
    "/lessons/{odd}/",
    "/lessons/{odd}/check/",
    "/topics/{odd}/",
    "/channels/{odd}/",
    "/sitemap-{odd}.xml",
    "/documents/{odd}/x.pdf",
    "/documents/authenticate_with_password/{odd}/",
    "/_util/authenticate_with_password/{odd}/1/",
    "/_util/authenticate_with_password/1/{odd}/",
    "/competitions/{odd}/",
    "/competitions/{odd}/leaderboard/",
    "/competitions/{slug}/draws/{odd}/",
    "/competitions/{slug}/draws/{odd}/verify/",
    "/competitions/{slug}/draws/{odd}/tickets.csv",
    "/competitions/{slug}/draws/{odd}/record.json",
    "/competitions/{slug}/draws/1/wins/{odd}/claim/",
    "/competitions/{odd}/leaderboard/screen/",
    "/ask/{odd}/",
    "/ask/{odd}/feedback/",
    "/ask/categories/{odd}/",
    "/reading/rooms/{odd}/",
    "/reading/rooms/{odd}/check-in/",
    "/reading/rooms/{odd}/door/",
    "/reading/checkin/{odd}/",
    "/reading/books/{odd}/",
    "/reading/holdings/{odd}/borrow/",
    "/reading/holdings/{odd}/reserve/",
    "/reading/reservations/{odd}/cancel/",
    "/reading/loans/{odd}/return/",
    "/reading/loans/{odd}/renew/",
    "/manage/units/{odd}/",
    "/manage/units/{odd}/export.csv",
    "/manage/units/{odd}/export.xlsx",
    "/manage/units/{odd}/people/",
    "/manage/units/{odd}/competitions/",
    "/manage/units/{unit}/competitions/{odd}/",
    "/manage/units/{odd}/people/import/",
]
FINE = {200, 302, 400, 404}


def cases(of):
    """Parameters of a test, one for each of `of`."""
    either = pytest.mark.either_database
    return [case if case in NUMBERS else pytest.param(case, marks=either) for case in of]


@pytest.fixture
def known(signed_in, settings):
    """A site with something on every page, an officer signed in: what addresses may name."""
    settings.SEARCH_INDEX_DIR = Path(tempfile.mkdtemp(dir=settings.STATE_DIR))
    story = StoryPageFactory()
    NoticePageFactory()
    award = HonourAwardFactory()
    competition = CompetitionFactory()
    holding = HoldingFactory()
    search.rebuild()
    officer = MemberFactory(union=story.union)
    OfficerRoleFactory(member=officer, union=story.union, role=OfficerRole.Role.OFFICER)
    signed_in(officer)
    return {
        "honour": award.honour_id,
        "slug": competition.slug,
        "unit": story.union_id,
        "room": holding.room_id,
        "heading": EntryFactory().category.slug,
    }


def test_the_pages_are_there_when_the_numbers_are_good(client, known):
    for page in QUERIES:
        address = page.format(**known)
        assert client.get(address, follow=True).status_code == 200, address


@pytest.mark.parametrize("case", cases(ODD))
def test_no_parameter_breaks_a_page(client, known, case):
    for page, names in QUERIES.items():
        address, _mark, beside = page.format(**known).partition("?")
        given = dict([beside.split("=")] if beside else [])
        for name in names:
            response = client.get(address, given | {name: ODD[case]})
            assert response.status_code in FINE, (address, name)


@pytest.mark.parametrize("case", cases(case for case in ODD if ODD[case]))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_number_in_a_path_breaks_an_address(client, known, case, method):
    for path in PATHS:
        address = path.format(odd=ODD[case], **known)
        response = getattr(client, method)(address)
        assert response.status_code in FINE | ({405, 422} if method == "post" else set()), path
