"""The geometry of the daily chart: numbers for SVG attributes, no drawing and no I/O."""

from dataclasses import dataclass
from itertools import pairwise

TOP, BOTTOM, LEFT, RIGHT = 36.0, 262.0, 12.0, 96.0
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Grid:
    y: float
    text: str
    base: bool


@dataclass(frozen=True)
class Segment:
    x1: str
    y1: float
    x2: str
    y2: float


@dataclass(frozen=True)
class Dot:
    x: str
    y: float


@dataclass(frozen=True)
class Label:
    x: str
    text: str


@dataclass(frozen=True)
class Chart:
    """x in percent of the width, y in pixels from the top of a picture 300 high."""

    grid: list[Grid]
    now: list[Segment]
    before: list[Segment]
    dots: list[Dot]
    days: list[Label]
    peak: Label | None
    peak_y: float


def ceiling(most: int) -> int:
    """The smallest round number of at least `most` that three even steps divide into whole ones.

    At least 3, at most three times `most` (from 1 on).
    """
    magnitude = 1
    while True:
        for step in STEPS:
            each = step * magnitude
            if each == int(each) and each * 3 >= most:
                return int(each) * 3
        magnitude *= 10


def draw(days: list[str], now: list[int], before: list[int]) -> Chart:
    """The chart of `now` against `before`, one value and one name in `days` per position."""
    top = ceiling(max([*now, *before, 1]))

    def x(position: int) -> str:
        steps = max(len(days) - 1, 1)
        return f"{LEFT + (RIGHT - LEFT) * position / steps:.2f}%"

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    def line(values: list[int]) -> list[Segment]:
        points = [(x(position), y(value)) for position, value in enumerate(values)]
        return [Segment(*first, *second) for first, second in pairwise(points)]

    peak = max(range(len(now)), key=now.__getitem__) if any(now) else None
    every = 1 if len(days) <= 7 else 5
    return Chart(
        grid=[
            Grid(y(value), f"{value:,}" if value else "", not value)
            for value in (0, top // 3, 2 * top // 3, top)
        ],
        now=line(now),
        before=line(before),
        dots=[Dot(x(position), y(value)) for position, value in enumerate(now)],
        days=[
            Label(x(position), name)
            for position, name in enumerate(days)
            if (len(days) - 1 - position) % every == 0
        ],
        peak=None if peak is None else Label(x(peak), f"{now[peak]:,}"),
        peak_y=0.0 if peak is None else round(y(now[peak]) - 14, 1),
    )
