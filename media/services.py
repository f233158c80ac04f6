"""What can be done to the library. Each verb is one transaction."""

import logging
from datetime import datetime, timedelta

from celery import signature
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError
from wagtail.models import UploadedFile

from media.errors import MediaError
from media.models import (
    LEASE,
    DocumentText,
    SiteDocument,
    SiteImage,
    SiteMedia,
)
from media.names import display_name, extension
from media.reader import LIMITS, READABLE, Reading, has_text, read_text
from media.renditions import registered
from unions.models import Member

logger = logging.getLogger(__name__)

# So much is made in one run of the safety net; the next one follows in minutes.
BATCH = 200
# After so many tries a document is given up: its file is gone, or it takes the worker with it.
MOST_TRIES = 5
# A raw file of the multiple upload waits so long for its form to be filled in.
UPLOADS_KEPT = timedelta(days=1)


@transaction.atomic
def add_image(
    *, file: File, title: str, description: str, credit: str = "", uploaded_by: Member | None = None
) -> SiteImage:
    """Add a picture; `description` is what it says to those who can't see it.

    Raises `MediaError`: `no_description`, or what `media.pictures.clean_picture` refuses.
    """
    if not description.strip():
        raise MediaError("no_description", _("请写替代文字：一句话说清图里有什么。"))
    image = SiteImage(
        title=display_name(title),
        description=description.strip(),
        credit=credit,
        uploaded_by_user=uploaded_by,
    )
    image.file.save(file.name or "", file, save=False)
    image._set_image_file_metadata()
    image.save()
    return image


@transaction.atomic
def add_document(
    *, file: File, title: str, name: str = "", uploaded_by: Member | None = None
) -> SiteDocument:
    """Add a document that is downloaded as `name` (else the name of `file`).

    Raises `MediaError`: what `media.files.check_document` refuses.
    """
    document = SiteDocument(title=display_name(title), uploaded_by_user=uploaded_by)
    document.file.save(name or file.name or "", file, save=False)
    document._set_document_file_metadata()
    document.save()
    return document


@transaction.atomic
def add_media(
    *,
    file: File,
    title: str,
    kind: str,
    duration: float = 0,
    captions: File | None = None,
    thumbnail: File | None = None,
    uploaded_by: Member | None = None,
) -> SiteMedia:
    """Add a sound (`kind="audio"`) or film (`"video"`); `duration` in seconds, 0 when unknown.

    Raises `MediaError`: what `media.files.check_media` and `check_captions` refuse.
    """
    media = SiteMedia(
        title=display_name(title), type=kind, duration=duration, uploaded_by_user=uploaded_by
    )
    media.file.save(file.name or "", file, save=False)
    if captions:
        media.captions.save("captions.vtt", captions, save=False)
    if thumbnail:
        media.thumbnail.save(thumbnail.name or "", thumbnail, save=False)
    media.save()
    return media


def make_renditions(*, image: SiteImage) -> int:
    """Make the registered renditions that `image` lacks; return how many it has now.

    Safe to run twice and at the same time: one row per picture, spec and focal point is kept by
    the database, and who comes second takes the row of the first. A picture whose file can't be
    read counts the failure, so that the safety net gives up on it in the end.
    """
    made = 0
    # One at a time: each decodes the original, up to 160 MB, and frees it again.
    for spec in registered():
        try:
            image.get_rendition(spec)
        except (SourceImageIOError, OSError, ValueError, InvalidFilterSpecError) as error:
            logger.warning("picture %s: no rendition %s: %s", image.pk, spec, error)
            SiteImage.objects.filter(pk=image.pk).update(
                rendition_failures=F("rendition_failures") + 1
            )
            break
        made += 1
    return made


def make_missing_renditions(*, limit: int = BATCH) -> int:
    """Make what is missing for up to `limit` pictures, newest first; return how many they were."""
    images = list(SiteImage.objects.lacking_renditions(registered())[:limit])
    for image in images:
        make_renditions(image=image)
    return len(images)


@transaction.atomic
def want_text(*, document: SiteDocument) -> None:
    """Note, in the current transaction, that the text of the document's file is wanted.

    Nothing happens while the file is the one whose text is known or under way; the text of a file
    without any, or that was replaced, is dropped. Each by its row: the search learns by the signal.
    """
    orders = DocumentText.objects.filter(document=document)
    if not has_text(document.file.name):
        for text in orders:
            text.delete()
        return
    text = orders.first() or DocumentText(document=document)
    if text.source == document.file.name:
        return
    text.source, text.state = document.file.name, DocumentText.State.PENDING
    text.text, text.reason, text.attempts = "", "", 0
    text.retry_at = timezone.now() + LEASE
    text.save()
    transaction.on_commit(lambda: order_text(text.pk), robust=True)


def order_text(text_pk: int) -> None:
    """Send the task by its name; a lost message is sent again by beat."""
    signature("media.tasks.read_document", args=(text_pk,)).apply_async()


def read_document(*, text: DocumentText) -> None:
    """Read the file of `text` and store what it says. Safe to run twice.

    Each try is counted before it begins, so that a file that kills its worker is given up in the
    end. A file that was replaced meanwhile has an order of its own: what was read is dropped.
    """
    waiting = DocumentText.objects.filter(pk=text.pk, state=DocumentText.State.PENDING)
    started = waiting.update(attempts=F("attempts") + 1, retry_at=timezone.now() + LEASE)
    if not started:
        return
    text.refresh_from_db()
    reading = Reading(reason="unreachable") if text.attempts > MOST_TRIES else _read(text)
    if reading is not None:
        _settle(text, reading)


def _read(text: DocumentText) -> Reading | None:
    """What the file says; None where it could not be had this time."""
    kind = extension(text.source)
    if kind not in READABLE:
        return Reading(reason="old_word")
    try:
        with text.document.file.storage.open(text.source) as file:
            return read_text(file, kind, limits=settings.DOCUMENT_TEXT)
    except OSError as error:
        logger.warning("document %s can't be read now: %s", text.document_id, error)
        return None


@transaction.atomic
def _settle(text: DocumentText, reading: Reading) -> None:
    """Store `reading` unless the file has been replaced or somebody was faster.

    Saved row by row: the search learns of it by the signal.
    """
    waiting = DocumentText.objects.select_for_update().filter(
        pk=text.pk, source=text.source, state=DocumentText.State.PENDING
    )
    for found in waiting:
        found.text, found.reason = reading.text, reading.reason
        found.state = DocumentText.State.FAILED if reading.reason else DocumentText.State.DONE
        if reading.reason in LIMITS:
            found.state = DocumentText.State.TOO_LARGE
        found.save()


def resend_texts(*, limit: int = BATCH) -> int:
    """The safety net: order what nobody ordered, send again what waits too long; return how many
    were sent."""
    for document in SiteDocument.objects.lacking_text()[:limit]:
        want_text(document=document)
    due = list(DocumentText.objects.due(timezone.now())[:limit])
    for text in due:
        DocumentText.objects.filter(pk=text.pk).update(retry_at=timezone.now() + LEASE)
        order_text(text.pk)
    return len(due)


def purge_uploads(*, now: datetime | None = None) -> int:
    """Remove what the multiple upload put aside `UPLOADS_KEPT` before `now` (aware, by default
    the present) and nobody finished; return how many there were.

    Such a file is raw: it has not been cleaned, and no library shows it. Safe to run twice: the
    file goes first, and a row whose file is gone goes too.
    """
    before = (now or timezone.now()) - UPLOADS_KEPT
    purged = 0
    for upload in UploadedFile.objects.order_by("pk").iterator():
        try:
            if upload.file.storage.get_modified_time(upload.file.name) >= before:
                continue
        except FileNotFoundError:
            pass
        upload.file.delete(save=False)
        upload.delete()
        purged += 1
    return purged
