"""How good a question is, from how people answered it. Pure functions of counts and sums."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log, sqrt

# Below so many replies the figures say nothing, and no flag is raised.
FEWEST_REPLIES = 30
TOO_HARD, TOO_EASY = 0.2, 0.95
WEAK = 0.1

# Waits are counted by the second as far as this, and beyond by steps of a tenth, so that the sums
# of a question stay some sixty numbers however many answered it.
BY_THE_SECOND = 30
STEP = log(1.1)

HARD, EASY, FLAT, UNUSED, MISKEYED = "hard", "easy", "flat", "unused", "miskeyed"


@dataclass
class Tally:
    """What is summed up over the replies to one question.

    `rest` is the share (0 to 1) of a paper's other questions that were answered right. `picks`
    counts each option's choosers by its position, `waits` the replies by the step of their time
    (`step_of`). All sums, so tallies of chunks can be added.
    """

    asked: int = 0
    right: int = 0
    omitted: int = 0
    rest: float = 0.0
    rest_squared: float = 0.0
    rest_when_right: float = 0.0
    picks: dict[int, int] = field(default_factory=dict)
    waits: dict[int, int] = field(default_factory=dict)

    def add(
        self,
        *,
        right: bool,
        chosen: Collection[int],
        rest: float,
        typed: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Count one reply: the positions `chosen`, or the fill-in `typed`; neither: left out.

        It took `seconds`, None where nobody can tell.
        """
        self.asked += 1
        self.right += right
        self.omitted += not chosen and not typed
        self.rest += rest
        self.rest_squared += rest * rest
        self.rest_when_right += rest * right
        for place in set(chosen):
            self.picks[place] = self.picks.get(place, 0) + 1
        if seconds is not None:
            step = step_of(seconds)
            self.waits[step] = self.waits.get(step, 0) + 1

    def as_json(self) -> list:
        """The sums as a list, to go on from later."""
        sums = (self.rest, self.rest_squared, self.rest_when_right)
        counts = [
            [list(pair) for pair in sorted(counted.items())] for counted in (self.picks, self.waits)
        ]
        return [self.asked, self.right, self.omitted, *sums, *counts]

    @classmethod
    def from_json(cls, data: list) -> "Tally":
        """What `as_json` gave."""
        *sums, picks, waits = data
        return cls(*sums, dict(picks), dict(waits))

    def picked(self, options: int) -> list[int]:
        """How often each of `options` options was chosen."""
        return [self.picks.get(place, 0) for place in range(options)]


def step_of(seconds: float) -> int:
    """The step that `seconds` fall into."""
    if seconds < BY_THE_SECOND:
        return max(int(seconds), 0)
    return BY_THE_SECOND + int(log(seconds / BY_THE_SECOND) / STEP)


def seconds_of(step: int) -> float:
    """The seconds in the middle of `step`."""
    if step < BY_THE_SECOND:
        return step + 0.5
    return BY_THE_SECOND * exp((step - BY_THE_SECOND + 0.5) * STEP)


def typical_seconds(tally: Tally) -> float | None:
    """How long the question took, in the median: one who left it open for an hour counts as one.

    Within half a second as far as BY_THE_SECOND, then within a twentieth. None without any time.
    """
    if not tally.waits:
        return None
    steps = sorted(tally.waits)
    counted = accumulate(tally.waits[step] for step in steps)
    half = sum(tally.waits.values()) / 2
    return seconds_of(
        next(step for step, so_far in zip(steps, counted, strict=True) if so_far >= half)
    )


def facility(tally: Tally) -> float | None:
    """The share that was right, left out counting as wrong; None without replies."""
    return tally.right / tally.asked if tally.asked else None


def discrimination(tally: Tally) -> float | None:
    """The point-biserial correlation of right here with right elsewhere, from -1 to 1.

    The question itself is not part of the rest, so a lone question does not praise itself. None
    where it can't be told: all right, all wrong, or everyone equally good elsewhere.
    """
    n, right = tally.asked, tally.right
    if not 0 < right < n:
        return None
    spread = tally.rest_squared / n - (tally.rest / n) ** 2
    if spread <= 1e-12:
        return None
    share = right / n
    covariance = tally.rest_when_right / n - share * tally.rest / n
    found = covariance / sqrt(spread * share * (1 - share))
    return max(-1.0, min(1.0, found))


def flags(
    *,
    asked: int,
    share: float | None,
    power: float | None,
    picks: Sequence[int],
    key: Collection[int],
) -> list[str]:
    """What someone should look at: of a question with facility `share`, discrimination `power`.

    `picks` by position, `key` the right positions. Nothing with fewer than FEWEST_REPLIES.
    """
    if asked < FEWEST_REPLIES or share is None:
        return []
    distractors = [count for place, count in enumerate(picks) if place not in key]
    keyed = [count for place, count in enumerate(picks) if place in key]
    found = {
        HARD: share < TOO_HARD,
        EASY: share > TOO_EASY,
        FLAT: power is not None and power < WEAK,
        UNUSED: any(count == 0 for count in distractors),
        MISKEYED: bool(distractors and keyed) and min(keyed) < max(distractors),
    }
    return [name for name, raised in found.items() if raised]
