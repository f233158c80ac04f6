"""Summing the counters of unions up their tree, and who is large enough to be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Below this a figure says something about single persons.
FEWEST_SHOWN = 10


@dataclass(frozen=True)
class Totals:
    """Figures of a subtree: registered members, participants, completed attempts, points."""

    members: int = 0
    participants: int = 0
    completions: int = 0
    points: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.members + other.members,
            self.participants + other.participants,
            self.completions + other.completions,
            self.points + other.points,
        )

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
    sums: dict[str, Totals] = {}
    for path, own in leaves:
        for end in range(step, len(path) + 1, step):
            above = path[:end]
            sums[above] = sums.get(above, Totals()) + own
    return sums


def nearest_shown(totals: Mapping[str, Totals], path: str, step: int = 4) -> str:
    """The longest path at or above `path` that may be shown, or ""."""
    for end in range(len(path), 0, -step):
        found = totals.get(path[:end])
        if found is not None and found.is_shown:
            return path[:end]
    return ""
