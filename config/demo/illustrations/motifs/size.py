"""The size that every cover is drawn at."""

from __future__ import annotations

from config.demo.illustrations.plate import Plate

W, H = 800, 1200


def blank() -> Plate:
    """Return a fresh block of a cover's size."""
    return Plate(W, H)
