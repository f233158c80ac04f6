"""The engine that the settings choose."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from search.engines.base import Engine
from search.engines.tantivy import TantivyEngine

_chosen: ContextVar[Engine | None] = ContextVar("chosen", default=None)


def get_engine() -> Engine:
    """Elasticsearch where `ELASTICSEARCH_URL` names one, else the embedded engine."""
    return _chosen.get() or _engine(settings.ELASTICSEARCH_URL, Path(settings.SEARCH_INDEX_DIR))


@lru_cache(maxsize=8)
def _engine(url: str, folder: Path) -> Engine:
    if url:
        raise ImproperlyConfigured(
            _("ELASTICSEARCH_URL 已设置，但本版本还没有 Elasticsearch 引擎；请清空后使用内置搜索。")
        )
    return TantivyEngine(folder)


def available() -> dict[str, Engine]:
    """The engines that this installation can ask, by name."""
    return {"embedded": _engine("", Path(settings.SEARCH_INDEX_DIR))}


@contextmanager
def using(engine: Engine) -> Iterator[None]:
    """Let `get_engine()` be `engine` for a while, in this thread: to compare engines."""
    token = _chosen.set(engine)
    try:
        yield
    finally:
        _chosen.reset(token)
