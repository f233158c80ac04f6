"""Counting: note a view, flush what was noted, roll measures up per day and union."""

import logging
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from engagement import spool
from engagement.declaration import Measure, registry
from engagement.models import FlushedFile, PageViews, RollUp, Tally
from unions.models import Union

logger = logging.getLogger(__name__)

# A name is kept long after its file is gone: a reader may hold the file open for a while.
KEEP_NAMES = timedelta(days=2)
CLOSE_DAYS = 60

_writers: dict[Path, spool.Writer] = {}
_today: tuple[float, float, date] = (0.0, 0.0, date.min)


def record_view(*, page_id: int, union_id: int | None, now: datetime | None = None) -> None:
    """Note that page `page_id`, published by `union_id` (None: by no union), was opened.

    `now` is an aware datetime, by default the present; the view counts for its local day. Sends
    no SQL. Never raises for want of disk: a page must open even if it can't be counted.
    """
    day = _local_day() if now is None else timezone.localdate(now)
    try:
        writer().append(spool.line(day, page_id, union_id or 0))
    except OSError:
        logger.exception("a view of page %s was not counted", page_id)


def writer() -> spool.Writer:
    """This process's spool in settings.COUNTER_DIR."""
    directory = Path(settings.COUNTER_DIR)
    found = _writers.get(directory)
    if found is None:
        found = _writers.setdefault(directory, spool.Writer(directory))
    return found


def _local_day() -> date:
    """Today in local time; worked out once per day, for it is asked on every page."""
    global _today
    since, until, day = _today
    now = time.time()
    if not since <= now < until:
        local = timezone.localtime(datetime.fromtimestamp(now, tz=timezone.get_default_timezone()))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        day = local.date()
        _today = (midnight.timestamp(), (midnight + timedelta(days=1)).timestamp(), day)
    return day


def flush_counters() -> int:
    """Count every spool file that nobody writes to any more; return how many were counted.

    A file's counts and its name are committed together and the file removed afterwards: a crash
    in between leaves a file whose name says that it is counted already.
    """
    counted = 0
    for path in spool.finished(Path(settings.COUNTER_DIR)):
        with spool.claimed(path) as content:
            if content is not None:
                counted += _count(path.name, content)
                path.unlink(missing_ok=True)
    old = FlushedFile.objects.filter(at__lt=timezone.now() - KEEP_NAMES)
    if old.exists():  # a DELETE takes SQLite's write lock even where there is nothing to delete
        old.delete()
    return counted


def _count(name: str, content: bytes) -> bool:
    """Add what a file holds, unless that was done before; return whether it was added."""
    try:
        with transaction.atomic():
            FlushedFile.objects.create(name=name)
            PageViews.objects.add(spool.tally(content))
    except IntegrityError:
        if FlushedFile.objects.filter(name=name).exists():
            return False
        raise
    return True


class Difference(NamedTuple):
    """A tally that is not what its measure says now; None: there is no such row."""

    measure: str
    day: date
    union_id: int
    stored: int | None
    derived: int | None


def differences(*, measure: type[Measure], first: date, last: date) -> list[Difference]:
    """Where the tallies of `measure` from `first` to `last` (both in) are not what it derives."""
    known = set(Union.objects.values_list("pk", flat=True))
    derived: dict[tuple[date, int], int] = {}
    for day, union_id, value in measure.per_day(first, last):
        if value and union_id in known:
            derived[day, union_id] = derived.get((day, union_id), 0) + value
    stored = {
        (day, union_id): value
        for day, union_id, value in Tally.objects.of(measure.name)
        .during(first, last)
        .values_list("day", "union_id", "value")
    }
    return [
        Difference(measure.name, *key, stored.get(key), derived.get(key))
        for key in sorted(derived.keys() | stored.keys())
        if stored.get(key) != derived.get(key)
    ]


def roll_up(*, first: date, last: date) -> int:
    """Make the tallies of the days `first` to `last` (both in) what the measures say now.

    Writes only what differs and returns how many rows that were; a second run changes nothing.
    """
    if first > last:
        raise ValueError("the first day is after the last")
    now = timezone.now()
    changed = 0
    for measure in list(registry.values()):
        with transaction.atomic():
            found = differences(measure=measure, first=first, last=last)
            _store(found)
        changed += len(found)
    RollUp.objects.bulk_create(
        [
            RollUp(day=first + timedelta(days=offset), at=now)
            for offset in range((last - first).days + 1)
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["at"],
    )
    return changed


def close_days(*, today: date | None = None) -> int:
    """Roll up the days from the earliest that was not rolled up after its end to yesterday.

    Looks `CLOSE_DAYS` back from `today` (local, by default the present day): after an outage the
    views of several days are flushed late. Returns how many rows changed.
    """
    today = today or timezone.localdate()
    first, yesterday = today - timedelta(days=CLOSE_DAYS), today - timedelta(days=1)
    at = dict(RollUp.objects.filter(day__range=(first, yesterday)).values_list("day", "at"))
    for offset in range(CLOSE_DAYS):
        day = first + timedelta(days=offset)
        if day not in at or timezone.localdate(at[day]) <= day:
            return roll_up(first=day, last=yesterday)
    return roll_up(first=yesterday, last=yesterday)


def _store(found: list[Difference]) -> None:
    """Write the derived side of `found`."""
    Tally.objects.bulk_create(
        [
            Tally(measure=row.measure, day=row.day, union_id=row.union_id, value=row.derived)
            for row in found
            if row.derived is not None
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["measure", "day", "union"],
        update_fields=["value"],
    )
    gone: dict[tuple[str, date], list[int]] = {}
    for row in found:
        if row.derived is None:
            gone.setdefault((row.measure, row.day), []).append(row.union_id)
    for (measure, day), unions in gone.items():
        for start in range(0, len(unions), 500):
            Tally.objects.filter(
                measure=measure, day=day, union__in=unions[start : start + 500]
            ).delete()
