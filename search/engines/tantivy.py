"""The embedded engine: a tantivy index in a folder.

The folder holds one sub-folder per index, the file CURRENT that names the one in use, and the
lock of the one writer of this host. Writers open a fresh `Index` each time (a kept one leaks
files); readers keep theirs and reload at most every half second.
"""

import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Query

from search import mapping
from search.engines.base import (
    LOCK_WAIT,
    Answer,
    Delete,
    EngineError,
    Hit,
    IndexMissing,
    Operation,
    Refusals,
)
from search.engines.locks import host_lock
from search.engines.tantivy_terms import build_schema, by_score, facets_of, filtered, to_document
from search.query import Plan

CURRENT = "CURRENT"
PREVIOUS = "PREVIOUS"
LOCK = "writer.lock"
FINGERPRINT = "fingerprint"
RELOAD_EVERY = 0.5
HEAP = 64_000_000
BUILD_HEAP = 200_000_000


@contextmanager
def _translated() -> Iterator[None]:
    """The library's errors, and those of the disk, as the engine's."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise EngineError(str(error)) from error


class FolderWriter:
    """Writes to the index in `path`, a commit per call; the caller holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, operations: Iterable[Operation]) -> Refusals:
        with _translated():
            writer = tantivy.Index.open(str(self.path)).writer(HEAP, 1)
            try:
                refusals = _apply(writer, operations)
                _commit(writer)
            finally:
                writer.wait_merging_threads()
        return refusals


class FolderBuilding:
    """An index aside: one writer for all, committed by `count`; `swap` lets CURRENT name it."""

    def __init__(self, engine: "TantivyEngine", path: Path) -> None:
        self.engine = engine
        self.path = path
        self.swapped = False
        self._writer: tantivy.IndexWriter | None = None

    def write(self, operations: Iterable[Operation]) -> Refusals:
        with _translated():
            if self._writer is None:
                self._writer = tantivy.Index.open(str(self.path)).writer(BUILD_HEAP, 1)
            return _apply(self._writer, operations)

    def count(self) -> int:
        with _translated():
            if self._writer is not None:
                _commit(self._writer)
                self.close()
            return tantivy.Index.open(str(self.path)).searcher().num_docs

    def swap(self) -> None:
        self.count()
        self.engine.point_to(self.path.name)
        self.swapped = True

    def close(self) -> None:
        """Let go of the writer, if it is still open; what was not committed is dropped."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def _apply(writer: tantivy.IndexWriter, operations: Iterable[Operation]) -> Refusals:
    refusals: Refusals = {}
    for operation in operations:
        if isinstance(operation, Delete):
            writer.delete_documents_by_term("id", operation.id)
            continue
        try:
            document = to_document(operation)
        except (KeyError, TypeError, ValueError) as error:
            refusals[operation.id] = f"{type(error).__name__}: {error}"
            continue
        writer.delete_documents_by_term("id", operation.id)
        writer.add_document(document)
    return refusals


def _commit(writer: tantivy.IndexWriter) -> None:
    """Commit, and remove files that no segment uses. The caller waits for merges: that, not the
    end of the object's life, is when a writer lets go of the index."""
    writer.commit()
    writer.garbage_collect_files()


class TantivyEngine:
    """See `search.engines.base.Engine`."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = threading.Lock()
        self._held = threading.local()
        self._reader: tuple[str, int, str, tantivy.Index] | None = None
        self._checked = 0.0

    # Reading

    def ready(self) -> bool:
        try:
            self._current()
        except IndexMissing:
            return False
        return True

    def search(self, plan: Plan) -> Answer:
        index = self._open()
        with _translated():
            return self._search(index, plan)

    def _search(self, index: tantivy.Index, plan: Plan) -> Answer:
        schema, searcher = index.schema, index.searcher()
        query = filtered(schema, plan.node, plan.filters)
        if plan.sort == "date":
            found = searcher.search(
                query, limit=max(1, plan.limit), offset=plan.offset, order_by_field="recency"
            )
            page = found.hits[: plan.limit]
        else:
            found, page = by_score(searcher, query, plan)
        hits = []
        for score, address in page:
            stored = searcher.doc(address)
            entry = json.loads(stored["source"][0])
            hits.append(Hit(stored["id"][0], float(score), entry))
        return Answer(found.count, hits, facets_of(schema, searcher, plan, query))

    def ids(self) -> set[str]:
        searcher = self._open(fresh=True).searcher()
        if not searcher.num_docs:
            return set()
        found = searcher.search(Query.all_query(), limit=searcher.num_docs)
        return {searcher.doc(address)["id"][0] for _score, address in found.hits}

    def _current(self) -> Path:
        """The folder of the index in use; `IndexMissing` without one of our fingerprint."""
        return self._named(CURRENT)

    def _answering(self) -> Path:
        """The index in use, or the one before it for who still works with that one's words: a
        swap must not leave a search that has begun without an index."""
        try:
            return self._named(CURRENT)
        except IndexMissing:
            return self._named(PREVIOUS)

    def _named(self, pointer: str) -> Path:
        try:
            path = self.folder / (self.folder / pointer).read_text().strip()
            fingerprint = (path / FINGERPRINT).read_text()
        except OSError as error:
            raise IndexMissing("no index") from error
        if fingerprint != mapping.fingerprint():
            raise IndexMissing("the index is of another mapping or pipeline")
        return path

    def _open(self, *, fresh: bool = False) -> tantivy.Index:
        """This process's reader, at most half a second behind (opened again after a fork)."""
        with self._guard:
            now = time.monotonic()
            reader = self._reader
            state = (os.getpid(), mapping.fingerprint())
            young = now - self._checked < RELOAD_EVERY and not fresh
            if reader and reader[1:3] == state and young:
                return reader[3]
            path = self._answering()
            try:
                if reader and reader[:3] == (path.name, *state):
                    index = reader[3]
                else:
                    index = tantivy.Index.open(str(path))
                    index.config_reader("manual")
                index.reload()
            except (ValueError, OSError) as error:
                self._reader = None
                raise EngineError(str(error)) from error
            self._reader = (path.name, *state, index)
            self._checked = now
            return index

    def forget(self) -> None:
        """Let the next read open and reload, whatever the clock says."""
        with self._guard:
            self._reader = None

    # Writing

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        """The one writer's lock of this host; `Locked` if others keep it for too long."""
        if getattr(self._held, "yes", False):
            yield
            return
        with host_lock(self.folder / LOCK, wait):
            self._held.yes = True
            try:
                yield
            finally:
                self._held.yes = False

    @contextmanager
    def writing(self) -> Iterator[FolderWriter]:
        with self.locked():
            yield FolderWriter(self._current())

    @contextmanager
    def rebuilding(self) -> Iterator[FolderBuilding]:
        with host_lock(self.folder / "rebuild.lock", 0):
            self._clean_up()
            path = self.folder / f"index-{secrets.token_hex(4)}"
            path.mkdir()
            tantivy.Index(build_schema(), str(path))
            (path / FINGERPRINT).write_text(mapping.fingerprint())
            building = FolderBuilding(self, path)
            try:
                yield building
            finally:
                if not building.swapped:
                    building.close()
                    shutil.rmtree(path, ignore_errors=True)

    def point_to(self, name: str) -> None:
        """Let CURRENT name another index, at once or not at all; keep the previous one."""
        with self.locked():
            pointer = self.folder / CURRENT
            previous = pointer.read_text().strip() if pointer.exists() else ""
            aside = self.folder / f"{CURRENT}.new"
            with aside.open("w") as file:
                file.write(name)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(pointer)
            if previous:
                (self.folder / PREVIOUS).write_text(previous)
            self._clean_up()
        self.forget()

    def _clean_up(self) -> None:
        """Remove what a killed rebuild left: all but the current and the previous index."""
        kept = set()
        for name in (CURRENT, PREVIOUS):
            if (self.folder / name).exists():
                kept.add((self.folder / name).read_text().strip())
        for path in self.folder.glob("index-*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
