"""Who may take part: a pure function of where somebody is registered and what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

ANYONE, MEMBER = "anyone", "member"
NO_UNION, OTHER_UNION, OTHER_INDUSTRY = "no_union", "other_union", "other_industry"


@dataclass(frozen=True)
class Place:
    """Where somebody is registered: the path of the union ("" for none) and its industry."""

    path: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Group:
    """Those of the subtree at `path` ("" = anywhere) and of `industry` ("" = any)."""

    path: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Conditions:
    """`membership` is asked for, the subtree at `path`, and, where there are any, one of `groups`.

    Whoever asks for a union or an industry asks for a membership, too.
    """

    membership: str = ANYONE
    path: str = ""
    groups: Sequence[Group] = ()

    @property
    def asks_for_union(self) -> bool:
        return self.membership == MEMBER or bool(self.path) or bool(self.groups)


def obstacle(place: Place, conditions: Conditions) -> str:
    """Why somebody registered at `place` may not take part, or "".

    NO_UNION: not registered at all. OTHER_UNION: no condition covers that union. OTHER_INDUSTRY:
    the union is covered, its industry is not.
    """
    if not conditions.asks_for_union:
        return ""
    if not place.path:
        return NO_UNION
    if not place.path.startswith(conditions.path):
        return OTHER_UNION
    near = [group for group in conditions.groups if place.path.startswith(group.path)]
    if conditions.groups and not near:
        return OTHER_UNION
    if near and not any(group.industry in ("", place.industry) for group in near):
        return OTHER_INDUSTRY
    return ""
