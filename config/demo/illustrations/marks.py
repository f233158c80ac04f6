"""Flat marks: the 工 seal as an app icon, and the card that other sites show for a link."""

from __future__ import annotations

import re

from PIL import Image, ImageChops, ImageDraw

from .inks import INK, PAPER, RED, SAND, SHEET

# The wordmark 工声 as SVG paths in a box of 220 by 102: 工 is the section of a rolled I-beam.
GONG = "M12 12H88V27H68Q59 27 59 36V64Q59 73 68 73H96V90H4V73H32Q41 73 41 64V36Q41 27 32 27H12Z"
SHENG = (
    "M160 3H172V11H216V22H172V32H206V42H126V32H160V22H116V11H160Z"
    "M121 51H211V87H132Q131 95 124 101L114 95Q121 89 121 78Z"
    "M132 61V77H160V61Z"
    "M172 61V77H200V61Z"
)
SMOOTHING = 4  # drawn larger by this, then reduced

Point = tuple[float, float]


def outlines(path: str, steps: int = 12) -> list[list[Point]]:
    """Return the closed shapes of an SVG path with the commands M, H, V, L, Q and Z."""
    shapes: list[list[Point]] = []
    for command, arguments in re.findall(r"([MHVLQZ])([^MHVLQZ]*)", path):
        n = [float(v) for v in arguments.split()]
        if command == "M":
            shapes.append([(n[0], n[1])])
        elif command == "Q":
            shape = shapes[-1]
            shape += _quadratic(shape[-1], (n[0], n[1]), (n[2], n[3]), steps)
        elif command != "Z":
            x, y = shapes[-1][-1]
            if command == "H":
                x = n[0]
            elif command == "V":
                y = n[0]
            else:
                x, y = n
            shapes[-1].append((x, y))
    return shapes


def _quadratic(a: Point, b: Point, c: Point, steps: int) -> list[Point]:
    """Return points along a quadratic curve, without its start."""
    curve = []
    for i in range(1, steps + 1):
        t = i / steps
        u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t * t
        curve.append((u * a[0] + v * b[0] + w * c[0], u * a[1] + v * b[1] + w * c[1]))
    return curve


def stamp(size: tuple[int, int], path: str, x: float, y: float, scale: float) -> Image.Image:
    """Return a mask with the path filled by the even-odd rule, its origin at (x, y)."""
    big = (size[0] * SMOOTHING, size[1] * SMOOTHING)
    mask = Image.new("1", big)
    for shape in outlines(path):
        layer = Image.new("1", big)
        placed = [((x + a * scale) * SMOOTHING, (y + b * scale) * SMOOTHING) for a, b in shape]
        ImageDraw.Draw(layer).polygon(placed, fill=1)
        mask = ImageChops.logical_xor(mask, layer)
    return mask.convert("L").resize(size, Image.Resampling.LANCZOS)


def icon(size: int) -> Image.Image:
    """Return the seal: 工 in paper on union red, small enough for any mask that a phone cuts."""
    image = Image.new("RGB", (size, size), RED)
    scale = size * 0.56 / 92  # the letter's own width is 92
    x, y = size / 2 - 50 * scale, size / 2 - 51 * scale
    image.paste(PAPER, mask=stamp(image.size, GONG, x, y, scale))
    return image


def card() -> Image.Image:
    """Return the 1200 by 630 link preview: wordmark, 文武线, and a band of cloth woven of 工."""
    w, h = 1200, 630
    image = Image.new("RGB", (w, h), PAPER)
    draw = ImageDraw.Draw(image)
    band = 470
    draw.rectangle((0, band, w, h), fill=INK)
    for row in range(3):
        for column in range(-1, 17):
            x, y = 22 + column * 76 + row % 2 * 38, band + 20 + row * 48
            colour = RED if (row * 5 + column * 3) % 7 == 0 else SAND
            for box in ((0, 0, 44, 8), (17, 8, 27, 26), (0, 26, 44, 34)):
                draw.rectangle((x + box[0], y + box[1], x + box[2] - 1, y + box[3] - 1), colour)
    draw.rectangle((0, band - 12, w, band - 5), fill=RED)  # the thick rule …
    draw.rectangle((0, band - 22, w, band - 21), fill=RED)  # … and the thin one
    scale = 2.6
    x, y = (w - 220 * scale) / 2, (band - 102 * scale) / 2 - 8
    for path in (GONG, SHENG):
        image.paste(RED, mask=stamp((w, h), path, x, y, scale))
    draw.rectangle((0, h - 6, w, h), fill=SHEET)
    return image
