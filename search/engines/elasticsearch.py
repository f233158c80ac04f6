"""The engine at scale: an Elasticsearch server or cluster (8.19 or 9).

Each index has a name of its own. Readers and writers use the alias that carries the fingerprint of
mapping and pipeline, so that processes of an older version go on with the older index; a rebuild
moves the alias in one call. The index before is kept under an alias of its own.
"""

import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, dsl, helpers
from elasticsearch.dsl import query as q

from search import mapping
from search.engines.base import (
    LOCK_WAIT,
    Answer,
    EngineError,
    Hit,
    IndexMissing,
    Operation,
    PartlyWritten,
    Put,
    Refusals,
    Unavailable,
)
from search.engines.locks import shared_lock
from search.query import And, AtLeast, Constant, Identity, Node, Or, Phrase, Plan, Term

logger = logging.getLogger(__name__)

READ_SECONDS = 2.0
WRITE_SECONDS = 60.0
# Nodes tried in turn before a call fails.
TRIES = 3
BULK_RETRIES = 3
BULK_BACKOFF = 0.5
MOST_BUCKETS = 1000
BUSY = 429
# A newer state is there already: the row is tried again and found in order.
CONFLICT = 409
SERVER_ERROR = 500


def to_query(node: Node) -> q.Query:
    """`node` in Elasticsearch's terms."""
    match node:
        case Term(field=name, value=value, boost=boost):
            return q.Term(**{name: {"value": value, "boost": boost}})
        case Phrase(field=name, values=values, boost=boost):
            return q.MatchPhrase(**{name: {"query": " ".join(values), "boost": boost}})
        case Identity(id=found):
            return q.Ids(values=[found])
        case Constant(node=inner, score=score):
            return q.ConstantScore(filter=to_query(inner), boost=score)
        case And(nodes=nodes):
            return q.Bool(must=[to_query(each) for each in nodes])
        case Or(nodes=nodes):
            return q.Bool(should=[to_query(each) for each in nodes], minimum_should_match=1)
        case AtLeast(nodes=nodes, minimum=minimum):
            return q.Bool(should=[to_query(each) for each in nodes], minimum_should_match=minimum)


def to_search(plan: Plan) -> dsl.Search:
    """`plan` as one request: hits narrowed by all filters, each facet by all but its own."""
    exact = {name: q.Term(**{name: value}) for name, value in plan.filters.items()}
    own = [name for name in plan.facets if name in exact]
    for_all = [condition for name, condition in exact.items() if name not in own]
    search = dsl.Search().query(q.Bool(must=[to_query(plan.node)], filter=for_all))
    if own:
        search = search.post_filter(q.Bool(filter=[exact[name] for name in own]))
    for name in plan.facets:
        others = [exact[other] for other in own if other != name]
        counts = dsl.A("terms", field=name, size=MOST_BUCKETS)
        if others:
            search.aggs.bucket(name, "filter", filter=q.Bool(filter=others)).bucket(name, counts)
        else:
            search.aggs.bucket(name, counts)
    order = ["-recency"] if plan.sort == "date" else ["_score", "-recency"]
    return search.sort(*order).extra(track_total_hits=True)[plan.offset : plan.offset + plan.limit]


class IndexWriter:
    """Writes to `target`, an index or an alias that must exist; the caller holds the lock."""

    def __init__(self, engine: "ElasticsearchEngine", target: str, *, alias: bool) -> None:
        self.engine = engine
        self.target = target
        self.alias = alias

    def write(self, operations: Iterable[Operation]) -> Refusals:
        try:
            refusals = self._bulk(operations)
        except PartlyWritten:
            self.refresh()
            raise
        self.refresh()
        return refusals

    def _bulk(self, operations: Iterable[Operation]) -> Refusals:
        refusals: Refusals = {}
        actions = list(_actions(operations, refusals))
        left: dict[str, str] = {}
        with _translated():
            for succeeded, item in helpers.streaming_bulk(
                self.engine.writer_client,
                actions,
                index=self.target,
                require_alias=self.alias,
                max_retries=BULK_RETRIES,
                initial_backoff=BULK_BACKOFF,
                raise_on_error=False,
            ):
                (outcome,) = item.values()
                status = outcome["status"]
                if succeeded or (outcome.get("result") == "not_found"):
                    continue
                reason = _reason(outcome)
                if outcome.get("error", {}).get("type") == "index_not_found_exception":
                    raise IndexMissing(reason)
                if status in (BUSY, CONFLICT) or status >= SERVER_ERROR:
                    left[outcome["_id"]] = reason
                else:
                    refusals[outcome["_id"]] = reason
        if left and len(left) == len(actions):
            raise Unavailable(next(iter(left.values())))
        if left:
            raise PartlyWritten(left, refusals)
        return refusals

    def refresh(self) -> None:
        """Let readers see what was written."""
        with _translated():
            self.engine.writer_client.indices.refresh(index=self.target)


class IndexBuilding(IndexWriter):
    """An index without the alias; `swap` gives it the alias."""

    def __init__(self, engine: "ElasticsearchEngine", name: str) -> None:
        super().__init__(engine, name, alias=False)
        self.swapped = False

    def write(self, operations: Iterable[Operation]) -> Refusals:
        return self._bulk(operations)  # nobody reads it yet: one refresh, by `count`

    def count(self) -> int:
        self.refresh()
        with _translated():
            found = self.engine.writer_client.count(index=self.target)
        return int(found["count"])

    def swap(self) -> None:
        self.engine.point_to(self.target)
        self.swapped = True


def _actions(operations: Iterable[Operation], refusals: Refusals) -> Iterator[dict[str, Any]]:
    """Bulk actions with a version from the clock of the database: a write that was given up for
    lost and arrives late, does not overwrite a newer one."""
    version = _version()
    for operation in operations:
        action: dict[str, Any] = {
            "_id": operation.id,
            "_op_type": "delete",
            "version": version,
            "version_type": "external_gte",
        }
        if isinstance(operation, Put):
            try:
                source = mapping.to_source(operation.id, operation.entry)
            except KeyError as error:
                refusals[operation.id] = f"KeyError: {error}"
                continue
            action |= {"_op_type": "index", "_source": source}
        yield action


def _version() -> int:
    """Microseconds since 1970; one clock for all hosts where the database has one."""
    if connection.vendor != "postgresql":
        return int(timezone.now().timestamp() * 1_000_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(cursor.fetchone()[0])


def _reason(outcome: dict[str, Any]) -> str:
    error = outcome.get("error") or outcome.get("exception") or outcome
    if isinstance(error, dict) and "reason" in error:
        return f"{error.get('type', '')}: {error['reason']}"
    return str(error)


@contextmanager
def _translated() -> Iterator[None]:
    """The client's errors as the engine's."""
    try:
        yield
    except NotFoundError as error:
        raise IndexMissing(str(error)) from error
    except (NoConnection, ConnectionTimeout) as error:
        raise Unavailable(str(error)) from error
    except ApiError as error:
        if error.status_code == BUSY or error.status_code >= SERVER_ERROR:
            raise Unavailable(str(error)) from error
        raise EngineError(str(error)) from error
    except TransportError as error:
        raise EngineError(str(error)) from error


class ElasticsearchEngine:
    """See `search.engines.base.Engine`.

    `connect` makes a client of the server (called once per process and time limit), `prefix`
    begins the names of all its indices, `folder` is for the locks of a host without PostgreSQL.
    """

    name = "elasticsearch"

    def __init__(self, connect: Callable[..., Elasticsearch], prefix: str, folder: Path) -> None:
        self.prefix = prefix
        self.folder = folder
        self._connect = connect
        self._guard = threading.Lock()
        self._held = threading.local()
        self._clients: dict[tuple[int, float], Elasticsearch] = {}

    @property
    def alias(self) -> str:
        """The alias of the index that this version of the product reads and writes."""
        return f"{self.prefix}-{mapping.fingerprint()}"

    @property
    def previous(self) -> str:
        """The alias of the index that was replaced last."""
        return f"{self.prefix}-previous"

    @property
    def reader_client(self) -> Elasticsearch:
        """A client that gives up early: someone is waiting."""
        return self._client(READ_SECONDS)

    @property
    def writer_client(self) -> Elasticsearch:
        """A client with patience for bulk writes."""
        return self._client(WRITE_SECONDS)

    def _client(self, seconds: float) -> Elasticsearch:
        # By process: connections don't survive a fork.
        key = (os.getpid(), seconds)
        with self._guard:
            if key not in self._clients:
                self._clients[key] = self._connect(
                    request_timeout=seconds, max_retries=TRIES, retry_on_timeout=False
                )
            return self._clients[key]

    # Reading

    def ready(self) -> bool:
        with _translated():
            return bool(self.reader_client.indices.exists_alias(name=self.alias))

    def search(self, plan: Plan) -> Answer:
        with _translated():
            found = self.reader_client.search(
                index=self.alias,
                body=to_search(plan).to_dict(),
                allow_partial_search_results=False,
            )
        hits = [
            Hit(hit["_id"], float(hit["_score"] or 0.0), hit["_source"])
            for hit in found["hits"]["hits"]
        ]
        facets = {name: _counts(found["aggregations"][name], name) for name in plan.facets}
        return Answer(found["hits"]["total"]["value"], hits, facets)

    def ids(self) -> set[str]:
        with _translated():
            return {
                hit["_id"]
                for hit in helpers.scan(
                    self.writer_client, index=self.alias, query={"_source": False}, size=5000
                )
            }

    def forget(self) -> None:
        """Nothing is kept: a write refreshes what readers see."""

    # Writing

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        if getattr(self._held, "yes", False):
            yield
            return
        with shared_lock(self.folder / f"{self.prefix}-writer.lock", wait):
            self._held.yes = True
            try:
                yield
            finally:
                self._held.yes = False

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        with self.locked():
            yield IndexWriter(self, self.alias, alias=True)

    @contextmanager
    def rebuilding(self) -> Iterator[IndexBuilding]:
        with shared_lock(self.folder / f"{self.prefix}-rebuild.lock", 0):
            self._clean_up()
            name = f"{self.prefix}-{secrets.token_hex(4)}"
            with _translated():
                self.writer_client.indices.create(
                    index=name,
                    mappings=mapping.mapping(),
                    settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                )
            building = IndexBuilding(self, name)
            try:
                yield building
            finally:
                if not building.swapped:
                    self._discard(name)

    def point_to(self, name: str) -> None:
        """Move the alias to index `name` in one call; keep the one before, remove the others."""
        with self.locked(), _translated():
            aliases = self._indices()
            used = [index for index, found in aliases.items() if self.alias in found]
            # The first build of another version comes after the index that has a version's alias.
            before = used or [index for index, found in aliases.items() if found - {self.previous}]
            actions = [{"add": {"index": name, "alias": self.alias}}]
            actions += [{"remove": {"index": index, "alias": self.alias}} for index in used]
            actions += [{"add": {"index": index, "alias": self.previous}} for index in before]
            self.writer_client.indices.update_aliases(actions=actions)
            self._delete([index for index in aliases if index not in (name, *before)])

    def _indices(self) -> dict[str, set[str]]:
        """The aliases of each of our indices, by its name: not those of an installation whose
        prefix goes on where ours ends."""
        found = self.writer_client.indices.get_alias(index=f"{self.prefix}-*")
        own = re.compile(re.escape(self.prefix) + "-[^-]+")
        return {
            index: set(state["aliases"]) for index, state in found.items() if own.fullmatch(index)
        }

    def _clean_up(self) -> None:
        """Remove what a killed rebuild left: indices without an alias."""
        with _translated():
            self._delete([index for index, aliases in self._indices().items() if not aliases])

    def _discard(self, name: str) -> None:
        """Remove index `name`, if the server can say that it has no alias: a swap whose answer was
        lost may have been carried out. What is left over, the next rebuild removes."""
        try:
            with _translated():
                used = self._indices().get(name)
            if not used:
                self._delete([name])
        except EngineError as error:
            logger.warning(
                "The index %s that was not finished is left to clean up: %s", name, error
            )

    def _delete(self, names: list[str]) -> None:
        if names:
            with _translated():
                self.writer_client.indices.delete(index=names, ignore_unavailable=True)


def _counts(found: dict[str, Any], name: str) -> list[tuple[Any, int]]:
    """The buckets of facet `name`, within its filter where it has one."""
    buckets = found.get(name, found)["buckets"]
    return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]
