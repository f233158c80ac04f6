"""When a room is open, in local time (Asia/Shanghai has no summer time)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Span:
    """Hours of one ISO weekday (1 is Monday). `closes` at 00:00 means the end of that day."""

    weekday: int
    opens: time
    closes: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Start and end on `day` as aware local times."""
        last = day + DAY if self.closes == MIDNIGHT else day
        return (
            datetime.combine(day, self.opens, LOCAL),
            datetime.combine(last, self.closes, LOCAL),
        )

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}–{closes}"


@dataclass(frozen=True)
class OpenState:
    """The answer for one moment.

    `until` is when it closes, None if closed or if it never closes; `opens_at` when it opens
    next, None if open or if no hours are known. `today` are the day's spans in order of time.
    """

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    today: tuple[Span, ...]
    day: date

    @property
    def opens_today(self) -> bool:
        return self.opens_at is not None and self.opens_at.date() == self.day


def open_state(spans: Iterable[Span], now: datetime) -> OpenState:
    """Whether a room with the weekly `spans` is open at `now` (aware), until when or from when."""
    spans = sorted(set(spans), key=lambda span: (span.weekday, span.opens, span.closes))
    local = now.astimezone(LOCAL)
    day = local.date()
    week = [
        span.on(day + DAY * ahead)
        for ahead in range(8)
        for span in spans
        if span.weekday == (day + DAY * ahead).isoweekday()
    ]
    today = tuple(span for span in spans if span.weekday == day.isoweekday())
    until = local
    for start, end in week:
        if start <= until < end:
            until = end
    if until > local:
        always = until - local > 7 * DAY
        return OpenState(True, None if always else until, None, today, day)
    opens_at = min((start for start, _end in week if start > local), default=None)
    return OpenState(False, None, opens_at, today, day)


def by_days(spans: Iterable[Span]) -> list[tuple[int, int, tuple[Span, ...]]]:
    """The week as on a sign: (first weekday, last weekday, spans), days with equal hours joined.

    Only neighbours are joined; days without hours are left out.
    """
    spans = sorted(set(spans), key=lambda span: (span.weekday, span.opens, span.closes))
    rows: list[tuple[int, int, tuple[Span, ...]]] = []
    for weekday in range(1, 8):
        own = tuple(span for span in spans if span.weekday == weekday)
        if not own:
            continue
        if rows and rows[-1][1] == weekday - 1 and same_hours(rows[-1][2], own):
            rows[-1] = (rows[-1][0], weekday, rows[-1][2])
        else:
            rows.append((weekday, weekday, own))
    return rows


def same_hours(one: tuple[Span, ...], other: tuple[Span, ...]) -> bool:
    """Whether two days open and close at the same times."""
    return [(span.opens, span.closes) for span in one] == [
        (span.opens, span.closes) for span in other
    ]
