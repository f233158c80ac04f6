"""Documents, sound and film through the admin's doors."""

import io
import struct

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection

from media import services
from media.errors import MediaError
from media.models import SiteDocument, SiteMedia
from tests.factories.media import MP4_BYTES, PDF_BYTES, SiteDocumentFactory, picture_bytes
from tests.media.test_pictures import HTML, photograph

pytestmark = pytest.mark.django_db


def root() -> int:
    return Collection.get_first_root_node().pk


def mp3(seconds: int) -> bytes:
    """Silent MPEG-1 layer III frames of 128 kbit/s and 44.1 kHz."""
    frame = struct.pack(">I", 0xFFFB9064) + bytes(413)
    return frame * int(seconds * 44_100 / 1152)


def add_document(client, name, data):
    return client.post(
        reverse("wagtaildocs:add"),
        {
            "title": "附件",
            "collection": root(),
            "tags": "",
            "file": SimpleUploadedFile(name, data),
        },
    )


def add_media(client, kind, name, data, **more):
    form = {"title": "一课", "collection": root(), "tags": "", "duration": ""} | more
    return client.post(
        reverse("wagtailmedia:add", args=(kind,)),
        form | {"file": SimpleUploadedFile(name, data)},
    )


def test_a_document_is_stored_under_a_random_name_and_keeps_its_own_for_the_download(admin):
    assert add_document(admin, "全民阅读\u202e 安排.pdf", PDF_BYTES).status_code == 302
    document = SiteDocument.objects.get()
    assert document.filename == "全民阅读 安排.pdf"
    assert "全民" not in document.file.name
    assert document.file_hash


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.html", HTML, "扩展名"),
        ("x.pdf", HTML, "文件内容与扩展名不符"),
        ("x.docm", b"PK\x03\x04", "扩展名"),
        ("x.zip", b"PK\x03\x04broken", "压缩内容不安全或已损坏"),
    ],
)
def test_a_bad_document_is_an_error_at_its_field(admin, name, data, message):
    response = add_document(admin, name, data)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"file"}
    assert SiteDocument.objects.count() == 0


def test_several_documents_at_once_are_judged_too(admin):
    response = admin.post(
        reverse("wagtaildocs:add_multiple"),
        {"files[]": SimpleUploadedFile("x.pdf", HTML), "collection": root()},
    )
    assert "文件内容与扩展名不符" in response.json()["error_message"]
    assert SiteDocument.objects.count() == 0


def test_the_services_judge_documents():
    document = services.add_document(
        file=ContentFile(PDF_BYTES, name="a.pdf"), title="安排表", name="../../表.pdf"
    )
    assert document.filename == "表.pdf"
    assert document.file_size == len(PDF_BYTES)
    with pytest.raises(MediaError):
        services.add_document(file=ContentFile(HTML, name="a.pdf"), title="x")


def test_a_renamed_document_keeps_its_address(admin):
    document = SiteDocumentFactory()
    before = document.url
    document.title = "另一个标题"
    document.save()
    assert SiteDocument.objects.get().url == before


def test_a_sound_gets_its_length_from_the_file(admin):
    assert add_media(admin, "audio", "朗读.mp3", mp3(9)).status_code == 302
    media = SiteMedia.objects.get()
    assert 8.5 <= media.duration <= 9.5
    assert "朗读" not in media.file.name


def test_a_length_that_was_typed_stays(admin):
    add_media(admin, "audio", "a.mp3", mp3(2), duration="33")
    assert SiteMedia.objects.get().duration == 33


def test_a_film_takes_captions_and_a_cover_that_is_drawn_anew(admin):
    response = add_media(
        admin,
        "video",
        "a.mp4",
        MP4_BYTES,
        captions=SimpleUploadedFile("字幕.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nx"),
        thumbnail=SimpleUploadedFile("cover.jpg", photograph() + HTML),
    )
    assert response.status_code == 302
    media = SiteMedia.objects.get()
    assert media.captions.name.endswith(".vtt")
    with media.thumbnail.open() as file:
        data = file.read()
    assert b"Spycam" not in data
    assert b"script" not in data
    assert Image.open(io.BytesIO(data)).size == (40, 60)


@pytest.mark.parametrize(
    ("field", "more", "name", "data"),
    [
        ("file", {}, "a.mp4", HTML),
        ("captions", {"captions": ("x.vtt", b"1\n00:00:00,000")}, "a.mp4", MP4_BYTES),
        ("thumbnail", {"thumbnail": ("x.png", HTML)}, "a.mp4", MP4_BYTES),
    ],
)
def test_a_bad_part_of_a_film_is_an_error_at_its_field(admin, field, more, name, data):
    parts = {key: SimpleUploadedFile(*value) for key, value in more.items()}
    response = add_media(admin, "video", name, data, **parts)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert SiteMedia.objects.count() == 0


def test_the_admin_of_sound_and_film_speaks_chinese(admin):
    services.add_media(
        file=ContentFile(MP4_BYTES, name="a.mp4"),
        title="一课",
        kind="video",
        thumbnail=ContentFile(picture_bytes(), name="a.png"),
    )
    for name, args, words in (
        ("index", (), ("媒体", "添加音频", "添加视频", "视频文件")),
        ("add", ("video",), ("添加视频", "持续秒数", "封面", "字幕（WebVTT）", "上传")),
        ("add", ("audio",), ("添加音频", "文件", "标签")),
        ("edit", (SiteMedia.objects.get().pk,), ("编辑", "文件大小", "用途", "已使用0次")),
    ):
        response = admin.get(reverse(f"wagtailmedia:{name}", args=args))
        assert response.status_code == 200
        for word in words:
            assert word in response.content.decode()
