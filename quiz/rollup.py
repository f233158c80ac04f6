"""Summing the counters of unions up their tree, and who is large enough to be shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

# Below this a figure says something about single persons.
FEWEST_SHOWN = 10


class Totals(NamedTuple):
    """Figures of a subtree: registered members, participants, completed attempts, points."""

    members: int = 0
    participants: int = 0
    completions: int = 0
    points: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*map(int.__add__, self, other))

    @property
    def rate(self) -> float:
        """Participants per registered member, at most 1: the register may lag behind."""
        return min(self.participants / self.members, 1.0) if self.members else 0.0

    @property
    def mean(self) -> float:
        """Points per participant."""
        return self.points / self.participants if self.participants else 0.0

    @property
    def is_shown(self) -> bool:
        return self.participants >= FEWEST_SHOWN and self.members > 0


def roll_up(leaves: Iterable[tuple[str, Totals]], step: int) -> dict[str, Totals]:
    """Sum the own figures of each path (`step` characters a level) into all paths above it."""
    sums: dict[str, list[int]] = {}
    levels: dict[int, list[str]] = defaultdict(list)

    def add(path: str, figures: Iterable[int]) -> None:
        held = sums.get(path)
        if held is None:
            sums[path] = list(figures)
            levels[len(path)].append(path)
        else:
            held[:] = map(int.__add__, held, figures)

    for path, own in leaves:
        add(path, own)
    # From the deepest level up each path hands its sum to the one above it, once.
    for end in range(max(levels, default=0), step, -step):
        for path in levels[end]:
            add(path[: end - step], sums[path])
    return {path: Totals(*figures) for path, figures in sums.items()}


def nearest_shown(totals: Mapping[str, Totals], path: str, step: int = 4) -> str:
    """The longest path at or above `path` that may be shown, or ""."""
    for end in range(len(path), 0, -step):
        found = totals.get(path[:end])
        if found is not None and found.is_shown:
            return path[:end]
    return ""
