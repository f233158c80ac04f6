"""The engine that the settings choose."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.guarded import GuardedEngine
from search.engines.tantivy import TantivyEngine

_chosen: ContextVar[Engine | None] = ContextVar("chosen", default=None)


def get_engine() -> Engine:
    """Elasticsearch, guarded by an embedded copy, where the settings name a server; else the
    embedded engine alone."""
    if chosen := _chosen.get():
        return chosen
    folder = Path(settings.SEARCH_INDEX_DIR)
    embedded = _embedded(folder)
    if not settings.ELASTICSEARCH_URL:
        return embedded
    return _guarded(_server(folder, settings.ELASTICSEARCH_INDEX, _connection()), embedded)


def available() -> dict[str, Engine]:
    """Every engine that the settings offer, alone, by name: to compare them."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    found: dict[str, Engine] = {"embedded": _embedded(folder)}
    if settings.ELASTICSEARCH_URL:
        found["elasticsearch"] = _server(folder, settings.ELASTICSEARCH_INDEX, _connection())
    return found


Options = tuple[tuple[str, Any], ...]


def _connection() -> Options:
    """What the client needs to know of the server, from the settings."""
    options: dict[str, Any] = {"hosts": tuple(settings.ELASTICSEARCH_URL.split(","))}
    if settings.ELASTICSEARCH_API_KEY:
        options["api_key"] = settings.ELASTICSEARCH_API_KEY
    if settings.ELASTICSEARCH_CA_CERTS:
        options["ca_certs"] = settings.ELASTICSEARCH_CA_CERTS
    return tuple(options.items())


@lru_cache(maxsize=8)
def _embedded(folder: Path) -> TantivyEngine:
    return TantivyEngine(folder)


@lru_cache(maxsize=8)
def _server(folder: Path, prefix: str, options: Options) -> ElasticsearchEngine:
    given = dict(options)
    hosts = [host.strip() for host in given.pop("hosts") if host.strip()]
    return ElasticsearchEngine(partial(Elasticsearch, hosts, **given), prefix, folder)


@lru_cache(maxsize=8)
def _guarded(server: ElasticsearchEngine, embedded: TantivyEngine) -> GuardedEngine:
    return GuardedEngine(server, embedded)


@contextmanager
def using(engine: Engine) -> Iterator[None]:
    """Let `get_engine()` be `engine` for a while, in this thread: to compare engines."""
    token = _chosen.set(engine)
    try:
        yield
    finally:
        _chosen.reset(token)
