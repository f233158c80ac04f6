"""A document's text is ordered with its file, whoever saves it."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from media import services
from media.models import SiteDocument


@receiver(post_save, sender=SiteDocument)
def document_saved(instance, raw=False, update_fields=None, **kwargs) -> None:
    """Order the text, in the transaction of the save. Raw data bring their own orders."""
    if not raw and (update_fields is None or "file" in update_fields):
        services.want_text(document=instance)
