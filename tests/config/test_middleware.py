"""Bad input is refused at the door, the same on every database."""

import json

import pytest
from django.utils import translation

from media.models import SiteDocument
from tests.factories.media import SiteDocumentFactory

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


def test_a_request_is_answered_in_chinese_whatever_was_spoken_before(client):
    with translation.override("en"):
        client.get(LOGIN)
        assert translation.get_language() == "zh-hans"


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
def test_nul_in_a_query_is_a_clear_400(client, text):
    response = client.get(LOGIN, {"next": text})
    assert response.status_code == 400
    assert "无法识别的字符" in response.content.decode()


def test_nul_in_a_form_is_a_clear_400(client):
    response = client.post(LOGIN, {"login": "a\x00", "password": "x"})
    assert response.status_code == 400
    assert "无法保存的字符" in response.content.decode()


@pytest.mark.parametrize("body", [b"{broken", b"[]", b'{"a": NaN}', rb'{"a": "\ud800"}'])
def test_json_that_we_cannot_use_answers_400_in_json(client, body):
    response = client.post(LOGIN, body, content_type="application/json")
    assert response.status_code == 400
    answer = response.json()
    assert answer["code"] == "bad_json"
    assert answer["message_zh"]
    assert answer["retryable"] is False


@pytest.mark.parametrize("step", ["people/{}/", "stories/{}-slug/", "documents/{}/a.pdf", "{}"])
def test_an_identifier_beyond_every_database_is_a_missing_page(client, step):
    response = client.get("/" + step.format("1" + 20 * "0"))
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


@pytest.mark.parametrize("name", ["20260501123456789012.pdf", "20260501123456789012-1.pdf"])
def test_a_file_may_have_a_long_number_for_a_name(client, name):
    document = SiteDocumentFactory()
    SiteDocument.objects.update(original_name=name)
    document.refresh_from_db()
    assert "20260501123456789012" in document.url
    assert client.get(document.url).status_code == 200


def test_a_foreign_host_header_is_refused(client):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "\\\\evil.example", "javascript:x"]
)
def test_the_text_size_link_leads_nowhere_else(client, target):
    response = client.get("/text-size/l/", {"next": target})
    assert response["Location"] == "/"
    assert response.cookies["text"].value == "l"


def test_the_text_size_stays_on_the_page(client):
    client.get("/text-size/xl/", {"next": LOGIN})
    assert 'data-text="xl"' in client.get(LOGIN).content.decode()


def test_an_unknown_text_size_is_a_missing_page(client):
    assert client.get("/text-size/huge/").status_code == 404


def test_a_form_without_a_token_is_refused_with_advice(client):
    client.handler.enforce_csrf_checks = True
    response = client.post(LOGIN, {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "没有保存" in response.content.decode()


def test_the_public_policy_allows_no_other_host_and_no_inline_script(client):
    policy = client.get(LOGIN)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy


def test_json_may_load_nothing_at_all(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_health_answers_without_a_session(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_client_that_sends_json_gets_its_error_in_json(client):
    client.handler.enforce_csrf_checks = True
    response = client.post(LOGIN, json.dumps({}), content_type="application/json")
    assert response.status_code == 403
    assert response.json()["code"] == "csrf"
