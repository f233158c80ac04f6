"""The engine that the settings choose."""

from functools import lru_cache

from django.conf import settings

from quiz.boards.engine import Engine
from quiz.boards.guarded import GuardedEngine
from quiz.boards.redis import RedisEngine
from quiz.boards.sql import SqlEngine

_sql = SqlEngine()


def engine() -> Engine:
    """Redis, guarded by the database, where the settings name a server; else the database."""
    return copy() or _sql


def copy() -> GuardedEngine | None:
    """The engine that keeps a copy, where there is one."""
    return _guarded(settings.REDIS_URL) if settings.REDIS_URL else None


@lru_cache(maxsize=4)
def _guarded(url: str) -> GuardedEngine:
    return GuardedEngine(RedisEngine(url), _sql)
