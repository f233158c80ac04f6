"""The whole index anew, beside the one that readers see."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from search import dictionary
from search.documents import registry
from search.engines import get_engine
from search.engines.base import Building, Engine, Unavailable
from search.models import PendingSync
from search.models.outbox import PendingSyncQuerySet
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
    What waited in the outbox is done with that. Raises `SearchError("too_few")` and keeps the old
    index if the new one holds less than 90 % of what the database has; `EngineError` if the engine
    fails, or lacks room for a row twice. The dictionary words that editors want now are those of
    the new index.
    """
    engine = get_engine()
    edition = dictionary.next_edition()
    with dictionary.using(edition), engine.rebuilding() as building:
        filling = _Filling(engine, building)
        total = _expected()
        seen = 0
        for document in registry.values():
            pks = list(document.get_queryset().order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(pks), BATCH):
                chunk = {(document.kind, str(pk)) for pk in pks[start : start + BATCH]}
                filling.write(chunk)
                seen += len(chunk)
                if progress:
                    progress(seen, total)
        filling.replay()  # most of it while others may write
        with engine.locked(REBUILD_WAIT):
            filling.replay()
            if filling.left:
                raise Unavailable(next(iter(filling.left.values())))
            count, expected = building.count(), _expected()
            if count < expected * ENOUGH_TO_SWAP:
                raise SearchError(
                    "too_few",
                    _("新索引只有 %(count)d 条，数据库有 %(expected)d 条，没有换用。")
                    % {"count": count, "expected": expected},
                )
            building.swap()
            dictionary.use(edition)
            forget_others(filling.learnt)
            filling.finish()
    return count


def _expected() -> int:
    return sum(document.get_queryset().count() for document in registry.values())


class _Filling:
    """What a new index holds so far, and which rows of the outbox that settles.

    `left` had no room at the last try. A row of the outbox is never written again by another
    change, which adds one of its own: so the index holds what a row tells of, once its key was
    written after the row was seen.
    """

    def __init__(self, engine: Engine, building: Building) -> None:
        self.engine = engine
        self.building = building
        self.began = timezone.now() - CLOCK_SKEW
        self.learnt: set[str] = set()
        self.failed: set[Key] = set()
        self.left: dict[Key, str] = {}
        # Public or not: an index that is begun now will be right about these.
        self.settled = _keys(PendingSync.objects.waiting())

    def write(self, keys: set[Key]) -> None:
        """Write the present state of at most `BATCH` keys."""
        with self.engine.locked(REBUILD_WAIT):
            synced = sync_keys(self.building, keys)
        self.failed = (self.failed - keys) | set(synced.errors)
        self.left = {key: why for key, why in self.left.items() if key not in keys} | synced.left
        self.learnt |= synced.learnt

    def replay(self) -> None:
        """Write what had no room, and what the outbox was told since the rows were read."""
        touched = _keys(PendingSync.objects.touched_since(self.began))
        missed = {pk: key for pk, key in touched.items() if pk not in self.settled}
        keys = sorted({*missed.values(), *self.left})
        for start in range(0, len(keys), BATCH):
            self.write(set(keys[start : start + BATCH]))
        self.settled |= missed

    def finish(self) -> None:
        """Readers see the index: mark what it settles, and let the next sync count the tries of
        what failed and show why."""
        now = timezone.now()
        done = [pk for pk, key in self.settled.items() if key not in self.failed]
        for start in range(0, len(done), BATCH):
            rows = PendingSync.objects.waiting().filter(pk__in=done[start : start + BATCH])
            rows.update(done_at=now, error="")
        if self.failed:
            enqueue_many(keys=self.failed - set(_keys(PendingSync.objects.waiting()).values()))


def _keys(rows: PendingSyncQuerySet) -> dict[int, Key]:
    """The keys of `rows` by primary key, without branches: a sync spreads those."""
    found = rows.exclude(kind=BRANCH).values_list("pk", "kind", "key")
    return {pk: (kind, key) for pk, kind, key in found}
