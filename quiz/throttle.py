"""Counting what one address guesses, over all processes through the cache."""

from django.core.cache import cache
from django.http import HttpRequest

from unions.auth import client_address

SECONDS = 600
# A whole plant may sit behind one address, so this stops programs, not people.
MOST_MISSES = 60


def _key(request: HttpRequest, name: str) -> str:
    return f"quiz:misses:{name}:{client_address(request)}"


def is_blocked(request: HttpRequest, name: str) -> bool:
    """Whether the visitor's address has guessed wrong too often in the last minutes."""
    return cache.get(_key(request, name), 0) >= MOST_MISSES


def count_miss(request: HttpRequest, name: str) -> None:
    """Remember one wrong guess."""
    key = _key(request, name)
    cache.add(key, 0, SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # ran out between the two
        cache.set(key, 1, SECONDS)
