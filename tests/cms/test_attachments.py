"""A page is found by what is attached to it, as soon as that is read."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction

from cms.documents import (
    GuideDocument,
    LessonDocument,
    NoticeDocument,
    StoryDocument,
    TopicDocument,
    VideoDocument,
)
from cms.models import NoticePage, PageAttachment
from media import tasks
from media.models import DocumentText, SiteMedia
from search import finder, mapping
from search.documents import Content, parts_of, with_attached
from search.finder import SEPARATOR
from search.models import PendingSync
from tests.factories.cms import (
    LessonPageFactory,
    NoticePageFactory,
    StandardPageFactory,
    StoryPageFactory,
    TopicPageFactory,
    VideoPageFactory,
)
from tests.factories.media import SiteDocumentFactory, SiteMediaFactory, docx_bytes, root_collection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _library(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    root_collection()


def word(text="附件里的话", **values):
    data = docx_bytes(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    return SiteDocumentFactory(file=ContentFile(data, name="安排.docx"), **values)


def attach(document, title=""):
    return ("attachment", {"document": document, "title": title})


def read_all():
    for text in DocumentText.objects.filter(state="pending"):
        tasks.read_document(text.pk)


def noted():
    return {(row.kind, int(row.key)) for row in PendingSync.objects.all()}


def content(document, page):
    return document.prepare(document.get_queryset().get(pk=page.pk))


def test_attachments_are_found_with_their_names_in_block_field_and_link():
    one, two, three = word("甲", title="一号"), word("乙", title="二号"), word("丙", title="三号")
    link = f'<p>见<a linktype="document" id="{three.pk}">细则</a></p>'
    page = NoticePageFactory(
        body=[attach(one), ("paragraph", link)], attachments=[attach(two, "报名表"), attach(one)]
    )
    read_all()
    assert content(NoticeDocument, page).attached == (
        ("一号", "甲"),
        ("三号", "丙"),
        ("报名表", "乙"),
    )


@pytest.mark.parametrize(
    ("document", "factory"),
    [
        (NoticeDocument, NoticePageFactory),
        (StoryDocument, StoryPageFactory),
        (VideoDocument, VideoPageFactory),
        (LessonDocument, LessonPageFactory),
        (TopicDocument, TopicPageFactory),
        (GuideDocument, StandardPageFactory),
    ],
)
def test_a_text_that_arrives_later_reaches_the_page(document, factory):
    page = factory(body=[attach(word(title="安排表"))])
    assert content(document, page).attached == (("安排表", ""),)
    PendingSync.objects.all().delete()
    read_all()
    assert noted() == {(document.kind, page.pk)}
    assert content(document, page).attached == (("安排表", "附件里的话"),)


def test_what_happens_to_a_file_reaches_its_pages():
    document = word()
    page = NoticePageFactory(attachments=[attach(document)])
    NoticePageFactory()
    for happen in (
        lambda: setattr(document, "title", "新名") or document.save(),
        lambda: CollectionViewRestriction.objects.create(
            collection=Collection.get_first_root_node(),
            restriction_type=CollectionViewRestriction.LOGIN,
        ),
        lambda: CollectionViewRestriction.objects.get().delete(),
        document.delete,
    ):
        PendingSync.objects.all().delete()
        happen()
        assert ("notice", page.pk) in noted()
    assert content(NoticeDocument, page).attached == ()


def test_a_draft_of_a_public_page_attaches_nothing_until_it_is_published():
    page = NoticePageFactory()
    page.attachments = [attach(word())]
    revision = page.save_revision()
    assert not PageAttachment.objects.exists()
    revision.publish()
    assert PageAttachment.objects.get().page_id == page.pk
    page = NoticePage.objects.get(pk=page.pk)
    page.attachments = []
    page.save_revision().publish()
    assert not PageAttachment.objects.exists()


def test_saving_a_page_again_writes_no_attachment_again():
    page = NoticePageFactory(attachments=[attach(word())])
    row = PageAttachment.objects.get()
    NoticePage.objects.get(pk=page.pk).save()
    assert PageAttachment.objects.get() == row


def test_a_document_that_is_gone_is_no_attachment():
    document = word()
    page = NoticePageFactory(attachments=[attach(document)])
    document.delete()
    NoticePage.objects.get(pk=page.pk).save()
    assert not PageAttachment.objects.exists()


def test_many_long_attachments_do_not_swamp_the_index(monkeypatch):
    monkeypatch.setattr("cms.attached.MOST_ATTACHED", 7)
    page = NoticePageFactory(attachments=[attach(word("字" * 5)) for _each in range(3)])
    read_all()
    assert [len(text) for _name, text in content(NoticeDocument, page).attached] == [5, 2, 0]


def test_indexing_more_attachments_takes_no_more_queries(count_queries):
    def prepare():
        for row in NoticeDocument.get_queryset():
            NoticeDocument.prepare(row)

    NoticePageFactory(attachments=[attach(word())])
    few = count_queries(prepare)
    for _each in range(3):
        NoticePageFactory(attachments=[attach(word()), attach(word())])
    assert count_queries(prepare) == few


def test_a_video_is_found_by_its_captions_and_chapters():
    captions = ContentFile("WEBVTT\n\n00:00.000 --> 00:02.000\n先看风向".encode(), name="a.vtt")
    film = SiteMediaFactory(captions=captions)
    page = VideoPageFactory(media=film, chapters=[("chapter", {"start": "0:10", "title": "挂线"})])
    body = content(VideoDocument, page).body
    assert "先看风向" in body
    assert "挂线" in body
    PendingSync.objects.all().delete()
    film = SiteMedia.objects.get(pk=film.pk)
    film.captions = ""
    film.save()
    assert noted() == {("video", page.pk)}
    assert "先看风向" not in content(VideoDocument, page).body


def test_body_and_attachments_come_apart_as_they_were_put_together():
    given = Content(title="x", url="/", body="正\f文", attached=(("甲", "一\f"), ("乙", "")))
    assert parts_of(with_attached(given)) == ("正 文", [("甲", "一 "), ("乙", "")])
    assert parts_of("只有正文") == ("只有正文", [])


def excerpt(page, *needles):
    entry = mapping.to_entry(NoticeDocument, content(NoticeDocument, page))
    return finder._excerpt(entry, [(needle,) for needle in needles])


def test_the_excerpt_names_the_attachment_that_alone_holds_the_words():
    page = NoticePageFactory(
        title="活动通知",
        body=[("paragraph", "<p>请各级工会办理。</p>")],
        attachments=[attach(word("别的"), "甲"), attach(word("每天读一章"), "<乙>")],
    )
    read_all()
    assert excerpt(page, "一章") == f"附件：&lt;乙&gt;{SEPARATOR}每天读<mark>一章</mark>"
    assert excerpt(page, "乙") == f"附件：&lt;<mark>乙</mark>&gt;{SEPARATOR}每天读一章"
    assert excerpt(page, "办理", "一章") == "请各级工会<mark>办理</mark>。"
    assert excerpt(page, "通知") == "请各级工会办理。"
    assert excerpt(page, page.union.name) == "请各级工会办理。"


def test_pages_and_captions_that_were_there_before_are_taken_over():
    """What the migrations do on a site that has pages with attachments already."""
    document = word()
    link = f'<p><a linktype="document" id="{document.pk}">表</a></p>'
    pages = [
        NoticePageFactory(attachments=[attach(document, "表")]),
        StoryPageFactory(body=[("paragraph", link)]),
    ]
    captions = ContentFile("WEBVTT\n\n00:00.000 --> 00:02.000\n先看风向".encode(), name="a.vtt")
    film = SiteMediaFactory(captions=captions)
    SiteMediaFactory(captions=captions).captions.delete(save=False)
    PageAttachment.objects.all().delete()
    SiteMedia.objects.update(captions_text="")
    import_module("cms.migrations.0002_page_attachments").note_attachments(apps, None)
    import_module("media.migrations.0002_document_text").read_captions(apps, None)
    found = PageAttachment.objects.values_list("page", "document", "title").order_by("page")
    assert list(found) == [(pages[0].pk, document.pk, "表"), (pages[1].pk, document.pk, "")]
    assert SiteMedia.objects.get(pk=film.pk).captions_text == "先看风向"
