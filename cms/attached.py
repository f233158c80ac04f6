"""What a page's attachments and films give to its search document."""

from django.db.models import Prefetch, Q
from wagtail.models import Collection, CollectionViewRestriction

from cms.models import PageAttachment
from media.models import DocumentText, SiteDocument

# What all attachments of a page may add to the index: an excerpt is sought in all of it.
MOST_ATTACHED = 100_000


def open_attachments() -> Prefetch:
    """Prefetch a page's files that every reader may download, with their text."""
    return Prefetch("attached", PageAttachment.objects.open(), to_attr="open_attachments")


def attached_to(page) -> tuple[tuple[str, str], ...]:
    """(name, text) of the page's open attachments, no longer together than the index takes."""
    left = MOST_ATTACHED
    found = []
    for attachment in page.open_attachments:
        text = attachment.words[:left]
        left -= len(text)
        found.append((attachment.name, text))
    return tuple(found)


def rows_by_file(model, *fields: str):
    """`related()` pairs: the pages of `model` that offer a file of the library (or hold it in one
    of `fields`) which is changed, read, moved, closed off or thrown away."""

    def pages(**lookups):
        found = Q()
        for lookup, value in lookups.items():
            for field in ("attached__document", *fields):
                found |= Q(**{f"{field}{lookup}": value})
        return list(model.objects.filter(found).values_list("pk", flat=True).distinct())

    def in_collection(collection):
        return pages(__collection__path__startswith=collection.path)

    def with_document(pk):
        rows = model.objects.filter(attached__document=pk)
        return list(rows.values_list("pk", flat=True))

    return [
        (PageAttachment, lambda row: list(_keys(model, row.page_id))),
        (DocumentText, lambda text: with_document(text.document_id)),
        (SiteDocument, lambda document: with_document(document.pk)),
        (Collection, in_collection),
        (CollectionViewRestriction, lambda closed: in_collection(closed.collection)),
    ]


def _keys(model, pk: int):
    return model.objects.filter(pk=pk).values_list("pk", flat=True)
