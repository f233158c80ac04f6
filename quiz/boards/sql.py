"""Boards read from the database: the truth that every other engine copies."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from quiz.boards.engine import Entry, Person, Window
from quiz.models import Board, Competition, Round, Rung, Standing
from unions.models import Member
from unions.prepared import Given, PreparedRows

# Above every cost (quiz.ordering).
BEYOND = 2**53
PERSON = ("member_id", "cost", "member__display_name", "member__nickname", "union__path")
# How many persons one statement asks for; fewer are asked for with a key twice.
SIZES = (5, 10, 50)
BOARD, MEMBER, COST = Board._meta.pk, Member._meta.pk, Standing._meta.get_field("cost")


class SqlEngine:
    """Along the index (board, cost, member); ranks by the ladder (quiz/ladder.py)."""

    def board(
        self, competition: Competition, *, day: date | None = None, round: Round | None = None
    ) -> Board:
        """Not read: `top` finds it in its own statement."""
        return Board.of(competition, day=day, round_id=round.pk if round else None)

    def top(self, board: Board, most: int) -> list[Entry]:
        return _entries(_top(board.kind, most)(*board.part))

    def rank(self, board: Board, cost: int) -> int:
        return self._ahead(board, cost)[0] + 1

    def around(self, board: Board, member_id: int, beside: int) -> Window | None:
        mine = _own.one(board.pk, member_id)
        if mine is None:
            return None
        cost = mine[1]
        before = _before(beside)(board.pk, cost, member_id)[::-1]
        after = _after(beside)(board.pk, cost, member_id)
        rows = [*before, mine, *after]
        better, equal = self._ahead(board, rows[0][1], rows[0][0])
        return Window(
            entries=tuple(_entries(rows)),
            own=len(before),
            position=better + equal + 1,
            rank=better + 1,
        )

    def size(self, board: Board) -> int:
        return self._ahead(board, BEYOND)[0]

    @staticmethod
    def _ahead(board: Board, cost: int, member_id: int = 0) -> tuple[int, int]:
        """How many stand before `cost`, and at it before the member."""
        found = _by_ladder.one(board.pk, cost, member_id)
        if found is None:  # no ladder, or a place before its first rung
            standings = Standing.objects.filter(board=board)
            equal = standings.filter(cost=cost, member_id__lt=member_id)
            found = standings.filter(cost__lt=cost).count(), equal.count()
        return found


def people_of(board: Board, members: Sequence[int]) -> dict[int, Person]:
    """Those of `members` who stand on `board`, by key."""
    found: dict[int, Person] = {}
    for start in range(0, len(members), SIZES[-1]):
        some = list(members[start : start + SIZES[-1]])
        size = next(size for size in SIZES if size >= len(some))
        padded = some + some[:1] * (size - len(some))
        found |= {
            entry.member_id: entry.person for entry in _entries(_some(size)(board.pk, *padded))
        }
    return found


def _entries(rows: Iterable[tuple]) -> list[Entry]:
    return [Entry(row[0], row[1], row[2:]) for row in rows]


_by_ladder = PreparedRows(
    lambda: Rung.objects.ladder(
        Given(0, BOARD), Given(1, COST), Given(2, MEMBER), Standing.objects.all()
    )
)
_own = PreparedRows(
    lambda: Standing.objects.filter(board=Given(0, BOARD), member_id=Given(1, MEMBER)).values_list(
        *PERSON
    )
)


@lru_cache(maxsize=24)
def _top(kind: str, most: int) -> PreparedRows:
    return PreparedRows(
        lambda: Standing.objects.on(Board.objects.given(kind).values("pk")[:1]).values_list(
            *PERSON
        )[:most]
    )


@lru_cache(maxsize=8)
def _before(most: int) -> PreparedRows:
    """The nearest `most` ahead of (board, cost, member)."""
    return PreparedRows(lambda: Standing.objects.before(*_PLACE).values_list(*PERSON)[:most])


@lru_cache(maxsize=8)
def _after(most: int) -> PreparedRows:
    """The nearest `most` behind (board, cost, member)."""
    return PreparedRows(lambda: Standing.objects.after(*_PLACE).values_list(*PERSON)[:most])


@lru_cache(maxsize=8)
def _some(size: int) -> PreparedRows:
    members = [Given(place, MEMBER) for place in range(1, size + 1)]
    return PreparedRows(
        lambda: Standing.objects.filter(board=Given(0, BOARD), member__id__in=members).values_list(
            *PERSON
        )
    )


_PLACE = Given(0, BOARD), Given(1, COST), Given(2, MEMBER)
