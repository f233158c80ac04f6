"""Boards from the copy while it answers, else from the database."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date

from quiz.boards.engine import Engine, Entry, Window
from quiz.boards.redis import CopyMissing, CopyUnreachable, RedisEngine
from quiz.models import Board, Competition, Round
from search.engines.breaker import Breaker

logger = logging.getLogger(__name__)


class GuardedEngine:
    """Asks the copy; without an answer in time, the truth. A copy that fails once is left alone
    for a while, so that a server that hangs costs one page its time limit, not every page."""

    def __init__(self, copy: RedisEngine, truth: Engine, breaker: Breaker | None = None) -> None:
        self.copy = copy
        self.truth = truth
        self.breaker = breaker or Breaker(failures=1)

    def board(
        self, competition: Competition, *, day: date | None = None, round: Round | None = None
    ) -> Board | None:
        return Board.objects.find(competition, day=day, round=round)

    def top(self, board: Board, most: int) -> list[Entry]:
        return self._ask("top", board, most)

    def rank(self, board: Board, cost: int) -> int:
        return self._ask("rank", board, cost)

    def around(self, board: Board, member_id: int, beside: int) -> Window | None:
        return self._ask("around", board, member_id, beside)

    def size(self, board: Board) -> int:
        return self._ask("size", board)

    def improve(self, board: Board, member_id: int, cost: int) -> None:
        """Show a better cost at once; where that fails, the next fold brings it."""
        with suppress(CopyMissing):
            self._try("improve", board, member_id, cost)

    def carry(self, board: Board, costs: Mapping[int, int | None]) -> bool:
        """Bring a fold into the copy; whether the copy may still be used."""
        try:
            return self._try("carry", board, costs)[0]
        except CopyMissing:
            return True  # there is nothing that could be behind

    def build(self, board: Board, generation: int, entries: Iterable[tuple[int, int]]) -> bool:
        """Copy the whole board anew; whether that was done."""
        return self._try("build", board, generation, entries)[0]

    def lacks(self, board: Board) -> bool:
        """Whether the server answers and has no whole copy."""
        reached, holds = self._try("holds", board)
        return reached and not holds

    def _ask(self, method: str, board: Board, *arguments):
        try:
            reached, answer = self._try(method, board, *arguments)
        except CopyMissing:
            reached = False
        return answer if reached else getattr(self.truth, method)(board, *arguments)

    def _try(self, method: str, board: Board, *arguments) -> tuple[bool, object]:
        """(whether the copy was reached, what it says); `CopyMissing` is an answer."""
        if not self.breaker.allows():
            return False, None
        try:
            answer = getattr(self.copy, method)(board, *arguments)
        except CopyMissing:
            self.breaker.succeeded()
            raise
        except CopyUnreachable as error:
            self.breaker.failed()
            logger.warning("Redis does not answer (%s); boards are read from the database", error)
            return False, None
        self.breaker.succeeded()
        return True, answer
