"""Working off the outbox."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from search import dictionary
from search.documents import registry
from search.engines import get_engine
from search.engines.base import (
    Engine,
    EngineError,
    Locked,
)
from search.models import PendingSync
from search.services.outbox import (
    BATCH,
    BRANCH,
    REBUILD_KEY,
    ask_for_rebuild,
    enqueue_many,
    enqueue_turning,
    forget_done,
)
from search.services.rebuilding import rebuild
from search.services.writing import Key, SearchError, sync_keys

logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(minutes=10)
# How long rows wait while the engine takes no writes.
ENGINE_RETRY = timedelta(seconds=20)
# How long other words wait after a rebuild that failed: the old index answers.
DICTIONARY_RETRY = timedelta(minutes=10)


def sync_pending(*, batch: int = 2000, seconds: float = 120) -> int:
    """Bring the index up to date with what is due; return how many rows were done.

    Without an index, or with one of another mapping, pipeline or dictionary, the task that builds
    the whole is sent: it takes longer than a sync may. Stops after about `seconds`; what is left
    then is still due. What fails stays pending and is tried again, later each time. While another
    process writes, the rows are left to that one.
    """
    forget_done()
    enqueue_turning()
    engine = get_engine()
    until = time.monotonic() + seconds
    total = 0
    try:
        if not _is_ready(engine):
            ask_for_rebuild()
            return 0
        while PendingSync.objects.due(timezone.now()).exists():
            total += _sync_batch(engine, batch)
            if time.monotonic() > until:
                break
    except Locked as error:
        logger.info("The index is left to another process: %s", error)
    except (EngineError, SearchError) as error:
        _put_off_due(batch, error)
        logger.warning("The index could not be written: %s", error)
    else:
        if dictionary.changed():
            ask_for_rebuild()
    return total


def _is_ready(engine: Engine) -> bool:
    with dictionary.in_use():
        return engine.ready()


def rebuild_if_due(*, batch: int = 2000) -> bool:
    """Build the index if there is none of the present mapping and pipeline, or if editors want
    other words than it knows; return whether that was done.

    In the latter case the old one, with the words that it knows, answers and is kept up to date
    meanwhile. What fails is tried again later; while another process rebuilds, nothing is done.
    """
    engine = get_engine()
    ready = False

    def keep_up(*_progress: int) -> None:
        try:
            if ready and PendingSync.objects.due(timezone.now()).exists():
                _sync_batch(engine, batch)
        except EngineError as error:
            logger.warning("The index waits for its rebuild: %s", error)

    try:
        ready = _is_ready(engine)
        if ready and not dictionary.changed():
            return False
        rebuild(progress=keep_up)
    except Locked as error:
        logger.info("The rebuild is left to another process: %s", error)
        return False
    except (EngineError, SearchError) as error:
        if not ready:
            _put_off_due(batch, error)
        later = DICTIONARY_RETRY if ready else ENGINE_RETRY
        cache.set(REBUILD_KEY, True, later.total_seconds())
        logger.warning("The index could not be built and is tried again later: %s", error)
        return False
    cache.delete(REBUILD_KEY)
    return True


def _sync_batch(engine: Engine, size: int) -> int:
    """Sync up to `size` due rows; return how many were done.

    Rows are read while the write lock is held, so that no older state overwrites a newer one.
    """
    with engine.locked(), dictionary.in_use(), engine.writing() as writer:
        rows = list(PendingSync.objects.due(timezone.now())[:size])
        _spread([row for row in rows if row.kind == BRANCH])
        due = [row for row in rows if row.kind != BRANCH]
        found = sync_keys(writer, {(row.kind, row.key) for row in due})
        unwritten = found.errors | found.left
        done = [row.pk for row in due if (row.kind, row.key) not in unwritten]
        PendingSync.objects.filter(pk__in=done).update(done_at=timezone.now(), error="")
    _postpone([row for row in due if (row.kind, row.key) in found.errors], found.errors)
    _put_off([row for row in due if (row.kind, row.key) in found.left], found.reason)
    return len(done)


def _spread(branches: list[PendingSync]) -> None:
    """Note each row that `branches` stand for; they are done with that."""
    if not branches:
        return
    now = timezone.now()
    with transaction.atomic():
        for branch in branches:
            enqueue_many(keys=_rows_below(branch.key))
        PendingSync.objects.filter(pk__in=[row.pk for row in branches]).update(done_at=now)


def _rows_below(page_pk: str) -> Iterator[tuple[str, Any]]:
    page = Page.objects.filter(pk=page_pk).first()
    if page is None:  # deleted meanwhile: then each page below it is noted by itself
        return
    for document in registry.values():
        for pk in document.below(page):
            yield document.kind, pk
        if issubclass(document.model, Page):
            below = document.model._default_manager.filter(path__startswith=page.path)
            for pk in below.values_list("pk", flat=True):
                yield document.kind, pk


def _put_off_due(batch: int, error: Exception) -> None:
    """Not the fault of any row: their tries are not counted, and others get their turn."""
    _put_off(list(PendingSync.objects.due(timezone.now())[:batch]), str(error))


def _put_off(rows: list[PendingSync], reason: str) -> None:
    """Try `rows` again soon: that they were not written is not their fault, and not counted."""
    later = timezone.now() + ENGINE_RETRY
    pks = [row.pk for row in rows]
    PendingSync.objects.filter(pk__in=pks).update(error=reason, retry_at=later)


def _postpone(rows: list[PendingSync], errors: dict[Key, str]) -> None:
    """Try `rows` again, later each time; after `MOST_ATTEMPTS` only when someone asks for it."""
    now = timezone.now()
    for row in rows:
        row.retry_at = now + min(FIRST_RETRY * 2 ** min(row.attempts, 10), LAST_RETRY)
        row.attempts += 1
        row.error = errors[row.kind, row.key]
    PendingSync.objects.bulk_update(rows, ["attempts", "error", "retry_at"], batch_size=BATCH)
