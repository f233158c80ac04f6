"""Every error that a program meets has one shape, whichever part of the site says no."""

import json
import logging

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.urls import include, path, reverse

from quiz import services
from tests.factories.media import SiteMediaFactory, root_collection
from tests.factories.quiz import CompetitionFactory, ids_of
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
SHAPE = {"code", "message_zh", "retryable", "request_id"}


def crash(request):
    raise RuntimeError("a fault of ours")


def plain(request):
    return HttpResponse("kaputt", status=418)


urlpatterns = [
    path("crash/", crash),
    path("plain/", plain),
    path("", include(project.ROOT_URLCONF)),
]


def shape_of(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert response["Content-Length"] == str(len(response.content))
    body = response.json()
    assert body.keys() >= SHAPE
    assert body["code"] == code
    assert body["message_zh"]
    assert body["retryable"] is (status >= 500)
    assert response["X-Request-ID"] == body["request_id"]
    return body


@pytest.fixture
def ask(client):
    """`ask(address, **options)` gets an address as a program does."""

    def get(address, method="get", **headers):
        return getattr(client, method)(address, headers={"accept": "application/json", **headers})

    return get


@pytest.fixture
def send(client):
    """`send(address, body)` posts JSON, or raw bytes that should be."""

    def post(address, body, **options):
        raw = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(address, raw, content_type="application/json", **options)

    return post


@pytest.fixture
def attempt(signed_in):
    member = MemberFactory()
    signed_in(member)
    return services.start_attempt(competition=CompetitionFactory(), member=member)


def address_of(attempt, name="answers"):
    return reverse(f"quiz:{name}", args=[attempt.competition.slug, attempt.uuid])


def test_what_the_door_refuses(ask, send):
    shape_of(send("/login/", b"{broken"), 400, "bad_json")
    shape_of(ask("/login/?next=%00"), 400, "bad_text")
    shape_of(ask("/people/100000000000000000000/"), 404, "not_found")
    shape_of(ask("/", host="evil.example"), 400, "bad_request")
    shape_of(send("/login/", {}, headers={"content-length": "99999999999"}), 413, "too_large")


def test_a_form_without_a_token(client, send):
    client.handler.enforce_csrf_checks = True
    shape_of(send("/login/", {}), 403, "csrf")


def test_what_a_competition_refuses(client, send, ask, attempt):
    address = address_of(attempt)
    entry = {"question": 1, "sequence": 5, "options": ids_of(attempt, 1, right=True)}
    assert "request_id" not in send(address, entry).json()
    shape_of(send(address, entry | {"points": 9}), 400, "unknown_field")
    shape_of(send(address, entry | {"question": "1"}), 422, "bad_entry")
    shape_of(send(address, entry | {"question": 999}), 422, "no_such_question")
    older = send(address, entry | {"sequence": 1, "options": []})
    assert shape_of(older, 409, "stale")["options"] == entry["options"]
    shape_of(ask(address), 405, "method_not_allowed")
    assert "POST" in ask(address)["Allow"]
    services.submit_attempt(attempt=attempt)
    shape_of(send(address, entry | {"sequence": 9}), 410, "finished")
    client.logout()
    shape_of(send(address, entry), 401, "signed_out")


def test_what_belongs_to_another_member_is_missing(send, attempt, signed_in):
    signed_in(MemberFactory())
    shape_of(send(address_of(attempt), {}), 404, "not_found")
    shape_of(send(address_of(attempt, "answers_batch"), {}), 404, "not_found")


def test_what_the_library_refuses(ask):
    root_collection()
    shape_of(ask("/media/secret.txt"), 404, "not_found")
    shape_of(ask("/documents/1/x.pdf"), 404, "not_found")
    shape_of(ask(SiteMediaFactory().url, method="post"), 405, "method_not_allowed")


@pytest.mark.urls(__name__)
def test_a_crash_of_ours_says_nothing_of_itself(client, ask, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        response = ask("/crash/")
    body = shape_of(response, 500, "server_error")
    assert "fault" not in response.content.decode()
    assert body["request_id"] in caplog.text


@pytest.mark.urls(__name__)
def test_an_error_of_any_kind_has_the_shape_too(ask):
    shape_of(ask("/plain/"), 418, "refused")


def test_an_identifier_of_the_web_server_in_front_is_taken_over(ask):
    given = "0123456789abcdef-0123"
    assert ask("/nowhere/", **{"x-request-id": given}).json()["request_id"] == given
    for unfit in ("short", "x" * 65, "a b c d e f g h", "<script>alert</script>"):
        found = ask("/nowhere/", **{"x-request-id": unfit}).json()["request_id"]
        assert found != unfit
        assert len(found) == 32


def test_people_get_a_page_and_nothing_else_changes(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()
    assert not response.has_header("X-Request-ID")
    assert not client.get("/healthz").has_header("X-Request-ID")
