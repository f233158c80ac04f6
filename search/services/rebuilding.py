"""The whole index anew, beside the one that readers see."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from search import dictionary
from search.documents import registry
from search.engines import get_engine
from search.engines.base import (
    Unavailable,
)
from search.models import PendingSync
from search.services.outbox import BATCH, BRANCH, enqueue_many
from search.services.terms import forget_others
from search.services.writing import Key, SearchError, sync_keys

Progress = Callable[[int, int], None]
# What a clock may run behind between the processes of one installation.
CLOCK_SKEW = timedelta(seconds=10)
ENOUGH_TO_SWAP = 0.9
# How long a rebuild waits for a sync: its work would be lost.
REBUILD_WAIT = 120.0


def rebuild(*, progress: Progress | None = None) -> int:
    """Build the index anew beside the present one and swap; return the number of entries.

    Readers see the old index, suggestions and words until the swap. The write lock is held for
    one batch at a time, so that syncs go on; what changed meanwhile is replayed before the swap.
    Raises `SearchError("too_few")` and keeps the old index if the new one holds less than 90 % of
    what the database has; `EngineError` if the engine fails, or lacks room for a row twice. The
    dictionary words that editors want now are those of the new index.
    """
    engine = get_engine()
    began = timezone.now() - CLOCK_SKEW
    edition = dictionary.next_edition()
    with dictionary.using(edition), engine.rebuilding() as building:
        total = sum(document.get_queryset().count() for document in registry.values())
        seen = 0
        learnt: set[str] = set()
        failed: set[Key] = set()
        left: set[Key] = set()
        for document in registry.values():
            pks = list(document.get_queryset().order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(pks), BATCH):
                chunk = {(document.kind, str(pk)) for pk in pks[start : start + BATCH]}
                with engine.locked(REBUILD_WAIT):
                    synced = sync_keys(building, chunk)
                failed |= set(synced.errors)
                left |= set(synced.left)
                learnt |= synced.learnt
                seen += len(chunk)
                if progress:
                    progress(seen, total)
        with engine.locked(REBUILD_WAIT):
            touched = PendingSync.objects.touched_since(began).exclude(kind=BRANCH)
            synced = sync_keys(building, left | set(touched.values_list("kind", "key")))
            if synced.left:
                raise Unavailable(synced.reason)
            failed |= set(synced.errors)
            learnt |= synced.learnt
            count = building.count()
            expected = sum(document.get_queryset().count() for document in registry.values())
            if count < expected * ENOUGH_TO_SWAP:
                raise SearchError(
                    "too_few",
                    _("新索引只有 %(count)d 条，数据库有 %(expected)d 条，没有换用。")
                    % {"count": count, "expected": expected},
                )
            building.swap()
            dictionary.use(edition)
            forget_others(learnt)
    enqueue_many(keys=failed)  # the next sync counts their tries and shows why
    return count
