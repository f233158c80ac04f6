"""A body that is too large is refused by its length, before a byte of it is read."""

import pytest
from django.test import RequestFactory

from config.middleware import BodyLimitMiddleware
from tests.factories.unions import MemberFactory

MIB = 1024 * 1024


class Untouchable:
    """A body that fails the test when somebody reads it."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = readlines = __iter__ = read


def post(client, path, length):
    return client.post(
        path,
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Untouchable()},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/cms/images/add/", "/documents/", "/cms/media/"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(client, path):
    response = post(client, path, 100 * MIB)
    assert response.status_code == 413
    assert "上传的内容过大，这里最多 25 MB" in response.content.decode()


@pytest.mark.django_db
def test_a_program_gets_the_refusal_as_json(client):
    response = client.post(
        "/x", data=b"x", content_type="application/json", CONTENT_LENGTH=str(100 * MIB)
    )
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"
    assert response.json()["retryable"] is False


def passes(request) -> bool:
    answers = []
    BodyLimitMiddleware(answers.append)(request)
    return bool(answers)


def film_request(client, length, path="/cms/media/video/add/"):
    request = RequestFactory().post(path, CONTENT_LENGTH=str(length))
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


@pytest.mark.django_db
def test_a_film_may_be_larger_for_those_who_are_signed_in(client, signed_in):
    assert not passes(film_request(client, 400 * MIB))
    signed_in(MemberFactory())
    assert passes(film_request(client, 400 * MIB))
    assert not passes(film_request(client, 600 * MIB))
    assert not passes(film_request(client, 400 * MIB, path="/cms/images/add/"))


@pytest.mark.parametrize(
    ("length", "passed"),
    [("", True), ("0", True), (str(25 * MIB), True), (str(25 * MIB + 1), False)]
    + [(text, False) for text in ("-1", "1e9", "٣", "9" * 400)],
)
@pytest.mark.django_db
def test_a_length_is_a_number_up_to_the_limit(length, passed):
    assert passes(RequestFactory().post("/x", CONTENT_LENGTH=length)) is passed
