"""The embedded engine: a tantivy index in a folder.

The folder holds one sub-folder per index, the file CURRENT that names the one in use, and the
lock of the one writer of this host. Writers open a fresh `Index` each time (a kept one leaks
files); readers keep theirs and reload at most every half second.
"""

import fcntl
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from search import mapping
from search.engines.base import Answer, EngineError, Hit, IndexMissing, Operation, Put
from search.query import And, AtLeast, Constant, Node, Or, Phrase, Plan, Term

CURRENT = "CURRENT"
LOCK = "writer.lock"
FINGERPRINT = "fingerprint"
RELOAD_EVERY = 0.5
LOCK_WAIT = 10.0
HEAP = 64_000_000
BUILD_HEAP = 200_000_000
# tantivy's BM25 keeps the factor k1 + 1 that Lucene dropped.
BM25_FACTOR = 2.2
MOST_BUCKETS = 1000


def build_schema() -> tantivy.Schema:
    """The schema generated from the mapping; a field type without a translation raises."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name, field in mapping.fields().items():
        if field.get("index", True) is False:
            continue
        match field["type"], field.get("analyzer"):
            case "text", "whitespace":
                builder.add_text_field(name, tokenizer_name="whitespace")
            case "keyword", None:
                builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
            case "integer", None:
                builder.add_integer_field(name, indexed=True, fast=True)
            case "date", None:
                builder.add_date_field(name, indexed=True, fast=True)
            case "boolean", None:
                builder.add_boolean_field(name, indexed=True, fast=True)
            case kind:
                raise ValueError(f"field {name!r}: {kind} has no translation to tantivy")
    builder.add_bytes_field("source", stored=True)
    return builder.build()


def to_document(put: Put) -> tantivy.Document:
    """A tantivy document; a field that the mapping doesn't know raises (dynamic: strict)."""
    known = mapping.fields()
    document = tantivy.Document()
    document.add_text("id", put.id)
    shown: dict[str, Any] = {}
    for name, value in put.entry.items():
        field = known[name]
        kind = field["type"]
        if kind != "text":
            shown[name] = value
        if field.get("index", True) is False:
            continue
        for item in value if isinstance(value, list) else [value]:
            match kind:
                case "text" | "keyword":
                    document.add_text(name, item)
                case "integer":
                    document.add_integer(name, item)
                case "date":
                    document.add_date(name, item)
                case "boolean":
                    document.add_boolean(name, item)
    document.add_bytes("source", json.dumps(shown, default=_to_json).encode())
    return document


def _to_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def to_query(schema: tantivy.Schema, node: Node) -> Query:
    """`node` in tantivy's terms."""
    match node:
        case Term(field=name, value=value, boost=boost):
            return Query.boost_query(Query.term_query(schema, name, value, "freq"), boost)
        case Phrase(field=name, values=values, boost=boost):
            return Query.boost_query(Query.phrase_query(schema, name, list(values)), boost)
        case Constant(node=inner, score=score):
            return Query.const_score_query(to_query(schema, inner), score * BM25_FACTOR)
        case And(nodes=nodes):
            return Query.boolean_query([(Occur.Must, to_query(schema, each)) for each in nodes])
        case Or(nodes=nodes):
            return Query.boolean_query([(Occur.Should, to_query(schema, each)) for each in nodes])
        case AtLeast(nodes=nodes, minimum=minimum):
            return Query.boolean_query(
                [(Occur.Should, to_query(schema, each)) for each in nodes], minimum
            )


def _filtered(schema: tantivy.Schema, node: Node, filters: dict[str, str | int]) -> Query:
    query = to_query(schema, node)
    if not filters:
        return query
    musts = [(Occur.Must, query)]
    for name, value in filters.items():
        exact = Query.term_query(schema, name, value)
        musts.append((Occur.Must, Query.const_score_query(exact, 0.0)))
    return Query.boolean_query(musts)


class FolderWriter:
    """Writes to the index in `path`, a commit per call; the caller holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, operations: Iterable[Operation]) -> None:
        writer = tantivy.Index.open(str(self.path)).writer(HEAP, 1)
        _apply(writer, operations)
        _finish(writer)


class FolderBuilding:
    """An index aside: one writer for all, committed by `count`; `swap` lets CURRENT name it."""

    def __init__(self, engine: "TantivyEngine", path: Path) -> None:
        self.engine = engine
        self.path = path
        self.swapped = False
        self._writer: tantivy.IndexWriter | None = None

    def write(self, operations: Iterable[Operation]) -> None:
        if self._writer is None:
            self._writer = tantivy.Index.open(str(self.path)).writer(BUILD_HEAP, 1)
        _apply(self._writer, operations)

    def count(self) -> int:
        if self._writer is not None:
            _finish(self._writer)
            self._writer = None
        return tantivy.Index.open(str(self.path)).searcher().num_docs

    def swap(self) -> None:
        self.count()
        self.engine.point_to(self.path.name)
        self.swapped = True

    def abandon(self) -> None:
        """Let go of the writer, if it is still open."""
        self._writer = None


def _apply(writer: tantivy.IndexWriter, operations: Iterable[Operation]) -> None:
    for operation in operations:
        writer.delete_documents_by_term("id", operation.id)
        if isinstance(operation, Put):
            writer.add_document(to_document(operation))


def _finish(writer: tantivy.IndexWriter) -> None:
    """Commit, remove files that no segment uses, and wait for merges."""
    writer.commit()
    writer.garbage_collect_files()
    writer.wait_merging_threads()


class TantivyEngine:
    """See `search.engines.base.Engine`."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = threading.Lock()
        self._held = threading.local()
        self._reader: tuple[str, int, tantivy.Index] | None = None
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
        try:
            return self._search(index, plan)
        except (ValueError, OSError, KeyError) as error:
            raise EngineError(str(error)) from error

    def _search(self, index: tantivy.Index, plan: Plan) -> Answer:
        schema, searcher = index.schema, index.searcher()
        query = _filtered(schema, plan.node, plan.filters)
        ordering = {"order_by_field": "date"} if plan.sort == "date" else {}
        found = searcher.search(query, limit=max(1, plan.limit), offset=plan.offset, **ordering)
        hits = []
        for score, address in found.hits[: plan.limit]:
            stored = searcher.doc(address)
            entry = json.loads(stored["source"][0])
            hits.append(Hit(stored["id"][0], float(score), entry))
        return Answer(found.count, hits, _facets(schema, searcher, plan, query))

    def ids(self) -> set[str]:
        searcher = self._open(fresh=True).searcher()
        if not searcher.num_docs:
            return set()
        found = searcher.search(Query.all_query(), limit=searcher.num_docs)
        return {searcher.doc(address)["id"][0] for _score, address in found.hits}

    def _current(self) -> Path:
        """The folder of the index in use; `IndexMissing` without one of our fingerprint."""
        try:
            path = self.folder / (self.folder / CURRENT).read_text().strip()
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
            young = now - self._checked < RELOAD_EVERY and not fresh
            if reader and reader[1] == os.getpid() and young:
                return reader[2]
            path = self._current()
            try:
                if reader and reader[:2] == (path.name, os.getpid()):
                    index = reader[2]
                else:
                    index = tantivy.Index.open(str(path))
                    index.config_reader("manual")
                index.reload()
            except (ValueError, OSError) as error:
                self._reader = None
                raise EngineError(str(error)) from error
            self._reader = (path.name, os.getpid(), index)
            self._checked = now
            return index

    def forget(self) -> None:
        """Let the next read open and reload, whatever the clock says."""
        with self._guard:
            self._reader = None

    # Writing

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        """The one writer's lock of this host; `EngineError` if another keeps it for too long."""
        if getattr(self._held, "yes", False):
            yield
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait
        with (self.folder / LOCK).open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise EngineError("another writer holds the lock") from None
                    time.sleep(0.05)  # a file lock tells nobody when it is let go
            self._held.yes = True
            try:
                yield
            finally:
                self._held.yes = False

    @contextmanager
    def writing(self) -> Iterator[FolderWriter]:
        with self.locked():
            try:
                yield FolderWriter(self._current())
            except (ValueError, OSError) as error:
                raise EngineError(str(error)) from error

    @contextmanager
    def rebuilding(self) -> Iterator[FolderBuilding]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "rebuild.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EngineError("another rebuild is running") from None
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
                    building.abandon()
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
                (self.folder / "PREVIOUS").write_text(previous)
            self._clean_up()
        self.forget()

    def _clean_up(self) -> None:
        """Remove what a killed rebuild left: all but the current and the previous index."""
        kept = set()
        for name in (CURRENT, "PREVIOUS"):
            if (self.folder / name).exists():
                kept.add((self.folder / name).read_text().strip())
        for path in self.folder.glob("index-*"):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


def _facets(
    schema: tantivy.Schema, searcher: tantivy.Searcher, plan: Plan, query: Query
) -> dict[str, list[tuple[Any, int]]]:
    """Counts per facet, most frequent first; a facet's own filter does not narrow it."""
    free = [name for name in plan.facets if name not in plan.filters]
    found = _counts(searcher, query, free)
    for name in plan.facets:
        if name in plan.filters:
            others = {key: value for key, value in plan.filters.items() if key != name}
            found |= _counts(searcher, _filtered(schema, plan.node, others), [name])
    return found


def _counts(
    searcher: tantivy.Searcher, query: Query, names: list[str]
) -> dict[str, list[tuple[Any, int]]]:
    if not names:
        return {}
    wanted = {name: {"terms": {"field": name, "size": MOST_BUCKETS}} for name in names}
    found = searcher.aggregate(query, wanted)
    return {
        name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]]
        for name in names
    }
