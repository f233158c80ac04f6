"""Uploads on their way out: ranges for players, downloads for the rest, nothing unasked."""

import io
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction

from media import services
from tests.factories.media import (
    MP4_BYTES,
    PDF_BYTES,
    SiteDocumentFactory,
    SiteImageFactory,
    SiteMediaFactory,
    picture_bytes,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def film():
    return SiteMediaFactory()


def test_a_film_is_sent_whole(client, film):
    response = client.get(film.url)
    assert response.status_code == 200
    assert body(response) == MP4_BYTES
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == str(len(MP4_BYTES))
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.has_header("Content-Disposition")
    assert not response.has_header("Access-Control-Allow-Origin")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-1", 0, 2),
        ("bytes=100-199", 100, 200),
        ("bytes=500-", 500, None),
        ("bytes=-10", -10, None),
        ("bytes=0-0", 0, 1),
        ("bytes=10-99999999", 10, None),
        ("bytes=-99999999", 0, None),
    ],
)
def test_a_part_of_a_film_is_sent_so_that_players_can_seek(client, film, asked, start, end):
    response = client.get(film.url, headers={"range": asked})
    wanted = MP4_BYTES[start:end]
    assert response.status_code == 206
    assert body(response) == wanted
    first = start if start >= 0 else len(MP4_BYTES) + start
    assert response["Content-Range"] == (
        f"bytes {first}-{first + len(wanted) - 1}/{len(MP4_BYTES)}"
    )
    assert response["Content-Length"] == str(len(wanted))


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=20-10"])
def test_a_range_outside_the_film_is_answered_with_416(client, film, asked):
    response = client.get(film.url, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(MP4_BYTES)}"


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=x-y", "bytes=0-1,5-9", "bytes=", "🙂"])
def test_a_range_that_makes_no_sense_is_ignored(client, film, asked):
    response = client.get(film.url, headers={"range": asked})
    assert response.status_code == 200
    assert body(response) == MP4_BYTES


def test_a_range_of_an_older_film_gets_the_whole_new_one(client, film):
    etag = client.get(film.url)["ETag"]
    part = client.get(film.url, headers={"range": "bytes=0-9", "if-range": etag})
    assert part.status_code == 206
    modified = client.get(film.url)["Last-Modified"]
    part = client.get(film.url, headers={"range": "bytes=0-9", "if-range": modified})
    assert part.status_code == 206
    whole = client.get(film.url, headers={"range": "bytes=0-9", "if-range": '"older"'})
    assert whole.status_code == 200
    assert body(whole) == MP4_BYTES


def test_what_the_browser_has_is_not_sent_again(client, film):
    etag = client.get(film.url)["ETag"]
    response = client.get(film.url, headers={"if-none-match": etag})
    assert response.status_code == 304
    assert body(response) == b""


def test_head_says_the_length_and_sends_nothing(client, film):
    response = client.head(film.url)
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(MP4_BYTES))
    assert body(response) == b""


def test_nothing_can_be_written_there(client, film):
    assert client.post(film.url).status_code == 405
    assert client.delete(film.url).status_code == 405


def test_a_rendition_is_sent_for_a_year_and_its_original_never(client):
    image = SiteImageFactory(size=(600, 400))
    rendition = image.get_rendition("fill-48x27|format-webp")
    response = client.get(rendition.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert "immutable" in response["Cache-Control"]
    assert Image.open(io.BytesIO(body(response))).size == (48, 27)
    assert client.get(image.file.url).status_code == 404


def test_a_rendition_costs_no_query_and_one_copy_serves_everyone(admin, count_queries):
    url = SiteImageFactory(size=(600, 400)).get_rendition("fill-48x27|format-webp").url
    assert count_queries(lambda: body(admin.get(url))) == 0
    assert not admin.get(url).has_header("Vary")


def test_captions_are_a_download_with_their_type(client):
    media = services.add_media(
        file=ContentFile(MP4_BYTES, name="a.mp4"),
        title="课",
        kind="video",
        captions=ContentFile(b"WEBVTT\n\n", name="字幕.vtt"),
    )
    response = client.get(media.captions.url)
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    "path",
    [
        "secret.txt",
        "documents/plan.pdf",
        "original_images/x.png",
        "wagtail_uploads/x.png",
        "media/of-no-film.mp4",
        "images/../documents/plan.pdf",
        "images/../../db.sqlite3",
        "images/%2e%2e/documents/plan.pdf",
        "images/..%2fdocuments/plan.pdf",
        "images//etc/passwd",
        "images/./x.webp",
        "images\\..\\documents\\plan.pdf",
        "images/",
        "images",
        "images/folder",
        "images/missing.webp",
        "images/" + "x" * 5000,
        "/etc/passwd",
    ],
)
def test_no_path_leads_to_anything_else(client, settings, path):
    root = settings.MEDIA_ROOT
    for name in (
        "secret.txt",
        "documents/plan.pdf",
        "original_images/x.png",
        "wagtail_uploads/x.png",
        "media/of-no-film.mp4",
        "images/x.webp",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"TOP-SECRET")
    (root / "images" / "folder").mkdir()
    (root.parent / "db.sqlite3").write_bytes(b"TOP-SECRET")
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert b"TOP-SECRET" not in body(response)


def test_a_document_is_a_download_that_can_do_nothing(client):
    document = SiteDocumentFactory(file=ContentFile(PDF_BYTES, name="安排 表.pdf"))
    assert document.file.name.startswith("documents/")
    assert "安排" not in document.file.name
    response = client.get(document.url)
    assert response.status_code == 200
    assert body(response) == PDF_BYTES
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert quote("安排 表.pdf") in response["Content-Disposition"]
    assert client.get(document.file.url).status_code == 404


def test_a_private_document_is_not_for_everyone(client, signed_in, editor):
    private = Collection.get_first_root_node().add_child(name="内部")
    document = SiteDocumentFactory(collection=private)
    CollectionViewRestriction.objects.create(
        collection=private, restriction_type=CollectionViewRestriction.LOGIN
    )
    response = client.get(document.url)
    assert response.status_code == 302
    assert "login" in response["Location"]
    assert body(signed_in(editor).get(document.url)) == PDF_BYTES


@pytest.fixture
def inner():
    """A collection for some, with one below it."""
    return Collection.get_first_root_node().add_child(name="内部")


def film_with_everything(collection):
    found = services.add_media(
        file=ContentFile(MP4_BYTES, name="a.mp4"),
        title="课",
        kind="video",
        captions=ContentFile(b"WEBVTT\n\n", name="字幕.vtt"),
        thumbnail=ContentFile(picture_bytes(), name="cover.png"),
    )
    found.collection = collection
    found.save()
    return [found.url, found.captions.url, found.thumbnail.url]


def restrict(collection, kind, **more):
    return CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=kind, **more
    )


def test_a_film_its_cover_and_captions_are_for_members_where_the_collection_says_so(
    client, signed_in, inner
):
    addresses = film_with_everything(inner.add_child(name="更里面"))
    restrict(inner, CollectionViewRestriction.LOGIN)
    for address in addresses:
        for answer in (client.get(address), client.head(address)):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/login/?next=")
        assert client.get(address, headers={"range": "bytes=0-1"}).status_code == 302
    member = signed_in(MemberFactory())
    for address in addresses:
        answer = member.get(address)
        assert body(answer)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-cache"


def test_a_film_is_for_some_groups_where_the_collection_says_so(client, signed_in, inner):
    address = film_with_everything(inner)[0]
    group = Group.objects.create(name="摄制组")
    restrict(inner, CollectionViewRestriction.GROUPS).groups.add(group)
    member = MemberFactory()
    assert signed_in(member).get(address).status_code == 302
    member.groups.add(group)
    assert body(client.get(address)) == MP4_BYTES


def test_a_film_is_for_those_with_the_password_where_the_collection_says_so(client, inner):
    address = film_with_everything(inner)[0]
    restriction = restrict(inner, CollectionViewRestriction.PASSWORD, password="芝麻")
    asked = client.get(address)
    assert "要口令" in asked.content.decode()
    assert "no-store" in asked["Cache-Control"]
    form = {"return_url": address}
    door = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
    client.post(door, form | {"password": "西瓜"})
    assert not client.get(address).streaming
    assert client.post(door, form | {"password": "芝麻"})["Location"] == address
    assert body(client.get(address)) == MP4_BYTES


def test_a_film_costs_the_same_few_queries_however_many_there_are(client, film, count_queries):
    few = count_queries(lambda: body(client.get(film.url)))
    SiteMediaFactory.create_batch(3)
    assert count_queries(lambda: body(client.get(film.url))) == few <= 4


def test_a_document_under_another_name_or_number_is_missing(client):
    document = SiteDocumentFactory()
    assert client.get(document.url.replace(".pdf", ".html")).status_code == 404
    assert client.get("/documents/999999/x.pdf").status_code == 404
