"""The outbox: rows that must be looked at again, and asking for a sync."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError

from search.documents import registry
from search.models import PendingSync
from search.patience import impatient

logger = logging.getLogger(__name__)

BATCH = 500
KEEP_DONE = timedelta(days=1)
# The kind of a row in the outbox that stands for a page and all pages below it.
BRANCH = "page-branch"
# How long an announced change may take.
ANNOUNCED = timedelta(seconds=10)
CLOCK_KEY = "search:clock"
# Set while the task that rebuilds waits for its turn, and for a while after it failed.
REBUILD_KEY = "search:rebuild"
# Seconds after which a message that nobody took is sent again.
REBUILD_ASKED = 60


def enqueue(*, kind: str, pk: Any) -> None:
    """Note, in the current transaction, that the row's public state may have changed."""
    enqueue_many(keys=[(kind, pk)])


def enqueue_many(*, keys: Iterable[tuple[str, Any]]) -> None:
    """Note several rows as pairs (kind, primary key), and ask for a sync after the commit."""
    rows = [PendingSync(kind=kind, key=str(pk)) for kind, pk in keys if pk is not None]
    if not rows:
        return
    PendingSync.objects.bulk_create(rows, batch_size=BATCH)
    _nudge_after_commit()


def dictionary_changed() -> None:
    """Ask for the rebuild that other dictionary words need, after the commit."""
    cache.delete(REBUILD_KEY)
    _nudge_after_commit()


def _nudge_after_commit() -> None:
    if settings.SEARCH_NUDGE and not any(
        call is nudge for _ids, call, *_rest in connection.run_on_commit
    ):
        transaction.on_commit(nudge, robust=True)


def enqueue_if_free(*, keys: Iterable[tuple[str, Any]]) -> None:
    """Note rows that a reader's page came upon. A busy database loses the note, never the page."""
    found = list(keys)
    if not found:
        return
    try:
        with impatient():
            enqueue_many(keys=found)
    except DatabaseError:
        logger.warning("Rows that are no longer public were not noted; the next search will.")


def enqueue_subtree(*, page_pk: int) -> None:
    """Note every row that may turn public or private with the page and what is below it, as one.

    Which rows these are is read when the row is synced: another transaction that was not
    committed yet may move one there.
    """
    enqueue_many(keys=[(BRANCH, page_pk)])


def announce_subtree(*, page_pk: int) -> None:
    """As `enqueue_subtree`, for a change that a transaction of its own makes right after this: if
    the process dies in between, the change is noticed all the same."""
    later = timezone.now() + ANNOUNCED
    PendingSync.objects.create(kind=BRANCH, key=str(page_pk), retry_at=later)


def enqueue_turning() -> None:
    """Note the rows whose time window opened or closed since the last look (at most a day ago)."""
    now = timezone.now()
    since = cache.get(CLOCK_KEY) or now - KEEP_DONE
    for document in registry.values():
        enqueue_many(keys=((document.kind, pk) for pk in document.turning(since, now)))
    cache.set(CLOCK_KEY, now, None)


def nudge() -> None:
    """Send the sync task now. That only shortens the wait: a lost message is sent again by beat."""
    _send("search.tasks.sync_pending")


def ask_for_rebuild() -> None:
    """Send the task that builds the index anew, unless it waits already or failed a while ago. The
    next sync asks again as long as the rebuild is due."""
    if cache.add(REBUILD_KEY, True, REBUILD_ASKED):
        _send("search.tasks.rebuild_if_due", expires=REBUILD_ASKED)


def _send(task: str, **options: Any) -> None:
    try:
        current_app.signature(task).apply_async(retry=False, **options)
    except (OSError, KombuError, OperationalError):
        logger.warning("The queue takes no messages; the index follows with the next beat.")


def retry_now(*, pks: list[int]) -> int:
    """Let failed rows be tried with the next sync, as if for the first time; return how many."""
    rows = PendingSync.objects.filter(pk__in=pks, done_at=None)
    return rows.update(retry_at=timezone.now(), attempts=0)


def forget_done() -> None:
    """Drop rows of the outbox that were done more than a day ago."""
    old = PendingSync.objects.filter(done_at__lt=timezone.now() - KEEP_DONE)
    if old.exists():  # a DELETE takes SQLite's write lock even where there is nothing to delete
        old.delete()
