"""The boards' copy in Redis: carried along with each fold, built anew when it is lost.

The database is the truth. A submit shows a better cost in the copy right after its commit; the
writer that folds its change brings the cost that stands in the database, so a submit that was cut
off after the commit loses nothing. Where a place may only get better, the copy takes lower costs
alone, in any order; anything else there (a key correction, a disqualification) gives the copy up,
and a new one is built beside it and renamed. Boards that days add up to have the writer alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from quiz.boards import chosen
from quiz.models import Board, Standing, StandingChange

# Boards of competitions that closed longer ago are read from the database.
KEEP = timedelta(days=30)


def improve_after_commit(boards: Iterable[Board], standings: Iterable[Standing]) -> None:
    """Once this transaction is committed, show the new costs in the copy."""
    copy = chosen.copy()
    if copy is None:
        return
    for board, standing in zip(boards, standings, strict=True):
        if board.only_improves:
            better = partial(copy.improve, board, standing.member_id, standing.cost)
            transaction.on_commit(better, robust=True)


def carry_fold(board: Board, changes: list[StandingChange]) -> None:
    """Bring what `changes` left in the database into the copy; before `board.folds` goes up.

    Raises the board's generation, which gives the copy up, where that can't be done.
    """
    copy = chosen.copy()
    if copy is None:
        return
    members = {change.member_id for change in changes}
    now = dict(
        Standing.objects.filter(board=board, member__in=members).values_list("member", "cost")
    )
    worse = board.only_improves and any(
        change.after is None or (change.before is not None and change.after > change.before)
        for change in changes
    )
    if worse or not copy.carry(board, {member: now.get(member) for member in members}):
        board.generation += 1


@transaction.atomic
def copy_board(*, board_id: int) -> bool:
    """Build the copy of one board anew; whether that was done."""
    copy = chosen.copy()
    if copy is None:
        return False
    board = Board.objects.held(board_id)
    generation = board.generation + 1
    entries = Standing.objects.filter(board=board).values_list("member_id", "cost")
    if not copy.build(board, generation, entries.iterator(chunk_size=5000)):
        return False
    board.generation = generation
    board.save(update_fields=["generation"])
    return True


def copy_boards(*, now: datetime | None = None) -> int:
    """Build the copies that are missing of what is open or closed of late; returns how many."""
    copy = chosen.copy()
    if copy is None:
        return 0
    recent = Board.objects.recent((now or timezone.now()) - KEEP)
    return sum(copy_board(board_id=board.pk) for board in recent if copy.lacks(board))
