"""Patterns of strokes and small standard figures that several pictures use."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from .plate import CUT, PRINTS, Plate, place, polar

Box = tuple[float, float, float, float]
Span = tuple[float, float]


def rays(
    plate: Plate,
    rng: random.Random,
    centre: tuple[float, float],
    reach: Span,
    n: int,
    w: float,
    *,
    v: int = CUT,
    arc: Span = (0.0, math.tau),
    seg: Span = (60, 190),
    gap: Span = (10, 34),
) -> None:
    """Carve strokes that radiate from a point, in broken lengths, like light in a woodcut.

    ``reach`` is the nearest and the farthest radius; strokes swell as they go outwards.
    """
    (r0, r1), (a0, a1) = reach, arc
    for i in range(n):
        angle = a0 + (a1 - a0) * (i + rng.uniform(-0.35, 0.35)) / n
        r = r0 + rng.uniform(0, 50)
        while r < r1:
            length = rng.uniform(*seg) * (1 + r / max(r1, 1) * 0.8)
            k = w * (0.45 + 0.9 * r / r1)
            end = min(r + length, r1)
            a, b = polar(*centre, angle, r), polar(*centre, angle, end)
            plate.gouge(a, b, k * rng.uniform(0.75, 1.2), v)
            r = end + rng.uniform(*gap)


def hatch(
    plate: Plate,
    rng: random.Random,
    box: Box,
    step: float,
    w: float,
    *,
    v: int = CUT,
    angle: float = 0.0,
    seg: Span = (70, 220),
    gap: Span = (12, 46),
    width: Callable[[float, float], float] | None = None,
) -> None:
    """Carve parallel broken strokes over a box, ``step`` apart.

    ``width(x, y)`` scales the strokes from place to place; near 0 it leaves them out.
    """
    x0, y0, x1, y1 = box
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    half = math.hypot(x1 - x0, y1 - y0) / 2
    c, s = math.cos(angle), math.sin(angle)
    wobble = 4
    t = -half
    while t < half:
        u = -half + rng.uniform(0, 60)
        while u < half:
            length = rng.uniform(*seg)
            ax, ay = cx + c * u - s * t, cy + s * u + c * t
            bx, by = cx + c * (u + length) - s * t, cy + s * (u + length) + c * t
            mx, my = (ax + bx) / 2, (ay + by) / 2
            k = 1.0 if width is None else width(mx, my)
            if k > 0.08 and x0 - length < mx < x1 + length and y0 - length < my < y1 + length:
                plate.gouge(
                    (ax, ay + rng.uniform(-wobble, wobble) * 0.5),
                    (bx, by + rng.uniform(-wobble, wobble) * 0.5),
                    w * k * rng.uniform(0.7, 1.2),
                    v,
                    bend=rng.uniform(-wobble, wobble),
                )
            u += length + rng.uniform(*gap)
        t += step * rng.uniform(0.85, 1.15)


def gear(
    plate: Plate,
    cx: float,
    cy: float,
    r: float,
    teeth: int,
    depth: float,
    *,
    v: int = PRINTS,
    phase: float = 0.0,
) -> None:
    """Fill a spur gear."""
    pitch = math.tau / teeth
    profile = ((-0.30, r - depth), (-0.20, r), (0.20, r), (0.30, r - depth))
    plate.poly(
        [
            polar(cx, cy, phase + pitch * i + offset * pitch, radius)
            for i in range(teeth)
            for offset, radius in profile
        ],
        v,
    )


def worker(
    plate: Plate, x: float, y: float, h: float, *, pose: str = "stand", tool: str = ""
) -> None:
    """Fill a small figure in a hard hat, ``h`` high; (x, y) is between the feet.

    Poses are stand, walk and point; the tool is a bar, a lamp or none.
    """

    def at(path: str) -> list[tuple[float, float]]:
        return place(path, x, y, h, -h)  # units of the figure's height, upwards

    def limb(path: str, wa: float, wb: float) -> None:
        plate.limb(*at(path), wa * h, wb * h)

    if pose == "walk":
        limb(".02,.48 -.15,.03", 0.13, 0.07)
        limb(".02,.48 .17,.02", 0.13, 0.07)
    else:
        limb("-.05,.48 -.09,.02", 0.13, 0.08)
        limb(".05,.48 .1,.02", 0.13, 0.08)
    plate.blob(at("-.13,.46 -.15,.72 -.08,.82 .08,.82 .16,.72 .13,.46"))
    plate.disc(*at(".01,.885")[0], 0.062 * h, 0.075 * h)
    plate.blob(at("-.085,.905 -.07,.97 .01,1 .08,.965 .09,.91 .145,.9 .14,.885 -.09,.885"))
    if pose == "point":
        limb(".12,.74 .34,.86", 0.075, 0.05)
        limb("-.13,.74 -.18,.46", 0.075, 0.05)
    else:
        limb(".13,.74 .2,.45", 0.075, 0.05)
        limb("-.13,.74 -.19,.46", 0.075, 0.05)
    if tool == "bar":
        limb("-.34,.36 .46,.56", 0.02, 0.02)
    elif tool == "lamp":
        (x0, y0), (x1, y1) = at(".19,.42 .27,.31")
        plate.rect(x0, y0, x1, y1)
