"""The words that editors want kept whole, and which of them the index that answers knows.

An index is built with one edition of the words, and its fingerprint names that edition. Whoever
asks it or writes to it works with the same edition, so that a change of the words never parts
queries from texts: it takes effect when the index built with it takes over.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from search import text
from search.models import DictionaryEdition, DictionaryWord


@contextmanager
def in_use() -> Iterator[None]:
    """Cut texts and queries with the words of the index that answers."""
    with using(DictionaryEdition.objects.in_use()):
        yield


@contextmanager
def using(edition: DictionaryEdition | None) -> Iterator[None]:
    """Cut texts and queries with the words of `edition`; without one, with our own terms alone."""
    terms = text.Terms(str(edition.pk), tuple(edition.words)) if edition else text.Terms()
    with text.kept_whole(terms):
        yield


def wanted() -> list[str]:
    """The words as editors have them now, sorted."""
    return sorted(DictionaryWord.objects.values_list("text", flat=True))


def changed() -> bool:
    """Whether editors want other words than the index that answers knows."""
    edition = DictionaryEdition.objects.in_use()
    return wanted() != (edition.words if edition else [])


def next_edition() -> DictionaryEdition | None:
    """The edition to build an index with: a new one if the words changed, else the one in use."""
    if changed():
        return DictionaryEdition.objects.create(words=wanted())
    return DictionaryEdition.objects.in_use()


def use(edition: DictionaryEdition | None) -> None:
    """Let everyone work with `edition`; the caller has just put the index built with it in place
    and still holds the write lock."""
    if edition and edition.used_since is None:
        edition.used_since = timezone.now()
        edition.save(update_fields=["used_since"])
        DictionaryEdition.objects.filter(pk__lt=edition.pk).delete()
