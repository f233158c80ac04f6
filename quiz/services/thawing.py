"""Making frozen boards final once their competition is over.

Two million members take longer than a task may: how far it is stands on a row (`ThawRun`), and each
task goes on for a few seconds. A worker that was silent for too long is taken for dead; whoever
takes over writes its name on the row, and the former one stops at its next chunk.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from celery import signature
from django.db import transaction
from django.utils import timezone

from quiz.models import Board, Competition, ThawRun
from quiz.services.copies import copy_board
from quiz.services.folding import fold_board, rebuild_ladder, rebuild_union_standings
from quiz.services.standings import rebuild_next, standing_boards

logger = logging.getLogger(__name__)

# So long a task goes on before others get their turn.
SLICE_SECONDS = 5


class TakenOver(Exception):
    """Another worker is at this run, or it has ended."""


def thaw_boards(*, now: datetime | None = None) -> int:
    """Make the frozen boards of closed competitions final, here and now; returns how many.

    Waits until no attempt is open, so that the final board holds every one.
    """
    now = now or timezone.now()
    return sum(
        thaw_competition(competition=competition, now=now)
        for competition in Competition.objects.to_thaw(now)
    )


def thaw_competition(*, competition: Competition, now: datetime | None = None) -> bool:
    """Make the frozen boards of one closed competition final, here and now; whether they are.

    Takes over from a worker that is at it.
    """
    run = begin_thaw(competition=competition, now=now)
    if run is None:
        return False
    while go_on_with_thaw(run=run):
        pass
    return not ThawRun.objects.filter(pk=run.pk).exists()


def order_thaws(*, now: datetime | None = None) -> int:
    """Have the boards that are due made final in the background; returns how many were sent.

    Also takes up what a lost message or a dead worker left.
    """
    now = now or timezone.now()
    runs = list(ThawRun.objects.due(now))
    for competition in Competition.objects.to_thaw(now).filter(thaw_run__isnull=True):
        if run := begin_thaw(competition=competition, now=now):
            runs.append(run)
    for run in runs:
        _send(run)
    return len(runs)


@transaction.atomic
def begin_thaw(*, competition: Competition, now: datetime | None = None) -> ThawRun | None:
    """The run that makes the boards of `competition` final; the one under way where there is one.

    None before the close, while an attempt is open, and when nothing is frozen (any more).
    """
    now = now or timezone.now()
    # Held, so that who comes second finds the first one's run, or the board final.
    held = Competition.objects.select_for_update(no_key=True)
    found = held.to_thaw(now).filter(pk=competition.pk).first()
    if found is None or found.attempts.unfinished().exists():
        return None
    run, created = ThawRun.objects.get_or_create(
        competition=found, defaults={"started_at": now, "touched_at": timezone.now()}
    )
    if created:
        found.thawed_at = now
        standing_boards(found, now)
    return run


def resume_thaw(*, run_pk: int) -> None:
    """Go on with a run for a while, then send it on, unless it has ended."""
    run = ThawRun.objects.filter(pk=run_pk).first()
    if run is not None and go_on_with_thaw(run=run):
        _send(run)


def go_on_with_thaw(
    *,
    run: ThawRun,
    seconds: float = SLICE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Make members' standings anew for `seconds`; whether more is to do, and for us to do."""
    me, until = uuid4(), clock() + seconds
    if not ThawRun.objects.filter(pk=run.pk).update(run=me, touched_at=timezone.now()):
        return False
    run = ThawRun.objects.select_related("competition").get(pk=run.pk)
    # As it will be: every attempt counts.
    run.competition.thawed_at = run.started_at
    boards = Board.objects.all_of(run.competition)
    try:
        while _chunk(run, boards, me):
            if clock() >= until:
                return True
        _finish(run, me)
    except TakenOver:
        logger.info("the board of competition %s is made by another worker", run.competition_id)
    return False


def _send(run: ThawRun) -> None:
    # By its name, for its module imports this one.
    signature("quiz.tasks.go_on_with_thaw", args=(run.pk,)).apply_async()


def _note(run: ThawRun, me: UUID, **values) -> None:
    """Write to the row while it is this worker's, in the transaction of what it tells."""
    mine = ThawRun.objects.filter(pk=run.pk, run=me)
    if not mine.update(touched_at=timezone.now(), **values):
        raise TakenOver


@transaction.atomic
def _chunk(run: ThawRun, boards: list[Board], me: UUID) -> bool:
    """Do the next members on all boards; whether there was anything left to do."""
    _note(run, me)  # first, for it holds the row: what takes over waits for this chunk
    reached = rebuild_next(boards=boards, after=run.reached, now=run.started_at)
    if reached is None:
        return False
    run.reached = reached
    _note(run, me, reached=reached)
    return True


def _finish(run: ThawRun, me: UUID) -> None:
    """Everything that is derived from the standings, and last of all the word that it is final."""
    rebuild_union_standings(competition=run.competition)
    for pk in Board.objects.filter(competition=run.competition).values_list("pk", flat=True):
        for step in (fold_board, rebuild_ladder, copy_board):
            _note(run, me)
            step(board_id=pk)
    with transaction.atomic():
        _note(run, me)
        Competition.objects.filter(pk=run.competition_id).update(thawed_at=run.started_at)
        ThawRun.objects.filter(pk=run.pk).delete()
