"""The text of attachments: drawn out apart from the worker, whatever the file holds."""

import io
import os
import time
import zlib
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from media import services, tasks
from media.files import check_document
from media.models import DocumentText, SiteDocument
from media.reader import Reading, read_text
from tests.factories.media import (
    PDF_BYTES,
    SiteDocumentFactory,
    docx_bytes,
    pdf_bytes,
    root_collection,
    zip_bytes,
)
from tests.factories.unions import MemberFactory

LIMITS = {
    "MAX_MB": 20,
    "MAX_PAGES": 500,
    "MAX_CHARACTERS": 100_000,
    "SECONDS": 20,
    "MEMORY_MB": 512,
}
BODY = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def read(data: bytes, kind: str, **limits) -> Reading:
    return read_text(io.BytesIO(data), kind, limits=LIMITS | limits)


def locked(data: bytes, password: str, **options) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, owner_password="owner", **options)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


# What an honest file gives


def test_the_text_of_a_pdf_is_read_page_by_page():
    assert read(pdf_bytes("一年一度的读书活动", "第二页：报名表"), "pdf") == Reading(
        "一年一度的读书活动\n第二页：报名表"
    )


def test_the_text_of_a_word_file_is_read_with_tables_and_notes_and_without_what_was_struck_out():
    body = (
        BODY.format("活动安排")
        + "<w:p><w:r><w:t>前面</w:t><w:tab/><w:t>后面</w:t></w:r></w:p>"
        + "<w:p><w:del><w:r><w:delText>划去的话</w:delText></w:r></w:del></w:p>"
        + f"<w:tbl><w:tr><w:tc>{BODY.format('姓名')}</w:tc></w:tr></w:tbl>"
    )
    note = f"<w:footnote>{BODY.format('脚注的话')}</w:footnote>"
    data = docx_bytes(
        body,
        **{
            "word/footnotes.xml": note,
            "word/comments.xml": BODY.format("批注：领导没有同意"),
        },
    )
    assert read(data, "docx") == Reading("活动安排\n前面 后面\n姓名\n脚注的话")


def test_a_text_box_is_read_once_though_it_stands_there_twice():
    twice = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{BODY.format('框里')}</mc:Choice>"
        f"<mc:Fallback>{BODY.format('框里')}</mc:Fallback></mc:AlternateContent>"
    )
    assert read(docx_bytes(twice), "docx").text == "框里"


def test_a_pdf_that_is_locked_against_changes_alone_is_read():
    assert read(locked(pdf_bytes("可以看的"), ""), "pdf").text == "可以看的"


# What a bad or hostile one gives


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("pdf", locked(pdf_bytes("看不见的"), "open-sesame"), "encrypted"),
        ("pdf", locked(pdf_bytes("看不见的"), "open-sesame", algorithm="AES-256"), "encrypted"),
        ("pdf", b"", "damaged"),
        ("pdf", b"%PDF-1.7\n" + os.urandom(5000), "damaged"),
        ("pdf", pdf_bytes("半截")[:400], "damaged"),
        ("pdf", PDF_BYTES, "damaged"),
        ("pdf", pdf_bytes(""), "empty"),
        ("docx", b"", "damaged"),
        ("docx", docx_bytes(BODY.format("半截"))[:-40], "damaged"),
        ("docx", zip_bytes({"[Content_Types].xml": b"<Types/>"}), "damaged"),
        ("docx", docx_bytes("<w:p>"), "damaged"),
        ("docx", docx_bytes("<w:p>" * 3000 + "</w:p>" * 3000), "damaged"),
        ("docx", docx_bytes(""), "empty"),
    ],
)
def test_what_cannot_be_read_is_named(kind, data, reason):
    assert read(data, kind) == Reading(reason=reason)


def test_entities_in_a_word_file_open_nothing_and_multiply_nothing():
    for entity in ('<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a "十十十十十十十十十">'):
        xml = f"<!DOCTYPE x [{entity}]>"
        assert read(docx_bytes(BODY.format("&a;"), doctype=xml), "docx").reason == "damaged"


def test_a_word_file_that_unpacks_without_end_is_stopped_and_what_came_before_is_kept():
    """Small enough for the upload's own rule, which lets 64 megabytes pass."""
    padding = f'<w:bookmark w:name="{"x" * 5_000}"/>' * 10_000
    bomb = docx_bytes(f"{BODY.format('开头的话')}<w:p>{padding}</w:p>")
    assert len(bomb) < 1024 * 1024
    check_document(io.BytesIO(bomb), "x.docx", allowed=["docx"])
    assert read(bomb, "docx") == Reading("开头的话", "unpacked")


def test_a_pdf_with_an_endless_stream_ends_in_time_and_memory():
    stream = zlib.compress(bytes(2_000_000_000 // 10), 9)
    for _again in range(2):
        stream = zlib.compress(stream, 9)
    filters = "[/FlateDecode /FlateDecode /FlateDecode]"
    began = time.monotonic()
    reading = read(pdf_bytes("开头", raw_last_page=(stream, filters)), "pdf")
    assert time.monotonic() - began < LIMITS["SECONDS"] + 5
    assert reading.text in ("开头", "")


def test_a_pdf_that_takes_too_long_is_killed_and_its_first_pages_are_kept():
    slow = b"BT /F1 12 Tf " + b"1 0 0 1 0 0 Tm (a) Tj " * 400_000 + b"ET"
    pages = pdf_bytes(*["开头的一页"] * 3, raw_last_page=(slow, ""), repeat_last=50)
    began = time.monotonic()
    reading = read(pages, "pdf", SECONDS=4)
    assert time.monotonic() - began < 12
    assert reading.reason == "time"


def test_a_pdf_of_5000_pages_is_read_up_to_the_limit():
    pages = pdf_bytes(*[f"第{number}页" for number in range(5000)])
    reading = read(pages, "pdf", MAX_PAGES=40)
    assert reading.reason == "pages"
    assert reading.text.splitlines() == [f"第{number}页" for number in range(40)]


def test_no_more_than_so_many_characters_are_kept():
    data = docx_bytes(BODY.format("字" * 900) * 200)
    reading = read(data, "docx", MAX_CHARACTERS=1000)
    assert reading.reason == "characters"
    assert len(reading.text.replace("\n", "")) == 999


def test_a_file_beyond_the_limit_of_bytes_is_not_even_opened():
    assert read(b"x" * (1024 * 1024 + 1), "pdf", MAX_MB=1) == Reading(reason="bytes")


def test_memory_is_limited_by_the_kernel():
    data = docx_bytes(f"<w:p><w:r><w:t>{'字' * 9_000_000}</w:t></w:r></w:p>")
    assert read(data, "docx", MEMORY_MB=48).reason in {"memory", "damaged"}
    assert read(data, "docx").reason == "characters"


def test_reading_leaves_no_process_and_sees_no_secret(monkeypatch, tmp_path):
    spy = tmp_path / "spy.py"
    spy.write_text("import os,sys\nsys.stdout.write('环境：' + ','.join(os.environ))")
    monkeypatch.setattr("media.reader.PROGRAM", spy)
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert "DATABASE_URL" not in read(b"x", "pdf").text
    spy.write_text("import time\ntime.sleep(600)")
    monkeypatch.setattr("media.reader.PATIENCE", 1)
    began = time.monotonic()
    assert read(b"x", "pdf", SECONDS=0).reason == "time"
    assert time.monotonic() - began < 5


@settings(max_examples=8, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["pdf", "docx"]))
def test_any_bytes_end_in_a_reading(data, kind):
    head = {"pdf": b"%PDF-1.4\n", "docx": docx_bytes(BODY.format("x"))[:60]}[kind]
    assert read(head + data, kind, SECONDS=10).reason


# The order in the database


@pytest.fixture
def uploaded(db):
    """`uploaded(data, name)` adds a document and lets the worker do what it was told."""

    root_collection()

    def upload(data=None, name="安排.docx"):
        document = services.add_document(
            file=ContentFile(data or docx_bytes(BODY.format("附件里的话")), name=name),
            title="安排",
        )
        work()
        return document

    return upload


def work():
    for text in DocumentText.objects.filter(state="pending"):
        tasks.read_document(text.pk)


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_read_after_the_commit():
    document = SiteDocumentFactory(
        file=ContentFile(docx_bytes(BODY.format("提交之后")), name="安排.docx")
    )
    assert DocumentText.objects.get(document=document).text == "提交之后"


def test_an_upload_orders_the_reading_in_the_same_transaction(db):
    document = SiteDocumentFactory()
    assert document.text.state == "pending"
    assert document.text.source == document.file.name


@pytest.mark.parametrize("name", ["表.xlsx", "说明.txt"])
def test_other_kinds_have_no_text(uploaded, name):
    data = zip_bytes({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"})
    uploaded(data if name.endswith("xlsx") else "说明".encode(), name)
    assert not DocumentText.objects.exists()


def test_the_old_word_format_is_refused_with_advice(uploaded):
    document = uploaded(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧.doc")
    document.text.refresh_from_db()
    assert (document.text.state, document.text.reason) == ("failed", "old_word")
    assert ".docx" in document.text.outcome


def test_reading_twice_changes_nothing(uploaded):
    document = uploaded()
    text = DocumentText.objects.get(document=document)
    assert (text.state, text.text, text.attempts) == ("done", "附件里的话", 1)
    tasks.read_document(text.pk)
    tasks.read_document(0)
    text.refresh_from_db()
    assert text.attempts == 1


def test_a_saved_title_orders_nothing_and_a_new_file_orders_anew(uploaded):
    document = SiteDocument.objects.get(pk=uploaded().pk)
    document.title = "另一个标题"
    document.save()
    assert DocumentText.objects.get().state == "done"
    document.file = ContentFile(docx_bytes(BODY.format("新的话")), name="新.docx")
    document.save()
    text = DocumentText.objects.get()
    assert (text.state, text.text) == ("pending", "")
    work()
    text.refresh_from_db()
    assert text.text == "新的话"
    document.file = ContentFile("说明".encode(), name="说明.txt")
    document.save()
    assert not DocumentText.objects.exists()


def test_what_was_read_of_a_file_that_was_replaced_meanwhile_is_dropped(uploaded, monkeypatch):
    document = SiteDocumentFactory()
    stale = DocumentText.objects.get()

    def replaced_while_reading(*_args, **_options):
        DocumentText.objects.filter(pk=stale.pk).update(source="documents/new.pdf")
        return Reading("旧文件的话")

    monkeypatch.setattr(services, "read_text", replaced_while_reading)
    services.read_document(text=stale)
    document.text.refresh_from_db()
    assert (document.text.state, document.text.text) == ("pending", "")


def test_what_a_lost_message_or_a_dead_worker_left_is_sent_again_once(db, monkeypatch):
    SiteDocumentFactory()
    sent = []
    monkeypatch.setattr(services, "order_text", sent.append)
    assert services.resend_texts() == 0, "its own message may still be under way"
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert services.resend_texts() == 1
        assert services.resend_texts() == 0
    assert sent == [DocumentText.objects.get().pk]


def test_documents_that_were_there_before_are_read_too(db, monkeypatch):
    SiteDocumentFactory()
    DocumentText.objects.all().delete()
    services.resend_texts()
    assert DocumentText.objects.get().state == "pending"


def test_a_file_out_of_reach_is_tried_again_and_given_up_in_the_end(db):
    document = SiteDocumentFactory()
    document.file.storage.delete(document.file.name)
    for _time in range(services.MOST_TRIES):
        work()
        assert DocumentText.objects.get().state == "pending"
    work()
    text = DocumentText.objects.get()
    assert (text.state, text.reason) == ("failed", "unreachable")


def test_a_file_that_takes_its_worker_with_it_is_given_up(db, monkeypatch):
    SiteDocumentFactory()

    class Killed(BaseException):
        pass

    def die(*_args, **_options):
        raise Killed

    monkeypatch.setattr(services, "read_text", die)
    for _time in range(services.MOST_TRIES):
        with pytest.raises(Killed):
            work()
    work()
    text = DocumentText.objects.get()
    assert text.reason == "unreachable"
    assert "请另存后再传" in text.outcome
    assert "存储" not in text.outcome, "nobody knows that"


def test_a_locked_pdf_tells_the_editor_in_the_admin(admin):
    admin.post(
        reverse("wagtaildocs:add"),
        {
            "title": "附件",
            "collection": SiteDocumentFactory().collection_id,
            "tags": "",
            "file": SimpleUploadedFile("锁.pdf", locked(pdf_bytes("看不见"), "open-sesame")),
        },
    )
    document = SiteDocument.objects.get(original_name="锁.pdf")
    edit = reverse("wagtaildocs:edit", args=(document.pk,))
    assert "附件文字正在读取" in admin.get(edit).content.decode()
    work()
    assert "文件有打开密码" in admin.get(edit).content.decode()


def test_the_report_lists_what_the_search_lacks_for_those_who_may_mend_it(admin, uploaded, client):
    good, bad = uploaded(), uploaded(pdf_bytes(""), "扫描.pdf")
    for address in ("", "results/"):
        page = admin.get(f"/cms/reports/lacking-text/{address}").content.decode()
        assert "扫描件" in page
        assert reverse("wagtaildocs:edit", args=(bad.pk,)) in page
        assert reverse("wagtaildocs:edit", args=(good.pk,)) not in page
    assert "lacking-text" in admin.get("/cms/").content.decode()
    table = admin.get("/cms/reports/lacking-text/?export=csv")
    assert "扫描件" in b"".join(table.streaming_content).decode()
    stranger = MemberFactory()
    stranger.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(stranger, backend="unions.auth.PhoneOrUsernameBackend")
    assert client.get("/cms/reports/lacking-text/").status_code == 302


def test_every_reason_has_a_sentence():
    for reason in ("pages", "characters", "bytes", "unpacked", "memory", "time"):
        assert str(DocumentText(state="too_large", reason=reason).outcome)
    assert "12 字" not in DocumentText(state="done", text="字" * 11).outcome
    assert "11 字" in DocumentText(state="done", text="字" * 11).outcome
