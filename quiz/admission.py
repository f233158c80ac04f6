"""How many attempts may begin in a second. Who comes while more do is told when the turn comes.

Every start takes the next slot of a line of slots, one each 1/rate seconds; slots that nobody took
are kept for a burst, no further back. Whoever has a slot keeps it for a while after it came: asking
again takes no other, so nobody pushes the others back. Saving and handing in never come by here.
"""

import logging
import math
from collections.abc import Callable
from threading import Lock
from time import monotonic, time

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

FIRST, COUNT = "quiz:starts:first", "quiz:starts:count"
KEEP_SECONDS = 24 * 3600
KEPT_AFTER = 300  # seconds after the turn has come


class LocalLine:
    """The slots of this process alone."""

    def __init__(self):
        self._lock = Lock()
        self._next = -math.inf
        self._kept: dict[str, float] = {}  # the slot of each holder, the earliest first

    def peek(self, rate: float, burst: int) -> float:
        """In how many seconds the next slot comes (0: now); takes none."""
        now = monotonic()
        with self._lock:
            return max(self._free(now, rate, burst) - now, 0.0)

    def take(self, rate: float, burst: int, holder: str) -> float:
        """The slot of `holder`, the next one if there is none; in how many seconds it comes."""
        now = monotonic()
        with self._lock:
            self._forget(now)
            slot = self._kept.get(holder)
            if slot is None:
                slot = self._kept[holder] = self._free(now, rate, burst)
                self._next = slot + 1 / rate
        return max(slot - now, 0.0)

    def _free(self, now: float, rate: float, burst: int) -> float:
        return max(self._next, now - (burst - 1) / rate)

    def _forget(self, now: float) -> None:
        while self._kept:
            holder, slot = next(iter(self._kept.items()))
            if slot + KEPT_AFTER >= now:
                return
            del self._kept[holder]


class SharedLine:
    """The slots of all processes, counted in the cache that they share.

    The count begins anew whenever everyone so far has had a turn. Two processes that do so at once
    admit a few more than they should; none is kept waiting for it.
    """

    def peek(self, rate: float, burst: int) -> float:
        """As `LocalLine.peek`."""
        now, kept = time(), cache.get_many([FIRST, COUNT])
        first, number = kept.get(FIRST), kept.get(COUNT, 0) + 1
        if first is None or first + number / rate < now:
            return 0.0
        return max(first + (number - burst) / rate - now, 0.0)

    def take(self, rate: float, burst: int, holder: str) -> float:
        """As `LocalLine.take`."""
        key, wait = f"quiz:starts:slot:{holder}", self.peek(rate, burst)
        # Kept before it is taken: of two requests of one holder at once, one takes a slot.
        if not self._keep(cache.add, key, wait):
            turn = cache.get(key)
            return 0.0 if turn is None else max(turn - time(), 0.0)
        wait = self._next(rate, burst)
        self._keep(cache.set, key, wait)
        return wait

    def _next(self, rate: float, burst: int) -> float:
        now = time()
        cache.add(COUNT, 0, KEEP_SECONDS)
        number = cache.incr(COUNT)
        first = cache.get(FIRST)
        if first is None or first + number / rate < now:
            cache.set_many({FIRST: now, COUNT: 1}, KEEP_SECONDS)
            return 0.0
        return max(first + (number - burst) / rate - now, 0.0)

    def _keep(self, write: Callable[..., bool | None], key: str, wait: float) -> bool:
        return bool(write(key, time() + wait, math.ceil(wait) + KEPT_AFTER))


_local, _shared = LocalLine(), SharedLine()


def is_busy() -> bool:
    """Whether who takes a slot now would wait for it."""
    return _asked(lambda line, rate, burst: line.peek(rate, burst)) > 0


def take_slot(holder: str) -> float:
    """The slot of `holder` to begin in, one taken now if there is none.

    Returns the seconds until it comes, 0 when it is now or has come.
    """
    return _asked(lambda line, rate, burst: line.take(rate, burst, holder))


def _asked(ask: Callable[[LocalLine | SharedLine, float, int], float]) -> float:
    rate, burst = settings.QUIZ_STARTS["PER_SECOND"], max(settings.QUIZ_STARTS["BURST"], 1)
    if rate <= 0:
        return 0.0
    if settings.REDIS_URL:
        try:
            return ask(_shared, rate, burst)
        except Exception:  # without the cache each process counts for itself
            logger.exception("the queue of starts can't be counted for all processes")
    return ask(_local, rate, burst)


def place_in_line(wait: float) -> int:
    """About how many begin before someone who waits for `wait` seconds."""
    return max(math.ceil(wait * settings.QUIZ_STARTS["PER_SECOND"]), 1)


def ask_again_in(wait: float) -> int:
    """Whole seconds after which a page that waits asks again: rarely while the turn is far off."""
    return max(math.ceil(wait if wait <= 30 else max(wait / 2, 30)), 1)
