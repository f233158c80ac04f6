"""From changes of rows to the outbox. Handlers only write rows, in the same transaction."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from search import services
from search.documents import IndexDocument, registry
from search.drafts import keeps_a_draft
from search.models import DictionaryWord, Synonym


def connect_documents() -> None:
    """Watch the models of every registered document."""
    for document in registry.values():
        connect(document)


def _uid(document: type[IndexDocument], model: type[Model]) -> str:
    return f"search:{document.__module__}.{document.__qualname__}:{model._meta.label}"


def connect(document: type[IndexDocument]) -> None:
    """Enqueue rows of `document` whenever they or what is related to them change."""
    _watch(document, document.model, _own_key)
    for model, keys_of in document.related():
        _watch(document, model, keys_of)


def disconnect(document: type[IndexDocument]) -> None:
    """Stop watching `document`."""
    for model in [document.model, *(model for model, _keys in document.related())]:
        for signal in (post_save, post_delete):
            signal.disconnect(sender=model, dispatch_uid=_uid(document, model))


def _watch(
    document: type[IndexDocument], model: type[Model], keys_of: Callable[[Any], Any]
) -> None:
    handler = partial(_changed, document.kind, keys_of)
    for signal in (post_save, post_delete):
        signal.connect(handler, sender=model, weak=False, dispatch_uid=_uid(document, model))


def _own_key(instance: Model) -> list[Any]:
    return [instance.pk]


def _changed(
    kind: str,
    keys_of: Callable[[Any], Any],
    instance: Model,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    if keeps_a_draft(update_fields):
        return
    services.enqueue_many(keys=((kind, pk) for pk in keys_of(instance)))


def _subtree_changed(instance: Page, **kwargs: Any) -> None:
    services.enqueue_subtree(page_pk=instance.pk)


def _moved_or_changed(instance: Page, created: bool, **kwargs: Any) -> None:
    """A move saves the page by its base class; only that save is in the transaction of the move."""
    if not created:
        services.enqueue_subtree(page_pk=instance.pk)


def _published(instance: Page, **kwargs: Any) -> None:
    services.enqueue_many(
        keys=(
            (document.kind, instance.pk)
            for document in registry.values()
            if issubclass(document.model, Page) and isinstance(instance.specific, document.model)
        )
    )


def _restriction_comes(instance: PageViewRestriction, **kwargs: Any) -> None:
    """Wagtail saves restrictions without a transaction: what `post_save` writes comes too late for
    a process that dies in between."""
    if not connection.in_atomic_block:
        services.announce_subtree(page_pk=instance.page_id)


def _restriction_changed(instance: PageViewRestriction, **kwargs: Any) -> None:
    services.enqueue_subtree(page_pk=instance.page_id)


def _synonyms_changed(**kwargs: Any) -> None:
    services.forget_synonyms()


def _dictionary_changed(**kwargs: Any) -> None:
    services.dictionary_changed()


def connect_site() -> None:
    """Watch what changes the visibility of pages, the synonyms and the dictionary."""
    page_published.connect(_published, dispatch_uid="search:published")
    page_unpublished.connect(_subtree_changed, dispatch_uid="search:unpublished")
    post_save.connect(_moved_or_changed, sender=Page, dispatch_uid="search:moving")
    post_page_move.connect(_subtree_changed, dispatch_uid="search:moved")
    pre_save.connect(
        _restriction_comes, sender=PageViewRestriction, dispatch_uid="search:restricting"
    )
    for signal in (post_save, post_delete):
        signal.connect(
            _restriction_changed, sender=PageViewRestriction, dispatch_uid="search:restriction"
        )
        signal.connect(_synonyms_changed, sender=Synonym, dispatch_uid="search:synonyms")
        signal.connect(_dictionary_changed, sender=DictionaryWord, dispatch_uid="search:dictionary")
