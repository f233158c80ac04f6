"""When pages that wait for the opening of a competition load again: not all in one second."""

import random
from datetime import datetime, timedelta
from math import ceil
from secrets import SystemRandom

from django.conf import settings

SECURE = SystemRandom()
# Before that nobody sits in front of the page and waits.
SOON = timedelta(hours=1)


def is_soon(opens_at: datetime, now: datetime) -> bool:
    """Whether the opening is still to come, and near enough to wait for."""
    return now < opens_at <= now + SOON


def seconds_left(opens_at: datetime, now: datetime) -> int:
    """Whole seconds until the opening, 0 once it has come."""
    return max(ceil((opens_at - now).total_seconds()), 0)


def reload_in(
    opens_at: datetime, now: datetime, *, spread: int, rng: random.Random = SECURE
) -> int:
    """After how many seconds a page made at `now` loads again.

    One to `spread` seconds after the opening, each page by its own lot.
    """
    return seconds_left(opens_at, now) + rng.randint(1, max(spread, 1))


def wait_for(opens_at: datetime, now: datetime) -> dict[str, int] | None:
    """What a page needs that waits for the opening; None while it is far off, or over."""
    if not is_soon(opens_at, now):
        return None
    spread = settings.QUIZ_OPENING_SPREAD
    left = seconds_left(opens_at, now)
    return {
        "left": left,
        "minutes": ceil(left / 60),
        "reload_in": reload_in(opens_at, now, spread=spread),
        "spread": spread,
    }
