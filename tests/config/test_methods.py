"""Every public address × every method, for a visitor and a member: nothing unlisted, no fault."""

import re
from uuid import uuid4

import pytest
from django.urls import URLResolver, get_resolver

from quiz import services as quiz
from tests.factories.cms import (
    HonourAwardFactory,
    LessonQuestionFactory,
    NoticePageFactory,
    StoryPageFactory,
    TopicPageFactory,
    VideoPageFactory,
)
from tests.factories.helpdesk import EntryFactory
from tests.factories.quiz import CertificateFactory, CompetitionFactory, drawn_draw
from tests.factories.reading import HoldingFactory, LoanFactory, ReservationFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db

REFUSED = {302, 403, 404, 405}
NOT_OURS = ("cms/", "admin/")
# Addresses that only show something. Whoever adds an address puts it here or below.
READ = {
    "",
    "healthz",
    "readyz",
    "text-size/<str:size>/",
    "cms/login/",
    "admin/login/",
    "_util/login/",
    "media/<path:path>",
    r"^documents/(\d+)/(.*)$",
    r"documents/^(\d+)/(.*)$",
    r"^((?:[\w\-]+/)*)$",
    "login/inactive/",
    "2fa/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/download/",
    "search/",
    "search/suggest/",
    "competitions/",
    "competitions/mine/attempts/",
    "certificates/<str:code>/",
    "competitions/mine/certificates/",
    "competitions/mine/certificates/<str:code>/",
    "competitions/mine/certificates/<str:code>/certificate.pdf",
    "competitions/mine/certificates/<str:code>/certificate.svg",
    "competitions/mine/disputes/",
    "competitions/mine/mistakes/",
    "competitions/mine/mistakes.xlsx",
    "competitions/practice/",
    "competitions/<slug:slug>/",
    "competitions/<slug:slug>/rules/",
    "competitions/<slug:slug>/waiting/",
    "competitions/<slug:slug>/leaderboard/",
    "competitions/<slug:slug>/preview/<int:number>/",
    "competitions/<slug:slug>/paper/",
    "competitions/<slug:slug>/paper/key/",
    "competitions/<slug:slug>/leaderboard/screen/",
    "competitions/<slug:slug>/leaderboard.xlsx",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/result/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/paper.json",
    "competitions/<slug:slug>/draws/<int:pk>/",
    "competitions/<slug:slug>/draws/<int:pk>/verify/",
    "competitions/<slug:slug>/draws/<int:pk>/tickets.csv",
    "competitions/<slug:slug>/draws/<int:pk>/record.json",
    "ask/",
    "ask/categories/<slug:slug>/",
    "ask/<int:pk>/",
    "reading/",
    "reading/rooms/<int:pk>/",
    "reading/rooms/<int:pk>/door/",
    "reading/books/",
    "reading/books/<int:pk>/",
    "reading/loans/",
    "reading/loans/export.csv",
    "manage/",
    "manage/units/<int:unit_id>/",
    "manage/units/<int:unit_id>/export.csv",
    "manage/units/<int:unit_id>/export.xlsx",
    "manage/units/<int:unit_id>/people/",
    "manage/units/<int:unit_id>/competitions/",
    "manage/units/<int:unit_id>/competitions/<slug:slug>/",
    "manage/units/<int:unit_id>/competitions/<slug:slug>/report.xlsx",
    "manage/units/<int:unit_id>/people/import/template.xlsx",
    "channels/<slug:slug>/",
    "channels/<slug:slug>/feed/",
    "stories/",
    "stories/<int:pk>/",
    "stories/<int:pk>-<str:slug>/",
    "people/",
    "people/<int:pk>/",
    "honours/",
    "honours/<int:year>/<int:pk>/",
    "notices/",
    "notices/<int:pk>/",
    "videos/",
    "videos/<int:pk>/",
    "lessons/<int:pk>/",
    "topics/<slug:slug>/",
    "me/",
    "offline/",
    "feed/",
    "robots.txt",
    "sitemap.xml",
    "sitemap-<section>.xml",
}
# Views of packages that answer every method as they answer GET: nothing is written.
SHOWS_ANYWAY = {
    r"^((?:[\w\-]+/)*)$",
    "channels/<slug:slug>/feed/",
    "feed/",
    "sitemap.xml",
    "sitemap-<section>.xml",
}
# Addresses that take a form or a program's reply.
WRITE = {
    "login/",
    "logout/",
    "signup/",
    "password/",
    "reauthenticate/",
    "2fa/authenticate/",
    "2fa/reauthenticate/",
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/generate/",
    "documents/authenticate_with_password/<int:restriction_id>/",
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
    "me/nickname/",
    "competitions/practice/<str:mode>/",
    "competitions/practice/disputes/<int:question>/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/q/<int:number>/dispute/",
    "competitions/<slug:slug>/start/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/q/<int:number>/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/answers/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/answers/batch/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/submit/",
    "competitions/<slug:slug>/attempts/<uuid:uuid>/appeal/",
    "competitions/<slug:slug>/disqualification/",
    "competitions/<slug:slug>/draws/<int:pk>/wins/<int:place>/claim/",
    "ask/<int:pk>/feedback/",
    "lessons/<int:pk>/check/",
    "reading/rooms/<int:pk>/check-in/",
    "reading/checkin/<str:token>/",
    "reading/holdings/<int:pk>/borrow/",
    "reading/holdings/<int:pk>/reserve/",
    "reading/reservations/<int:pk>/cancel/",
    "reading/loans/<int:pk>/return/",
    "reading/loans/<int:pk>/renew/",
    "manage/units/<int:unit_id>/people/import/",
}


def routes(patterns, prefix=""):
    for pattern in patterns:
        part = str(pattern.pattern)
        if not isinstance(pattern, URLResolver):
            yield prefix + part
        elif prefix or part not in NOT_OURS:
            yield from routes(pattern.url_patterns, prefix + part)


def test_every_public_address_is_in_one_of_the_tables():
    assert set(routes(get_resolver().url_patterns)) == READ | WRITE
    assert not READ & WRITE


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def addresses(member):
    """Route → an address of it that leads to something, of the member's own where that matters."""
    story, award = StoryPageFactory(), HonourAwardFactory()
    competition = CompetitionFactory()
    attempt = quiz.start_attempt(competition=competition, member=member)
    holding = HoldingFactory(copies=3)
    slugs = {"competitions/": competition.slug, "topics/": TopicPageFactory().slug}
    numbers = {
        "competitions/": drawn_draw(competition, member).pk,
        "stories/": story.pk,
        "people/": award.person_id,
        "honours/": award.honour_id,
        "notices/": NoticePageFactory().pk,
        "videos/": VideoPageFactory().pk,
        "lessons/": LessonQuestionFactory().page_id,
        "ask/": EntryFactory(category__slug="laomo").pk,
        "reading/rooms/": holding.room_id,
        "reading/books/": holding.title_id,
        "reading/holdings/": holding.pk,
        "reading/reservations/": ReservationFactory(member=member).pk,
        "reading/loans/": LoanFactory(member=member).pk,
    }
    special = {
        r"^documents/(\d+)/(.*)$": "documents/1/a.pdf",
        r"documents/^(\d+)/(.*)$": "documents/1/a.pdf",
        r"^((?:[\w\-]+/)*)$": "",
    }
    others = {
        "unit_id": member.union_id,
        "year": award.year,
        "uuid": attempt.uuid,
        "number": 1,
        "question": 1,
        "place": 1,
        "size": "l",
        "token": "token",
        "mode": "daily",
        "code": CertificateFactory(member=member).code,
        "section": "pages",
        "path": "a.png",
        "restriction_id": 1,
        "page_view_restriction_id": 1,
        "page_id": story.pk,
    }

    def address(route):
        start = next((start for start in numbers if route.startswith(start)), None)
        slug = next((slugs[name] for name in slugs if route.startswith(name)), "laomo")
        known = others | {"pk": numbers.get(start), "slug": slug}
        return "/" + special.get(
            route, re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), route)
        )

    return {route: address(route) for route in sorted(READ | WRITE)}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("who", ["visitor", "member"])
def test_no_address_fails_and_what_only_shows_takes_nothing(
    method, who, addresses, member, client, signed_in
):
    taken = set()
    for route, address in addresses.items():
        if who == "member":
            signed_in(member)  # again each time: one of the addresses signs out
        response = client.generic(method, address)
        assert response.status_code < 500, (method, address)
        if method != "GET" and route in READ and response.status_code not in REFUSED:
            taken.add(route)
    assert taken <= SHOWS_ANYWAY, taken - SHOWS_ANYWAY


def test_an_attempt_that_is_nobody_s_is_missing_for_every_method(addresses, client, signed_in):
    signed_in(MemberFactory())
    for route, address in addresses.items():
        if "<uuid:uuid>" in route:
            strange = re.sub(r"attempts/[^/]+/", f"attempts/{uuid4()}/", address)
            for method in ("GET", "POST", "PUT", "DELETE"):
                assert client.generic(method, strange).status_code in {404, 405}, (method, route)
