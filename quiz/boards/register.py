"""The register of unions as the boards read it, kept by each process for a while."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from unions.models import Union

# A union that is renamed or moved shows so on the boards this late; a new one that takes part
# at once.
KEEP_SECONDS = 300


class Entry(NamedTuple):
    """One union: `name` as boards show it, `members` those registered on its own level."""

    pk: int
    path: str
    name: str
    level: str
    industry: str
    members: int


_kept: tuple[float, dict[int, Entry]] = (0.0, {})


def entries(named: Iterable[int] = ()) -> dict[int, Entry]:
    """All unions by key. It is read anew when it is old, or lacks one of those `named`."""
    global _kept
    until, found = _kept
    if time.monotonic() >= until or any(pk not in found for pk in named):
        found = {row[0]: Entry(row[0], row[1], row[2] or row[3], *row[4:]) for row in _rows()}
        _kept = time.monotonic() + KEEP_SECONDS, found
    return found


def forget() -> None:
    """Read it anew the next time."""
    global _kept
    _kept = 0.0, {}


def _rows():
    return Union.objects.order_by().values_list(
        "pk", "path", "short_name", "name", "level", "industry", "member_count"
    )
