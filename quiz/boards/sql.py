"""Boards read from the database: the truth that every other engine copies."""

from quiz.boards.engine import Entry, Window
from quiz.models import Board, Rung, Standing

# Above every cost (quiz.ordering).
BEYOND = 2**53


class SqlEngine:
    """Along the index (board, cost, member); ranks by the ladder (quiz/ladder.py)."""

    def top(self, board: Board, most: int) -> list[Entry]:
        rows = Standing.objects.on(board).values_list("member_id", "cost")[:most]
        return [Entry(*row) for row in rows]

    def rank(self, board: Board, cost: int) -> int:
        return self._below(board, cost) + 1

    def around(self, board: Board, member_id: int, beside: int) -> Window | None:
        mine = Standing.objects.filter(board=board, member_id=member_id).first()
        if mine is None:
            return None
        before = list(Standing.objects.before(mine)[:beside])[::-1]
        after = list(Standing.objects.after(mine)[:beside])
        first = (before or [mine])[0]
        better = self._below(board, first.cost)
        equal = Standing.objects.filter(
            board=board, cost=first.cost, member_id__lt=first.member_id
        ).count()
        return Window(
            entries=tuple(Entry(row.member_id, row.cost) for row in [*before, mine, *after]),
            own=len(before),
            position=better + equal + 1,
            rank=better + 1,
        )

    def size(self, board: Board) -> int:
        return self._below(board, BEYOND)

    def _below(self, board: Board, cost: int) -> int:
        found = Rung.objects.below(board, cost, Standing.objects.all())
        if found is None:  # no ladder, or a place before its first rung
            found = Standing.objects.filter(board=board, cost__lt=cost).count()
        return found
