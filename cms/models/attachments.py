"""Which uploaded files a page's published text offers."""

import re
from collections.abc import Iterable, Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Page

from media.models import SiteDocument

DOCUMENT_LINK = re.compile(r"<a\b[^>]*>")
LINKED_ID = re.compile(r'\bid="(\d{1,18})"')


def named_documents(raw: Iterable) -> Iterator[tuple[int, str]]:
    """(document's key, the name shown or "") of each attachment and linked file in `raw`, the raw
    data of a stream; in order."""
    for block in raw:
        value = block["value"]
        if block["type"] == "attachment" and value.get("document"):
            yield value["document"], value.get("title") or ""
        if block["type"] == "paragraph":
            for tag in DOCUMENT_LINK.findall(value or ""):
                if 'linktype="document"' in tag and (found := LINKED_ID.search(tag)):
                    yield int(found[1]), ""


class PageAttachmentQuerySet(models.QuerySet):
    def open(self) -> "PageAttachmentQuerySet":
        """Those that every reader may download, with their text, in the page's order."""
        return self.filter(document__in=SiteDocument.objects.public()).select_related(
            "document__text"
        )

    def below(self, collection: Collection) -> "PageAttachmentQuerySet":
        """Those whose file lies in `collection` or below it."""
        return self.filter(document__collection__path__startswith=collection.path)

    def renew(self, page: Page, streams: Iterable) -> None:
        """Write down what `streams` of the page as it is being saved offer."""
        wanted: dict[int, str] = {}
        for stream in streams:
            for key, title in named_documents(stream.raw_data):
                wanted.setdefault(key, title)
        there = set(SiteDocument.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        rows = [(key, title) for key, title in wanted.items() if key in there]
        kept = self.filter(page_id=page.pk)
        if list(kept.values_list("document", "title")) == rows:
            return
        kept.delete()
        self.bulk_create(
            PageAttachment(page_id=page.pk, document_id=key, title=title, place=place)
            for place, (key, title) in enumerate(rows)
        )


class PageAttachment(models.Model):
    """A file that a page offers, by block or by link; derived from the page whenever it is saved
    (a draft of a published page is not: it lives in a revision)."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="attached")
    document = models.ForeignKey(SiteDocument, models.CASCADE, related_name="attached_to")
    title = models.CharField(_("显示的名称"), max_length=255, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects = PageAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["page", "place"]
        constraints = [
            models.UniqueConstraint(fields=["page", "document"], name="one_row_per_attachment"),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """What the page calls the file."""
        return self.title or self.document.title

    @property
    def words(self) -> str:
        """What the file says; "" while nobody has read it."""
        read = getattr(self.document, "text", None)
        return read.text if read else ""
