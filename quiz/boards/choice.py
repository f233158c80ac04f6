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
    """Persons in total, of a local `day` or of the `round` of that number; unions of a `level` or
    industries by `by`; teams."""

    scope: str = PERSON
    level: str = Union.Level.CITY
    by: str = By.RATE
    day: date | None = None
    round: int | None = None

    def address(self, **changes: object) -> str:
        """The query of this board, or of the one that differs by `changes`."""
        other = replace(self, **changes)
        if other.scope == PERSON:
            parts = {"scope": PERSON}
            if other.day:
                parts["day"] = other.day.isoformat()
            if other.round:
                parts["round"] = str(other.round)
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
            _number(given["round"]) if given.get("round") else None,
        )
    except ValueError as error:
        raise UnknownBoard from error
    if found.scope not in SCOPES:
        raise UnknownBoard(found.scope)
    parts = sum(part is not None for part in (found.day, found.round))
    if parts > 1 or (parts and found.scope != PERSON):
        raise UnknownBoard("only persons have boards of a day, or of a round")
    return found


def _number(text: str) -> int:
    """The number of a round, from 1; `ValueError` for what is written in any other way."""
    if not (text.isascii() and text.isdecimal()) or text.startswith("0"):
        raise ValueError(text)
    return int(text)
