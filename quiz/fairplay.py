"""What in finished attempts looks as if no person sat there: signals, never a verdict. No I/O.

Nothing about networks or devices comes in here: colleagues share both.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from quiz import twins

PACE, TWINS, HABIT = "pace", "twins", "habit"

# Nobody reads a question in less than a second.
FASTEST_SECONDS = 1.0
FEWEST_REPLIES = 5
# Replies kept on a phone without a network come in together: only separate moments tell a rhythm.
FEWEST_MOMENTS = 5
FEWEST_TWINS = 3
FEWEST_FAST = 3


@dataclass(frozen=True)
class Sitting:
    """A finished attempt as the signals see it.

    `replies` maps the version of a question to the places chosen in it, in the editors' order,
    and to when that was saved; `wrong` are the versions answered wrong.
    """

    attempt: int
    member: int
    started_at: datetime
    elapsed: int
    replies: Mapping[int, tuple[tuple[int, ...], datetime]]
    wrong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Finding:
    """A signal about some attempts; `key` names it so that it is raised only once."""

    signal: str
    key: str
    attempts: tuple[int, ...]
    evidence: dict[str, Any] = field(default_factory=dict)


def seconds_per_question(sitting: Sitting) -> float | None:
    """The mean time between start and last reply per reply; None when there are too few to say."""
    if len(sitting.replies) < FEWEST_REPLIES:
        return None
    last = max(at for _places, at in sitting.replies.values())
    return (last - sitting.started_at).total_seconds() / len(sitting.replies)


def is_too_fast(sitting: Sitting) -> bool:
    """Whether the whole was answered faster than anyone reads, however it reached us."""
    pace = seconds_per_question(sitting)
    return pace is not None and pace < FASTEST_SECONDS


def fingerprint(sitting: Sitting) -> str:
    """Equal for sittings with the same replies at the same seconds after the start, else not.

    "" when the replies came in too few moments to tell.
    """
    if len({at for _places, at in sitting.replies.values()}) < FEWEST_MOMENTS:
        return ""
    steps = [
        [version, *places, int((at - sitting.started_at).total_seconds())]
        for version, (places, at) in sorted(sitting.replies.items())
    ]
    return hashlib.sha256(json.dumps(steps).encode()).hexdigest()


def findings(sittings: Iterable[Sitting]) -> list[Finding]:
    """Every signal in `sittings` (of one competition and day), in the order in which they came."""
    fast: dict[int, list[tuple[int, float]]] = defaultdict(list)
    first: dict[str, tuple[int, int]] = {}
    alike: dict[str, dict[int, int]] = {}
    crowd = twins.Crowd()
    found = []
    for sitting in sittings:
        if is_too_fast(sitting):
            pace = round(seconds_per_question(sitting) or 0, 2)
            fast[sitting.member].append((sitting.attempt, pace))
            evidence = {
                "seconds_per_question": pace,
                "replies": len(sitting.replies),
                "elapsed": sitting.elapsed,
            }
            found.append(Finding(PACE, str(sitting.attempt), (sitting.attempt,), evidence))
        if mark := fingerprint(sitting):
            one = first.setdefault(mark, (sitting.member, sitting.attempt))
            if one[1] != sitting.attempt:
                copies = alike.setdefault(mark, dict([one]))
                copies.setdefault(sitting.member, sitting.attempt)
        crowd.add(_trace(sitting))
    for member, rows in fast.items():
        if len(rows) >= FEWEST_FAST:
            attempts = tuple(attempt for attempt, _pace in rows)
            evidence = {"attempts": len(rows), "seconds_per_question": [pace for _a, pace in rows]}
            found.append(Finding(HABIT, str(member), attempts, evidence))
    return found + _twins(crowd, alike.values())


def _trace(sitting: Sitting) -> twins.Trace:
    moments = {
        version: (at - sitting.started_at).total_seconds()
        for version, (_places, at) in sitting.replies.items()
    }
    return twins.Trace(
        sitting.attempt,
        sitting.member,
        {version: places for version, (places, _at) in sitting.replies.items()},
        sitting.wrong,
        twins.waits_of(moments),
    )


def _twins(crowd: twins.Crowd, copies: Iterable[Mapping[int, int]]) -> list[Finding]:
    """A finding per group of accounts that answer as one: near twins, and several exact copies."""
    rings = [list(members.values()) for members in copies if len(members) >= FEWEST_TWINS]
    pairs = crowd.pairs()
    traces = crowd.traces_of(
        {attempt for ring in rings for attempt in ring}
        | {attempt for pair in pairs for attempt in pair.attempts}
    )
    pairs += [_copied(traces[one], other) for ring in rings for one, other in pairwise(ring)]
    found = []
    for attempts, own in twins.groups(pairs):
        closest = min(own, key=lambda pair: pair.chance)
        evidence = {
            "accounts": len({traces[attempt].member for attempt in attempts}),
            "common": closest.common,
            "alike": closest.alike,
            "near": closest.near,
        }
        found.append(Finding(TWINS, str(attempts[0]), attempts, evidence))
    return found


def _copied(trace: twins.Trace, other: int) -> twins.Pair:
    """Two sittings with the same replies at the same seconds."""
    count = len(trace.chosen)
    return twins.Pair((trace.attempt, other), count, len(trace.wrong), count, 0.0)
