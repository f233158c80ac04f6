"""The size that every scene is drawn at, and what a scene hands to the press."""

from __future__ import annotations

from config.demo.illustrations.inks import Ink
from config.demo.illustrations.plate import Plate

W, H = 1600, 1200

# The plates with their inks in printing order, and the point that a crop keeps in the middle.
Scene = tuple[list[tuple[Plate, Ink]], tuple[int, int]]


def blank(full: bool = False) -> Plate:
    """Return a fresh block of a scene's size."""
    return Plate(W, H, full)
