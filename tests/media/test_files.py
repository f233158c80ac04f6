"""Documents, sound, film and captions are judged by what they hold."""

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.errors import MediaError
from media.files import OLE, check_captions, check_document, check_media
from tests.factories.media import MP4_BYTES, PDF_BYTES, zip_bytes

ALLOWED = ["doc", "docx", "pdf", "ppt", "pptx", "txt", "xls", "xlsx", "zip"]
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def refusal(data: bytes, name: str, **options) -> str:
    with pytest.raises(MediaError) as raised:
        check_document(io.BytesIO(data), name, allowed=ALLOWED, **options)
    assert raised.value.message
    return raised.value.code


def link_out() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("shadow")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/shadow")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "2")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("通知.pdf", PDF_BYTES),
        ("通知.PDF", PDF_BYTES),
        ("表.docx", zip_bytes(WORD)),
        ("表.xlsx", zip_bytes(SHEET)),
        ("旧.doc", OLE + bytes(500)),
        ("海报.zip", zip_bytes({"海报/一.png": b"x", "说明.txt": b"y"})),
        ("说明.txt", "各市总工会".encode()),
        ("说明.txt", "各市总工会".encode("gb18030")),
    ],
)
def test_an_honest_document_passes_and_is_left_at_its_start(name, data):
    file = io.BytesIO(data)
    check_document(file, name, allowed=ALLOWED)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("page.html", HTML, "extension"),
        ("macro.docm", zip_bytes(WORD), "extension"),
        ("run.exe", b"MZ", "extension"),
        ("noextension", PDF_BYTES, "extension"),
        ("x.pdf.html", PDF_BYTES, "extension"),
        ("page.pdf", HTML, "wrong_type"),
        ("page.docx", HTML, "wrong_type"),
        ("page.txt", b"a\x00b", "wrong_type"),
        ("empty.pdf", b"", "wrong_type"),
        ("a.pdf", zip_bytes(WORD), "wrong_type"),
        ("sheet.docx", zip_bytes(SHEET), "wrong_type"),
        ("old.doc", PDF_BYTES, "wrong_type"),
        ("m.docx", zip_bytes(WORD | {"word/vbaProject.bin": b"x"}), "macro"),
        ("m.xls", OLE + "_VBA_PROJECT".encode("utf-16-le") + bytes(99), "macro"),
        ("m.zip", zip_bytes({"setup.exe": b"MZ"}), "macro"),
        ("m.zip", zip_bytes({"index.html": HTML}), "macro"),
        ("t.zip", zip_bytes({"../../etc/cron.d/x": b"x"}), "bad_archive"),
        ("t.docx", zip_bytes(WORD | {"/etc/passwd": b"x"}), "bad_archive"),
        ("t.zip", zip_bytes({"C:/x.txt": b"x"}), "bad_archive"),
        ("t.zip", zip_bytes({"..\\x.txt": b"x"}), "bad_archive"),
        ("l.zip", link_out(), "bad_archive"),
        ("d.zip", twice(), "bad_archive"),
        ("c.zip", zip_bytes(WORD)[:-30], "bad_archive"),
        ("bomb.zip", zip_bytes({"a.txt": bytes(70 * 1024 * 1024)}), "bad_archive"),
        ("bomb.docx", zip_bytes(WORD | {"word/x.xml": bytes(70 * 1024 * 1024)}), "bad_archive"),
    ],
)
def test_a_document_that_pretends_or_could_harm_is_refused(name, data, code):
    assert refusal(data, name) == code


def test_a_document_over_the_limit_is_refused():
    assert refusal(PDF_BYTES + bytes(2000), "x.pdf", max_bytes=2000) == "too_large"


@settings(deadline=None)
@given(st.binary(max_size=600), st.sampled_from(ALLOWED))
def test_any_bytes_end_in_a_pass_or_in_a_clear_refusal(data, kind):
    for head in (b"", b"PK\x03\x04", zip_bytes(WORD)):
        try:
            check_document(io.BytesIO(head + data), f"x.{kind}", allowed=ALLOWED)
        except MediaError as error:
            assert error.message  # noqa: PT017


@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [
        ("video", "a.mp4", MP4_BYTES),
        ("video", "a.webm", b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(80)),
        ("audio", "a.m4a", MP4_BYTES),
        ("audio", "a.mp3", b"ID3\x04" + bytes(80)),
        ("audio", "a.mp3", b"\xff\xfb\x90\x00" + bytes(80)),
        ("audio", "a.ogg", b"OggS" + bytes(80)),
    ],
)
def test_sound_and_film_pass_by_their_signature(kind, name, data):
    check_media(io.BytesIO(data), name, kind=kind)


@pytest.mark.parametrize(
    ("kind", "name", "data", "code"),
    [
        ("video", "a.mp4", HTML, "wrong_type"),
        ("video", "a.webm", b"\x1a\x45\xdf\xa3matroska" + bytes(80), "wrong_type"),
        ("audio", "a.mp3", HTML, "wrong_type"),
        ("audio", "a.mp3", b"", "wrong_type"),
        ("audio", "a.mp4", MP4_BYTES, "extension"),
        ("video", "a.avi", b"RIFF", "extension"),
        ("video", "a.svg", b"<svg/>", "extension"),
    ],
)
def test_what_is_no_sound_or_film_is_refused(kind, name, data, code):
    with pytest.raises(MediaError) as raised:
        check_media(io.BytesIO(data), name, kind=kind)
    assert raised.value.code == code


def test_a_film_over_the_limit_is_refused():
    with pytest.raises(MediaError) as raised:
        check_media(io.BytesIO(MP4_BYTES), "a.mp4", kind="video", max_bytes=100)
    assert raised.value.code == "too_large"


@pytest.mark.parametrize(
    "data",
    [b"WEBVTT", b"WEBVTT\n\n00:00.000 --> 00:02.000\nx", b"\xef\xbb\xbfWEBVTT - y\r\n\r\n"],
)
def test_captions_start_with_webvtt(data):
    check_captions(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"1\n00:00:00,000 --> 00:00:02,000\nx", "bad_captions"),
        (b"WEBVTTX\n", "bad_captions"),
        ("WEBVTT\n\n字幕".encode("gb18030"), "bad_captions"),
        (b"WEBVTT\n\x00", "bad_captions"),
        (b"WEBVTT\n" + b"x" * 1024 * 1024, "too_large"),
    ],
)
def test_other_captions_are_refused(data, code):
    with pytest.raises(MediaError) as raised:
        check_captions(io.BytesIO(data))
    assert raised.value.code == code
