"""One block of lino and the tools that cut it.

Shapes are given in the picture's own units; a plate is drawn at ``SCALE`` times that size and only
reduced when it is printed, so that edges stay clean. A line of points may be written as a list of
pairs or, shorter, as ``"x,y x,y x,y"``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SCALE = 2
PRINTS, CUT = 255, 0  # the two values of a plate: what takes ink and what is carved away

Point = tuple[float, float]
Path = str | Sequence[Point]

# Width of one gouge stroke along its length: it enters fine, swells and leaves fine.
_SWELL = ((0, 0), (0.12, 0.55), (0.35, 1), (0.6, 0.95), (0.85, 0.5), (1, 0))


def points(path: Path) -> list[Point]:
    """Return the path as pairs, reading the short ``"x,y x,y"`` notation."""
    if not isinstance(path, str):
        return list(path)
    pairs = (token.split(",") for token in path.split())
    return [(float(x), float(y)) for x, y in pairs]


def place(path: Path, x: float, y: float, kx: float = 1, ky: float | None = None) -> list[Point]:
    """Return the path scaled by ``kx``, ``ky`` and moved so that its origin lies on (x, y)."""
    ky = kx if ky is None else ky
    return [(x + a * kx, y + b * ky) for a, b in points(path)]


def polar(cx: float, cy: float, angle: float, radius: float) -> Point:
    """Return the point at an angle and a distance from a centre."""
    return (cx + math.cos(angle) * radius, cy + math.sin(angle) * radius)


def smooth(path: Path, closed: bool = True, steps: int = 14) -> list[Point]:
    """Return a Catmull-Rom curve through the points, because hand-cut shapes have no corners."""
    p = points(path)
    n = len(p)
    out: list[Point] = []
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = p[(i - 1) % n], p[i], p[(i + 1) % n], p[(i + 2) % n]
        else:
            a, b, c, d = p[max(i - 1, 0)], p[i], p[i + 1], p[min(i + 2, n - 1)]
        for s in range(steps):
            t = s / steps
            out.append(tuple(_catmull(a[k], b[k], c[k], d[k], t) for k in (0, 1)))
    if not closed:
        out.append(p[-1])
    return out


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    """Interpolate one coordinate between ``b`` and ``c``."""
    t2, t3 = t * t, t * t * t
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t2 + (3 * b - a - 3 * c + d) * t3
    )


class Plate:
    """A block of lino, ``w`` by ``h`` units: 255 prints, 0 is cut away."""

    def __init__(self, w: int, h: int, full: bool = False) -> None:
        """Start from an empty block, or from an uncut one when ``full``."""
        self.w, self.h = w, h
        self._use(Image.new("L", (w * SCALE, h * SCALE), PRINTS if full else CUT))

    def _use(self, image: Image.Image) -> None:
        """Draw on this image from now on."""
        self.im = image
        self.d = ImageDraw.Draw(image)

    @staticmethod
    def _scaled(path: Path) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points(path)]

    def poly(self, path: Path, v: int = PRINTS) -> None:
        """Fill a shape with straight edges."""
        self.d.polygon(self._scaled(path), fill=v)

    def blob(self, path: Path, v: int = PRINTS) -> None:
        """Fill a shape with rounded edges through the points."""
        self.poly(smooth(path), v)

    def rect(self, x0: float, y0: float, x1: float, y1: float, v: int = PRINTS) -> None:
        """Fill a rectangle."""
        self.d.rectangle([x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE], fill=v)

    def disc(
        self, cx: float, cy: float, rx: float, ry: float | None = None, v: int = PRINTS
    ) -> None:
        """Fill a circle, or an ellipse when ``ry`` is given."""
        ry = rx if ry is None else ry
        box = (cx - rx, cy - ry, cx + rx, cy + ry)
        self.d.ellipse([c * SCALE for c in box], fill=v)

    def ring(self, cx: float, cy: float, r: float, w: float, v: int = PRINTS) -> None:
        """Draw a circle's outline, ``w`` wide, inside the radius."""
        box = (cx - r, cy - r, cx + r, cy + r)
        self.d.ellipse([c * SCALE for c in box], outline=v, width=int(w * SCALE))

    def line(self, path: Path, w: float, v: int = PRINTS) -> None:
        """Draw straight lines of even width."""
        self.d.line(self._scaled(path), fill=v, width=max(1, int(w * SCALE)), joint="curve")

    def curve(self, path: Path, w: float, v: int = PRINTS) -> None:
        """Draw a smooth line of even width."""
        self.line(smooth(path, closed=False), w, v)

    def limb(self, a: Point, b: Point, wa: float, wb: float, v: int = PRINTS) -> None:
        """Fill a tapered bar with round ends: an arm, a leg, a boom."""
        angle = math.atan2(b[1] - a[1], b[0] - a[0]) + math.pi / 2
        c, s = math.cos(angle), math.sin(angle)
        self.poly(
            [
                (a[0] + c * wa / 2, a[1] + s * wa / 2),
                (b[0] + c * wb / 2, b[1] + s * wb / 2),
                (b[0] - c * wb / 2, b[1] - s * wb / 2),
                (a[0] - c * wa / 2, a[1] - s * wa / 2),
            ],
            v,
        )
        self.disc(*a, wa / 2, v=v)
        self.disc(*b, wb / 2, v=v)

    def limbs(self, path: Path, *widths: float, v: int = PRINTS) -> None:
        """Fill jointed bars along the points, one width per point."""
        p = points(path)
        for (a, wa), (b, wb) in pairwise(zip(p, widths, strict=True)):
            self.limb(a, b, wa, wb, v)

    def gouge(self, a: Point, b: Point, w: float, v: int = CUT, bend: float = 0.0) -> None:
        """Push the gouge once from ``a`` to ``b``; with ``v=255`` leave such a ridge instead."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        n = math.hypot(dx, dy) or 1
        nx, ny = -dy / n, dx / n
        left, right = [], []
        for t, k in _SWELL:
            off = bend * math.sin(math.pi * t)
            x, y = a[0] + dx * t + nx * off, a[1] + dy * t + ny * off
            left.append((x + nx * w * k / 2, y + ny * w * k / 2))
            right.append((x - nx * w * k / 2, y - ny * w * k / 2))
        self.poly(left + right[::-1], v)

    def gouge_path(self, path: Path, w: float, v: int = CUT) -> None:
        """Carve one long line along a curve, tapered at both ends."""
        p = smooth(path, closed=False)
        left, right = [], []
        for i, (x, y) in enumerate(p):
            a, b = p[max(i - 1, 0)], p[min(i + 1, len(p) - 1)]
            n = math.hypot(b[0] - a[0], b[1] - a[1]) or 1
            nx, ny = -(b[1] - a[1]) / n, (b[0] - a[0]) / n
            k = math.sin(math.pi * min(1, max(0, i / (len(p) - 1)))) ** 0.6 * w / 2
            left.append((x + nx * k, y + ny * k))
            right.append((x - nx * k, y - ny * k))
        self.poly(left + right[::-1], v)

    def paste(self, other: Plate, clip: Plate | None = None) -> None:
        """Add what another plate prints, within ``clip`` if one is given."""
        self._use(ImageChops.lighter(self.im, _clipped(other, clip)))

    def cut(self, other: Plate, clip: Plate | None = None) -> None:
        """Carve away what another plate prints, within ``clip`` if one is given."""
        self._use(ImageChops.subtract(self.im, _clipped(other, clip)))

    def copy(self) -> Plate:
        """Return a second block cut alike."""
        return self._with(self.im.copy())

    def grown(self, size: int) -> Plate:
        """Return the shape made fatter, to clear a halo of bare paper around a figure."""
        return self._with(self.im.filter(ImageFilter.MaxFilter(size)))

    def shrunk(self, size: int) -> Plate:
        """Return the shape made thinner, to keep an outline when its inside changes colour."""
        return self._with(self.im.filter(ImageFilter.MinFilter(size)))

    def mirror(self) -> None:
        """Turn the block over, left to right."""
        self._use(self.im.transpose(Image.Transpose.FLIP_LEFT_RIGHT))

    def _with(self, image: Image.Image) -> Plate:
        plate = Plate(self.w, self.h)
        plate._use(image)
        return plate


def _clipped(plate: Plate, clip: Plate | None) -> Image.Image:
    return plate.im if clip is None else ImageChops.multiply(plate.im, clip.im)


def clear(shape: Plate, *plates: Plate) -> None:
    """Carve one shape out of several plates, so that paper or a later plate shows there."""
    for plate in plates:
        plate.cut(shape)
