"""How many attempts may begin in a second. Who comes while more do is told when the turn comes.

Every start takes the next slot of a line of slots, one each 1/rate seconds; slots that nobody took
are kept for a burst, no further back. Saving and handing in never come by here.
"""

import logging
import math
from threading import Lock
from time import monotonic, time

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

FIRST, COUNT = "quiz:starts:first", "quiz:starts:count"
KEEP_SECONDS = 24 * 3600


class LocalLine:
    """The slots of this process alone."""

    def __init__(self):
        self._lock = Lock()
        self._next = -math.inf

    def take(self, rate: float, burst: int) -> float:
        """Take the next slot; in how many seconds it comes (0: now)."""
        now = monotonic()
        with self._lock:
            slot = max(self._next, now - (burst - 1) / rate)
            self._next = slot + 1 / rate
        return max(slot - now, 0.0)


class SharedLine:
    """The slots of all processes, counted in the cache that they share.

    The count begins anew whenever everyone so far has had a turn. Two processes that do so at once
    admit a few more than they should; none is kept waiting for it.
    """

    def take(self, rate: float, burst: int) -> float:
        """As `LocalLine.take`."""
        now = time()
        cache.add(COUNT, 0, KEEP_SECONDS)
        number = cache.incr(COUNT)
        first = cache.get(FIRST)
        if first is None or first + number / rate < now:
            cache.set_many({FIRST: now, COUNT: 1}, KEEP_SECONDS)
            return 0.0
        return max(first + (number - burst) / rate - now, 0.0)


_local, _shared = LocalLine(), SharedLine()


def take_slot() -> float:
    """Take a slot to begin in; returns the seconds until it comes, 0 when it is now."""
    rate, burst = settings.QUIZ_STARTS["PER_SECOND"], max(settings.QUIZ_STARTS["BURST"], 1)
    if rate <= 0:
        return 0.0
    if settings.REDIS_URL:
        try:
            return _shared.take(rate, burst)
        except Exception:  # without the cache each process counts for itself
            logger.exception("the queue of starts can't be counted for all processes")
    return _local.take(rate, burst)


def place_in_line(wait: float) -> int:
    """About how many begin before someone who waits for `wait` seconds."""
    return max(math.ceil(wait * settings.QUIZ_STARTS["PER_SECOND"]), 1)


def ask_again_in(wait: float) -> int:
    """Whole seconds after which a page that waits asks again: rarely while the turn is far off."""
    return max(math.ceil(wait if wait <= 30 else max(wait / 2, 30)), 1)
