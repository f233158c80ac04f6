"""From keys of rows to what the index holds of them."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from search import dictionary, mapping
from search.documents import Content, IndexDocument, registry
from search.engines import get_engine
from search.engines.base import (
    Delete,
    Operation,
    PartlyWritten,
    Put,
    Refusals,
    Unavailable,
    Writer,
)
from search.services.outbox import BATCH
from search.services.terms import write_terms

logger = logging.getLogger(__name__)

# Kind and primary key, as the outbox writes them.
Key = tuple[str, str]


class SearchError(Exception):
    """A write was refused; `code` is stable, `str(error)` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Synced:
    """What was not written, and why: `errors` are the rows' own, `left` had no room just now.
    `learnt` holds the words of all rows."""

    errors: dict[Key, str] = field(default_factory=dict)
    left: dict[Key, str] = field(default_factory=dict)
    learnt: set[str] = field(default_factory=set)

    @property
    def reason(self) -> str:
        return next(iter(self.left.values()), "")


def sync(*, document: type[IndexDocument], pk: Any) -> None:
    """Index the row if the document's public queryset returns it, else remove it. Idempotent."""
    engine = get_engine()
    with engine.locked(), dictionary.in_use(), engine.writing() as writer:
        found = sync_keys(writer, {(document.kind, str(pk))})
    if found.left:
        raise Unavailable(found.reason)
    for error in found.errors.values():
        raise SearchError("not_prepared", error)


def sync_keys(writer: Writer, keys: set[Key]) -> Synced:
    """Write the present state of `keys`. The caller holds the write lock."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in sorted(keys):
        by_kind[kind].append(key)
    operations: list[Operation] = []
    synced = Synced()
    for kind, of_kind in by_kind.items():
        document = registry.get(kind)
        for start in range(0, len(of_kind), BATCH):
            batch = of_kind[start : start + BATCH]
            contents, entries, failed = _contents(document, batch)
            synced.errors |= {(kind, key): error for key, error in failed.items()}
            kept = [key for key in batch if key not in failed]
            for key in kept:
                entry_id = mapping.entry_id(kind, key)
                entry = entries.get(key)
                operations.append(Put(entry_id, entry) if entry else Delete(entry_id))
            synced.learnt |= write_terms(kind, document, kept, contents)
    refusals: Refusals = {}
    try:
        refusals = writer.write(operations) if operations else {}
    except PartlyWritten as error:
        refusals = error.refusals
        synced.left = {mapping.split_id(each): reason for each, reason in error.left.items()}
    for refused, reason in refusals.items():
        synced.errors[mapping.split_id(refused)] = reason
        logger.error("%s was refused by the index: %s", refused, reason)
    return synced


def _contents(
    document: type[IndexDocument] | None, keys: list[str]
) -> tuple[dict[str, Content], dict[str, dict[str, Any]], dict[str, str]]:
    """What the public rows among `keys` hold, as content and as entries, and why some failed."""
    contents: dict[str, Content] = {}
    entries: dict[str, dict[str, Any]] = {}
    failed: dict[str, str] = {}
    if document is None:
        return contents, entries, failed
    for row in document.get_queryset().filter(pk__in=keys):
        key = str(row.pk)
        try:
            content = document.prepare(row)
            entries[key] = mapping.to_entry(document, content)
            contents[key] = content
        except Exception as error:  # whatever an app does wrong with one row, the others go on
            failed[key] = f"{type(error).__name__}: {error}"
            logger.exception("%s %s can't be prepared for search", document.kind, key)
    return contents, entries, failed
