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
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from search import mapping
from search.engines.base import (
    LOCK_WAIT,
    Answer,
    Delete,
    EngineError,
    Hit,
    IndexMissing,
    Operation,
    Put,
    Refusals,
)
from search.engines.locks import host_lock
from search.query import And, AtLeast, Constant, Identity, Node, Or, Phrase, Plan, Term

CURRENT = "CURRENT"
PREVIOUS = "PREVIOUS"
LOCK = "writer.lock"
FINGERPRINT = "fingerprint"
RELOAD_EVERY = 0.5
HEAP = 64_000_000
BUILD_HEAP = 200_000_000
MOST_BUCKETS = 1000
# Hits of one score that are put in order; more would make a page slow.
MOST_TIED = 500
# tantivy adds 32-bit floats in an order that differs from document to document: scores that differ
# by less, relative to their size, are the same.
NOISE = 1e-6


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
            case "long", None:  # read for ties, apart from the rest of the entry
                builder.add_integer_field(name, stored=True, indexed=True, fast=True)
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
    """A tantivy document; raises as `mapping.to_source`."""
    known = mapping.fields()
    document = tantivy.Document()
    document.add_text("id", put.id)
    shown: dict[str, Any] = {}
    for name, value in mapping.to_source(put.id, put.entry).items():
        field = known[name]
        kind = field["type"]
        if name not in mapping.UNSEEN:
            shown[name] = value
        if field.get("index", True) is False:
            continue
        for item in value if isinstance(value, list) else [value]:
            match kind:
                case "text" | "keyword":
                    document.add_text(name, item)
                case "integer" if not -(2**31) <= item < 2**31:
                    raise ValueError(f"field {name!r}: {item} has more than 32 bits")
                case "integer" | "long":
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
        case Identity(id=found):
            return Query.term_query(schema, "id", found)
        case Constant(node=inner, score=score):
            return Query.const_score_query(to_query(schema, inner), score)
        case And(nodes=nodes):
            return Query.boolean_query([(Occur.Must, to_query(schema, each)) for each in nodes])
        case Or(nodes=nodes):
            return Query.boolean_query([(Occur.Should, to_query(schema, each)) for each in nodes])
        case AtLeast(nodes=nodes, minimum=minimum):
            return Query.boolean_query(
                [(Occur.Should, to_query(schema, each)) for each in nodes], minimum
            )


def filtered(schema: tantivy.Schema, node: Node, filters: dict[str, str | int]) -> Query:
    """`node` narrowed by exact values, which do not change its scores."""
    query = to_query(schema, node)
    if not filters:
        return query
    musts = [(Occur.Must, query)]
    for name, value in filters.items():
        exact = Query.term_query(schema, name, value)
        musts.append((Occur.Must, Query.const_score_query(exact, 0.0)))
    return Query.boolean_query(musts)


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
            found, page = _by_score(searcher, query, plan)
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


Scored = list[tuple[float, tantivy.DocAddress]]


def _by_score(
    searcher: tantivy.Searcher, query: Query, plan: Plan
) -> tuple[tantivy.SearchResult, Scored]:
    """One page by score, equal scores by recency: tantivy itself orders those by where they lie.

    Hits that share their score with one of the page are read too, up to `MOST_TIED`.
    """
    end = plan.offset + plan.limit
    if not plan.limit:
        return searcher.search(query, limit=1), []
    found = searcher.search(query, limit=end + 1)
    if len(found.hits) > end and _tied(found.hits[end - 1], found.hits[end]):
        found = searcher.search(query, limit=end + MOST_TIED)
    page: Scored = []
    at = 0
    for members in _groups(found.hits):
        after = at + len(members)
        if after > plan.offset and len(members) > 1:
            members.sort(key=lambda hit: _recency(searcher, hit[1]), reverse=True)
        page += [hit for place, hit in enumerate(members, at) if plan.offset <= place < end]
        at = after
        if at >= end:
            break
    return found, page


def _tied(higher: tuple[float, Any], lower: tuple[float, Any]) -> bool:
    return higher[0] - lower[0] <= NOISE * higher[0]


def _groups(hits: Scored) -> Iterator[Scored]:
    """Runs of hits whose scores are the same."""
    group: Scored = []
    for hit in hits:
        if group and not _tied(group[-1], hit):
            yield group
            group = []
        group.append(hit)
    if group:
        yield group


def _recency(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> int:
    return int(searcher.doc(address)["recency"][0])


def facets_of(
    schema: tantivy.Schema, searcher: tantivy.Searcher, plan: Plan, query: Query
) -> dict[str, list[tuple[Any, int]]]:
    """Counts per facet, most frequent first; a facet's own filter does not narrow it."""
    free = [name for name in plan.facets if name not in plan.filters]
    found = _counts(searcher, query, free)
    for name in plan.facets:
        if name in plan.filters:
            others = {key: value for key, value in plan.filters.items() if key != name}
            found |= _counts(searcher, filtered(schema, plan.node, others), [name])
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
