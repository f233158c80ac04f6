"""The shared cache, without which the site is slower and nothing worse."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends import redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

logger = logging.getLogger(__name__)

# Seconds: so long a request waits for an answer; when none came, so long nobody asks again (a
# server that refuses at once is asked each time); and so often the log hears of it.
PATIENCE = 1.0
PAUSE = 5.0
TELL_EVERY = 60


class RedisCache(redis.RedisCache):
    """Django's, but a server that is away, or takes no writes, is an empty cache: each read is a
    miss, and `add` finds nothing there, so that nobody waits for a lock that nobody holds.

    What was to be dropped meanwhile is still there when the server is back; so `delete` is tried
    even where others wait.
    """

    _told = float("-inf")
    _quiet_until = float("-inf")

    def __init__(self, server, params):
        limits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        super().__init__(server, {**params, "OPTIONS": limits | params.get("OPTIONS", {})})

    def _ask(self, otherwise: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What `call` gives, or `otherwise` where the server gives nothing."""
        if time.monotonic() < RedisCache._quiet_until:
            return otherwise
        return self._insist(otherwise, call, *args, **kwargs)

    def _insist(self, otherwise: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The same, whether or not the server answered the last one."""
        try:
            return call(*args, **kwargs)
        except (RedisError, OSError) as error:
            if isinstance(error, NoAnswer):
                RedisCache._quiet_until = time.monotonic() + PAUSE
            if time.monotonic() - RedisCache._told > TELL_EVERY:
                RedisCache._told = time.monotonic()
                logger.warning("The cache doesn't answer, the site goes on without: %s", error)
            return otherwise

    def get(self, key, default=None, version=None):
        return self._ask(default, super().get, key, default, version)

    def get_many(self, keys, version=None):
        return self._ask({}, super().get_many, keys, version)

    def has_key(self, key, version=None):
        return self._ask(False, super().has_key, key, version)

    def set(self, *args, **kwargs):
        self._ask(None, super().set, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self._ask(list(data), super().set_many, data, *args, **kwargs)

    def add(self, *args, **kwargs):
        return self._ask(True, super().add, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._ask(False, super().touch, *args, **kwargs)

    def incr(self, key, delta=1, version=None):
        value = self._ask(None, super().incr, key, delta, version)
        if value is None:  # as Django does for a key that isn't there
            raise ValueError(f"Key '{key}' not found.")
        return value

    def delete(self, *args, **kwargs):
        return self._insist(False, super().delete, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        self._insist(None, super().delete_many, *args, **kwargs)

    def clear(self):
        return self._insist(False, super().clear)
