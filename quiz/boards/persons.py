"""The personal boards: the best, and one's own place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from quiz.boards.chosen import engine
from quiz.boards.engine import Entry
from quiz.boards.sql import people_of
from quiz.boards.unions import union_totals
from quiz.models import Board, Competition, Round
from quiz.ordering import ranks, worth
from unions.masking import public_name
from unions.models import Member

TOP = 50
NEIGHBOURS = 2


class Row(NamedTuple):
    """One line of the personal board, fit for the public."""

    rank: int
    name: str
    union: str
    points: int
    elapsed: int
    is_me: bool = False


@dataclass(frozen=True)
class Place:
    """A member's own place: the row, and the rows around it (the own one among them)."""

    row: Row
    around: tuple[Row, ...]

    @property
    def beyond(self) -> list[Row]:
        """Those around whom the list of the best does not show."""
        return [row for row in self.around if row.rank > TOP]


def top(
    competition: Competition,
    member: Member | None,
    *,
    day: date | None = None,
    round: Round | None = None,
    most: int = TOP,
) -> list[Row]:
    """The first `most` of the total board, or of that of a local day or a round."""
    asked = engine()
    board = asked.board(competition, day=day, round=round)
    if board is None:
        return []
    entries = asked.top(board, most)
    return _rows(board, entries, ranks([entry.cost for entry in entries]), member)


def place_of(
    competition: Competition,
    member: Member | None,
    *,
    day: date | None = None,
    round: Round | None = None,
) -> Place | None:
    """Where `member` stands on the total board or that of a local day or a round, or None."""
    if member is None or not member.is_authenticated:
        return None
    board = Board.objects.find(competition, day=day, round=round)
    window = engine().around(board, member.pk, NEIGHBOURS) if board else None
    if window is None:
        return None
    numbers = ranks(
        [entry.cost for entry in window.entries], position=window.position, rank=window.rank
    )
    rows = _rows(board, window.entries, numbers, member)
    mine = next((row for row in rows if row.is_me), None)
    return Place(mine, tuple(rows)) if mine else None


def participants(
    competition: Competition, *, day: date | None = None, round: Round | None = None
) -> int:
    """How many stand on the total board, or on that of a local day or a round."""
    board = Board.objects.find(competition, day=day, round=round)
    return engine().size(board) if board else 0


def days_of(competition: Competition) -> list[date]:
    """The local days that have a board, the latest first."""
    return list(Board.objects.days(competition).values_list("day", flat=True))


def _rows(
    board: Board, entries: Sequence[Entry], numbers: Sequence[int], member: Member | None
) -> list[Row]:
    """Names and unions come from the database; who has gone since the engine's copy is left."""
    if not entries:
        return []
    me = member.pk if member is not None and member.is_authenticated else None
    lacking = [entry.member_id for entry in entries if entry.person is None]
    people = people_of(board, lacking) if lacking else {}
    label_near = union_totals(board.competition).label_near
    rows = []
    for entry, rank in zip(entries, numbers, strict=True):
        person = entry.person or people.get(entry.member_id)
        if person is None:
            continue
        name, nickname, union = person
        points, elapsed = worth(entry.cost)
        rows.append(
            Row(
                rank,
                public_name(nickname, name),
                label_near(union) if union else "",
                points,
                elapsed,
                entry.member_id == me,
            )
        )
    return rows
