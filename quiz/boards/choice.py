"""Which board an address means, and the address of every other one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from quiz.boards.unions import By
from unions.models import Union

PERSON, UNION, INDUSTRY, TEAM = "person", "union", "industry", "team"
SCOPES = (PERSON, UNION, INDUSTRY, TEAM)


class UnknownBoard(ValueError):
    """The address names no board."""


@dataclass(frozen=True)
class Choice:
    """Persons in total or of a local `day`; unions of a `level` or industries by `by`; teams."""

    scope: str = PERSON
    level: str = Union.Level.CITY
    by: str = By.RATE
    day: date | None = None

    def address(self, **changes: object) -> str:
        """The query of this board, or of the one that differs by `changes`."""
        other = replace(self, **changes)
        if other.scope == PERSON:
            parts = {"scope": PERSON, **({"day": other.day.isoformat()} if other.day else {})}
        elif other.scope == TEAM:
            parts = {"scope": TEAM}
        else:
            parts = {"scope": other.scope, "by": other.by}
            if other.scope == UNION:
                parts["level"] = other.level
        return "?" + urlencode(parts)


def chosen_board(given: Mapping[str, str], level: str) -> Choice:
    """The board that the parameters name; `level` where they name none. `UnknownBoard`."""
    try:
        day = date.fromisoformat(given["day"]) if given.get("day") else None
        found = Choice(
            given.get("scope", PERSON),
            Union.Level(given.get("level") or level).value,
            By(given.get("by") or By.RATE).value,
            day,
        )
    except ValueError as error:
        raise UnknownBoard from error
    if found.scope not in SCOPES:
        raise UnknownBoard(found.scope)
    return found
