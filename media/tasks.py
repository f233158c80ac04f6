"""What is done in the background."""

from celery import shared_task

from media import services
from media.models import DocumentText, SiteImage


@shared_task
def make_renditions(image_pk: int) -> None:
    """Make a picture's renditions after it was saved (it may be gone by now)."""
    for image in SiteImage.objects.filter(pk=image_pk):
        services.make_renditions(image=image)


@shared_task
def make_missing_renditions() -> None:
    """The safety net: whatever a lost message or a new spec left to do."""
    services.make_missing_renditions()


@shared_task
def read_document(text_pk: int) -> None:
    """Read a document's text after it was uploaded (it may be gone by now)."""
    for text in DocumentText.objects.filter(pk=text_pk).select_related("document"):
        services.read_document(text=text)


@shared_task
def resend_texts() -> None:
    """The safety net: whatever a lost message or a dead worker left to read."""
    services.resend_texts()


@shared_task
def purge_uploads() -> None:
    """Remove raw files of uploads that were begun and left."""
    services.purge_uploads()
