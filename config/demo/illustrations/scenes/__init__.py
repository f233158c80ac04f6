"""The scenes of trades by name; a new one is a function here and a line in ``SCENES``."""

from __future__ import annotations

import random
from collections.abc import Callable

from . import indoors, outdoors, transport, works
from .sheet import Scene

SCENES: dict[str, Callable[[random.Random], Scene]] = {
    "welder": works.welder,
    "rail": transport.rail,
    "rider": transport.rider,
    "classroom": indoors.classroom,
    "harbour": transport.harbour,
    "furnace": works.furnace,
    "gear": works.gears,
    "loom": indoors.loom,
    "power": outdoors.power,
    "reading": indoors.reading,
    "street": outdoors.street,
    "wheat": outdoors.wheat,
}
