"""Writes of search: the outbox, syncing rows into the index, rebuilding it, the query log."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError, OperationalError
from modelsearch.index import get_indexed_models
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from search import dictionary, mapping
from search.documents import Content, IndexDocument, Term, registry
from search.engines import get_engine
from search.engines.base import (
    Delete,
    Engine,
    EngineError,
    Locked,
    Operation,
    PartlyWritten,
    Put,
    Refusals,
    Unavailable,
    Writer,
)
from search.models import AdminEntry, LexiconWord, PendingSync, QueryLog, SuggestionTerm, Synonym
from search.patience import impatient
from search.pinyin import compact, initials, syllables
from search.text import fold, key_of, words
from search.text.words import is_chinese

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
# Kind and primary key, as the outbox writes them.
Key = tuple[str, str]

BATCH = 500
KEEP_DONE = timedelta(days=1)
# What a clock may run behind between the processes of one installation.
CLOCK_SKEW = timedelta(seconds=10)
FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(minutes=10)
# How long rows wait while the engine takes no writes.
ENGINE_RETRY = timedelta(seconds=20)
ENOUGH_TO_SWAP = 0.9
# How long a rebuild waits for a sync: its work would be lost.
REBUILD_WAIT = 120.0
LONGEST_WORD = 30
# A robot that searches for everything must not fill the table.
MOST_QUERIES_A_DAY = 5000
# The kind of a row in the outbox that stands for a page and all pages below it.
BRANCH = "page-branch"
# How long an announced change may take.
ANNOUNCED = timedelta(seconds=10)
CLOCK_KEY = "search:clock"
# Set while a rebuild for other dictionary words runs, and for a while after one that failed.
DICTIONARY_KEY = "search:dictionary"
DICTIONARY_RETRY = 600
SYNONYMS_KEY = "search:synonyms"
SYNONYMS_SECONDS = 60


class SearchError(Exception):
    """A write was refused; `code` is stable, `str(error)` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


# The outbox


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
    cache.delete(DICTIONARY_KEY)
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
    try:
        current_app.send_task("search.tasks.sync_pending", retry=False)
    except (OSError, KombuError, OperationalError):
        logger.warning("The queue takes no messages; the index follows with the next beat.")


# Syncing


def sync_pending(*, batch: int = 2000, seconds: float = 120) -> int:
    """Bring the index up to date with what is due; return how many rows were done.

    Without an index (or with one of another mapping or pipeline) the whole is built first.
    Stops after about `seconds`; what is left then is still due. What fails stays pending and is
    tried again, later each time. While another process writes, the rows are left to that one.
    """
    forget_done()
    enqueue_turning()
    engine = get_engine()
    until = time.monotonic() + seconds
    total = 0
    try:
        with dictionary.in_use():
            ready = engine.ready()
        if not ready:
            rebuild()
        while PendingSync.objects.due(timezone.now()).exists():
            total += _sync_batch(engine, batch)
            if time.monotonic() > until:
                break
    except Locked as error:
        logger.info("The index is left to another process: %s", error)
    except (EngineError, SearchError) as error:
        # Not the fault of any row: their tries are not counted, and others get their turn.
        _put_off(list(PendingSync.objects.due(timezone.now())[:batch]), str(error))
        logger.warning("The index could not be written: %s", error)
    else:
        _follow_dictionary(engine, batch)
    return total


def _follow_dictionary(engine: Engine, batch: int) -> None:
    """Build the index with the words that editors want, if they changed; meanwhile the old one,
    with the words that it knows, answers and is kept up to date."""
    if not dictionary.changed() or not cache.add(DICTIONARY_KEY, True, DICTIONARY_RETRY):
        return

    def keep_up(*_progress: int) -> None:
        try:
            if PendingSync.objects.due(timezone.now()).exists():
                _sync_batch(engine, batch)
        except EngineError as error:
            logger.warning("The index waits for its rebuild: %s", error)

    try:
        rebuild(progress=keep_up)
    except Locked:  # another one is being built: its words are compared by the next sync
        cache.delete(DICTIONARY_KEY)
    except (EngineError, SearchError) as error:
        logger.warning("The dictionary is tried again later: %s", error)
    else:
        cache.delete(DICTIONARY_KEY)


def _sync_batch(engine: Engine, size: int) -> int:
    """Sync up to `size` due rows; return how many were done.

    Rows are read while the write lock is held, so that no older state overwrites a newer one.
    """
    with engine.locked(), dictionary.in_use(), engine.writing() as writer:
        rows = list(PendingSync.objects.due(timezone.now())[:size])
        _spread([row for row in rows if row.kind == BRANCH])
        due = [row for row in rows if row.kind != BRANCH]
        found = _sync_keys(writer, {(row.kind, row.key) for row in due})
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


def sync(*, document: type[IndexDocument], pk: Any) -> None:
    """Index the row if the document's public queryset returns it, else remove it. Idempotent."""
    engine = get_engine()
    with engine.locked(), dictionary.in_use(), engine.writing() as writer:
        found = _sync_keys(writer, {(document.kind, str(pk))})
    if found.left:
        raise Unavailable(found.reason)
    for error in found.errors.values():
        raise SearchError("not_prepared", error)


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


def _sync_keys(writer: Writer, keys: set[Key]) -> Synced:
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


def retry_now(*, pks: list[int]) -> int:
    """Let failed rows be tried with the next sync, as if for the first time; return how many."""
    rows = PendingSync.objects.filter(pk__in=pks, done_at=None)
    return rows.update(retry_at=timezone.now(), attempts=0)


def forget_done() -> None:
    """Drop rows of the outbox that were done more than a day ago."""
    old = PendingSync.objects.filter(done_at__lt=timezone.now() - KEEP_DONE)
    if old.exists():  # a DELETE takes SQLite's write lock even where there is nothing to delete
        old.delete()


def write_terms(
    kind: str, document: type[IndexDocument] | None, keys: list[str], contents: dict[str, Content]
) -> set[str]:
    """Replace the suggestions of the rows `keys` of one kind with those of `contents` (by key), and
    add their words to the lexicon; return the words. A row without content loses its suggestions.
    """
    terms: dict[tuple[str, str], SuggestionTerm] = {}
    lexicon: set[str] = set()
    for key in keys:
        content = contents.get(key)
        if content is None or document is None:
            continue
        offered = content.terms or (Term(content.title),)
        for term in offered:
            reading = mapping.readings(document, term.text, term.pinyin)[0]
            terms[key, term.text[:100]] = SuggestionTerm(
                kind=kind,
                key=key,
                text=term.text[:100],
                folded=key_of(term.text)[:100],
                pinyin=compact(reading)[:255],
                initials=initials(reading)[:100],
                size=min(len(term.text), 100),
                weight=term.weight,
                url=content.url[:500],
            )
        lexicon |= _lexicon_words(content)
    with transaction.atomic():
        SuggestionTerm.objects.filter(kind=kind, key__in=keys).delete()
        SuggestionTerm.objects.bulk_create(terms.values(), batch_size=BATCH)
        _add_words(lexicon)
    return lexicon


def _lexicon_words(content: Content) -> set[str]:
    """Chinese words of title and terms that a misspelt query may mean."""
    found = set(words(content.title))
    found |= {fold(term.text) for term in content.terms}
    return {word for word in found if 1 < len(word) <= LONGEST_WORD and is_chinese(word)}


def _add_words(lexicon: set[str]) -> None:
    known = set(LexiconWord.objects.filter(text__in=lexicon).values_list("text", flat=True))
    LexiconWord.objects.bulk_create(
        [
            LexiconWord(
                text=word,
                pinyin=compact(syllables(word))[:200],
                first=word[0],
                last=word[-1],
                size=len(word),
            )
            for word in sorted(lexicon - known)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


# Rebuilding


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
                    synced = _sync_keys(building, chunk)
                failed |= set(synced.errors)
                left |= set(synced.left)
                learnt |= synced.learnt
                seen += len(chunk)
                if progress:
                    progress(seen, total)
        with engine.locked(REBUILD_WAIT):
            touched = PendingSync.objects.touched_since(began).exclude(kind=BRANCH)
            synced = _sync_keys(building, left | set(touched.values_list("kind", "key")))
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
            _forget_others(learnt)
    enqueue_many(keys=failed)  # the next sync counts their tries and shows why
    return count


def _forget_others(learnt: set[str]) -> None:
    """Drop the suggestions of rows that are not public, and all words but the `learnt` ones."""
    SuggestionTerm.objects.exclude(kind__in=list(registry)).delete()
    for document in registry.values():
        public = {str(pk) for pk in document.get_queryset().values_list("pk", flat=True)}
        offered = SuggestionTerm.objects.filter(kind=document.kind).values_list("pk", "key")
        _drop(SuggestionTerm, [pk for pk, key in offered if key not in public])
    known = LexiconWord.objects.values_list("pk", "text")
    _drop(LexiconWord, [pk for pk, text in known if text not in learnt])


def _drop(model: type[Model], pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        model._default_manager.filter(pk__in=pks[start : start + BATCH]).delete()


# Search in the admin


def fill_admin_index() -> int:
    """Enter every row that the admin can't find yet, as after an update; return their number."""
    index = get_search_backend().get_index_for_model(Page)
    filled = 0
    for model in get_indexed_models():
        entered = AdminEntry.objects.of(model).values("object_id")
        missing = model.get_indexed_objects().exclude(pk__in=entered)
        pks = list(missing.order_by("pk").values_list("pk", flat=True))
        for at in range(0, len(pks), BATCH):
            rows = model.get_indexed_objects().filter(pk__in=pks[at : at + BATCH])
            index.add_items(model, list(rows))
        filled += len(pks)
    return filled


# Synonyms and the query log


def synonym_pairs() -> list[tuple[str, str]]:
    """All synonyms in both directions, folded; kept in the cache for a minute."""
    found = cache.get(SYNONYMS_KEY)
    if found is None:
        rows = Synonym.objects.values_list("term", "equivalent")
        folded = [(fold(term), fold(equivalent)) for term, equivalent in rows]
        found = folded + [(equivalent, term) for term, equivalent in folded]
        cache.set(SYNONYMS_KEY, found, SYNONYMS_SECONDS)
    return found


def forget_synonyms() -> None:
    """Let the next search read the synonyms from the database."""
    cache.delete(SYNONYMS_KEY)


def log_query(*, query: str, day: date, hits: int) -> None:
    """Count one search of `query` on `day`. A busy database loses the count, never the page."""
    text = " ".join(fold(query).split())[:100]
    if not text:
        return
    missed = int(hits == 0)
    change = {"count": F("count") + 1, "zero_count": F("zero_count") + missed}
    try:
        with impatient():
            if QueryLog.objects.filter(day=day, query=text).update(**change):
                return
            if QueryLog.objects.filter(day=day).count() >= MOST_QUERIES_A_DAY:
                return
            try:
                with transaction.atomic():
                    QueryLog.objects.create(day=day, query=text, count=1, zero_count=missed)
            except IntegrityError:
                QueryLog.objects.filter(day=day, query=text).update(**change)
    except DatabaseError:
        logger.warning("A search was not counted.")
