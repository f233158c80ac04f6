"""What stands on a book cover: one function per motif, cut into an art plate and a spot plate.

The art plate prints in the cover's figure colour and the spot plate in its accent. Motifs keep to
the lower right, because the title slip hangs at the upper left. Suns and moons go on the art plate
only: a red disc or red rays on white would read as a war flag. A new motif is one function in a
module here and its name in that module's ``__all__``.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from config.demo.illustrations.plate import Plate

from . import craft, land, signs
from .size import H, W

__all__ = ["MOTIFS", "H", "Motif", "W"]

Motif = Callable[[Plate, Plate, random.Random], None]

MOTIFS: dict[str, Motif] = {
    name: getattr(module, name) for module in (craft, land, signs) for name in module.__all__
}
