"""What an engine of boards answers; every engine gives the same answers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from quiz.models import Board, Competition, Round

# What a board shows of a member: name, nickname, path of the union that the member counts for.
Person = tuple[str, str, str | None]


@dataclass(slots=True)  # not frozen: that takes longer to make than the row to read
class Entry:
    """One place of a board: who, at which cost, and the person where the engine knows it."""

    member_id: int
    cost: int
    person: Person | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Window:
    """A stretch of a board around one member, who is `entries[own]`.

    `position` (from 1) and `rank` are those of the first entry on the whole board.
    """

    entries: tuple[Entry, ...]
    own: int
    position: int
    rank: int


class Engine(Protocol):
    """Boards are in order of cost, then member id; lower is better, equal cost is equal rank."""

    def board(
        self, competition: Competition, *, day: date | None = None, round: Round | None = None
    ) -> Board | None:
        """The board as `top` needs it; None where it is known that there is none."""

    def top(self, board: Board, most: int) -> list[Entry]:
        """The first `most`."""

    def rank(self, board: Board, cost: int) -> int:
        """The rank that `cost` has or would have: one more than stand strictly before it."""

    def around(self, board: Board, member_id: int, beside: int) -> Window | None:
        """The member with up to `beside` before and after; None when not on the board."""

    def size(self, board: Board) -> int:
        """How many stand on the board."""
