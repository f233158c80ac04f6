"""Printing: from plates and inks to an image, and from an image to a small WebP file."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from .inks import SHEET, Ink
from .plate import Plate

Plates = Sequence[tuple[Plate, Ink]]


def seed(name: str) -> int:
    """Return the number that a picture's chance is drawn from, the same on every machine."""
    return zlib.crc32(name.encode())


def _noise(rng: np.random.Generator, w: int, h: int, cell: int) -> np.ndarray:
    """Return smooth noise between -1 and 1 with spots about ``cell`` pixels wide."""
    gw, gh = max(2, w // cell + 2), max(2, h // cell + 2)
    grid = (rng.random((gh, gw), dtype=np.float32) * 255).astype("uint8")
    image = Image.fromarray(grid).resize((w, h), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32) / 127.5 - 1


def _worn(plate: Plate, rng: np.random.Generator, amp: float, shift: tuple[int, int]) -> np.ndarray:
    """Return how much of each pixel of the sheet the plate covers, its edges eaten by noise."""
    wide, high = plate.im.size
    dx, dy = (
        (_noise(rng, wide, high, 46) * amp + _noise(rng, wide, high, 9) * 1.1).astype(np.int32)
        for _ in range(2)
    )
    columns = np.clip(np.arange(wide, dtype=np.int32) + dx + shift[0], 0, wide - 1)
    rows = np.clip(np.arange(high, dtype=np.int32)[:, None] + dy + shift[1], 0, high - 1)
    worn = Image.fromarray(np.asarray(plate.im)[rows, columns])
    small = worn.resize((plate.w, plate.h), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def pull(plates: Plates, number: int, wear: float = 1.0) -> Image.Image:
    """Print the plates one over the other and return the sheet as an RGB image.

    Each plate's edge is worn by noise and every plate but the last, which carries the drawing, is
    laid a hair out of register. Pinholes and an uneven film of ink complete the hand print.
    """
    rng = np.random.default_rng(number)
    w, h = plates[0][0].w, plates[0][0].h
    canvas = np.empty((h, w, 3), np.float32)
    canvas[:] = SHEET
    canvas += (_noise(rng, w, h, 60) * 1.6)[..., None]
    last = len(plates) - 1
    for i, (plate, ink) in enumerate(plates):
        low, high = plate.im.getextrema()
        if not high:
            continue  # nothing to print
        if low:  # an uncut block has no edge to wear
            film = np.ones((h, w), np.float32)
        else:
            shift = (0, 0) if i == last else tuple(rng.integers(-3, 4, 2))
            film = _worn(plate, rng, 2.2 * wear, shift)
        salt = _noise(rng, w, h, 5) * 0.6 + _noise(rng, w, h, 21) * 0.55
        film = film * np.where(salt > 0.93, 0.25, 1.0)  # pinholes where the roller missed
        film = film * (0.965 + 0.035 * _noise(rng, w, h, 90))
        canvas = canvas * (1 - film[..., None]) + np.array(ink, np.float32) * film[..., None]
    return Image.fromarray(np.clip(canvas, 0, 255).astype("uint8"))


def crop(image: Image.Image, ratio: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    """Return the largest part of the image with this ratio, centred on the focus if it can be."""
    w, h = image.size
    rw, rh = ratio
    cw, ch = (int(h * rw / rh), h) if w / h > rw / rh else (w, int(w * rh / rw))
    x = min(max(0, focus[0] - cw // 2), w - cw)
    y = min(max(0, focus[1] - ch // 2), h - ch)
    return image.crop((x, y, x + cw, y + ch))


def save_webp(image: Image.Image, path: Path, limit: int) -> int:
    """Write the image at the best quality that stays within ``limit`` bytes; return its size.

    A very busy cut loses a little edge before it loses quality.
    """
    for blur in (0, 0.6, 0.9):
        source = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
        low, high, best = 26, 82, b""
        while low <= high:
            quality = (low + high) // 2
            buffer = io.BytesIO()
            source.save(buffer, "WEBP", quality=quality, method=5)
            if buffer.tell() <= limit:
                best, low = buffer.getvalue(), quality + 1
            else:
                high = quality - 1
        if best:
            path.write_bytes(best)
            return len(best)
    raise ValueError(f"{path.name}: over {limit} bytes even at the lowest quality")
