"""The one writer: folds changes of standings into the unions' counters and the rank ladder.

Nobody who hands in waits for a counter that a whole plant shares: they add a row to the list of
changes, and this folds the rows in batches under the board's lock, exactly once, because a row is
deleted in the transaction that counts it.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, models, transaction

from quiz.ladder import STEP, crossed
from quiz.models import Board, Competition, Rung, StandingChange, UnionStanding
from quiz.services.copies import carry_fold

BATCH = 2000
COUNTERS = ["participants", "completions", "points"]
# Places at every STEP-th row with how many stand strictly before, and the pending changes: one
# statement, so that both are of the same moment. Django's ORM has no way to say it in one.
STEPS_AND_CHANGES = """
SELECT 0, cost, below FROM (
    SELECT cost, RANK() OVER (ORDER BY cost) - 1 AS below,
           ROW_NUMBER() OVER (ORDER BY cost, member_id) AS place
    FROM quiz_standing WHERE board_id = %s
) AS placed WHERE place %% %s = 0
UNION ALL
SELECT 1, "before", "after" FROM quiz_standingchange WHERE board_id = %s
"""
# The same for the sums of each union.
SUMS_LESS_CHANGES = """
SELECT union_id, SUM(people), SUM(completions), SUM(points) FROM (
    SELECT union_id, COUNT(*) AS people, SUM(completions) AS completions, SUM(points) AS points
    FROM quiz_standing WHERE board_id = %s AND union_id IS NOT NULL GROUP BY union_id
    UNION ALL
    SELECT union_id, -SUM(participants), -SUM(completions), -SUM(points)
    FROM quiz_standingchange WHERE board_id = %s AND union_id IS NOT NULL GROUP BY union_id
) AS figures GROUP BY union_id
"""


def fold_changes() -> int:
    """Fold in what is pending on all boards; returns how many changes."""
    boards = StandingChange.objects.order_by().values_list("board_id", flat=True).distinct()
    return sum(fold_board(board_id=board_id) for board_id in list(boards))


def fold_board(*, board_id: int, most: int = BATCH) -> int:
    """Fold in what is pending on one board, in batches of `most`; returns how many changes."""
    folded = 0
    while True:
        with transaction.atomic():
            count = _fold(Board.objects.held(board_id), most)
        folded += count
        if count < most:
            return folded


def _fold(board: Board, most: int) -> int:
    changes = list(StandingChange.objects.filter(board=board).order_by("pk")[:most])
    if not changes:
        return 0
    if board.kind == Board.Kind.TOTAL:
        _add_to_unions(board, changes)
    _move_rungs(board, changes)
    carry_fold(board, changes)
    board.folds += 1
    board.unlevelled += sum(1 for change in changes if change.before != change.after)
    board.save(update_fields=["folds", "unlevelled", "generation"])
    StandingChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _add_to_unions(board: Board, changes: list[StandingChange]) -> None:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for change in changes:
        if change.union_id is not None:
            for place, name in enumerate(COUNTERS):
                sums[change.union_id][place] += getattr(change, name)
    rows = _rows_of_unions(board.competition, sums)
    for row in rows:
        for name, more in zip(COUNTERS, sums[row.union_id], strict=True):
            # Never below nothing: where someone wrote past us, a rebuild sets it right.
            setattr(row, name, max(getattr(row, name) + more, 0))
    _overwrite(rows, COUNTERS)


def _overwrite(rows: Sequence[models.Model], names: list[str]) -> None:
    """Write the fields `names` of rows that are there, by their key.

    An UPDATE with a case for each row and field takes a hundred times as long to write.
    """
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=names
        )


def _rows_of_unions(competition: Competition, unions) -> list[UnionStanding]:
    """The counters of `unions`, made where missing. Only under the lock of the total board."""
    UnionStanding.objects.bulk_create(
        (UnionStanding(competition=competition, union_id=union) for union in sorted(unions)),
        ignore_conflicts=True,
    )
    return list(UnionStanding.objects.filter(competition=competition, union__in=list(unions)))


def _move_rungs(board: Board, changes: list[StandingChange]) -> None:
    rungs = list(Rung.objects.filter(board=board).order_by("cost"))
    moved = crossed(
        [rung.cost for rung in rungs], [(change.before, change.after) for change in changes]
    )
    for rung, more in zip(rungs, moved, strict=True):
        rung.below = max(rung.below + more, 0)
    _overwrite([rung for rung, more in zip(rungs, moved, strict=True) if more], ["below"])


@transaction.atomic
def rebuild_ladder(*, board_id: int, step: int = STEP) -> int:
    """Place the rungs anew at every `step`-th place; returns how many. See quiz/ladder.py."""
    board = Board.objects.held(board_id)
    steps: dict[int, int] = {}
    pending = []
    with connection.cursor() as cursor:
        cursor.execute(STEPS_AND_CHANGES, [board.pk, step, board.pk])
        for is_change, first, second in cursor:
            if is_change:
                pending.append((first, second))
            else:
                steps[first] = second
    costs = sorted(steps)
    moved = crossed(costs, pending)
    Rung.objects.filter(board=board).delete()
    Rung.objects.bulk_create(
        (
            Rung(board=board, cost=cost, below=max(steps[cost] - more, 0))
            for cost, more in zip(costs, moved, strict=True)
        ),
        batch_size=500,
    )
    Board.objects.filter(pk=board.pk).update(unlevelled=0)
    return len(costs)


def level_ladders(*, step: int = STEP) -> int:
    """Build the ladders anew whose steps may have grown long; returns how many."""
    due = Board.objects.filter(unlevelled__gte=step).values_list("pk", flat=True)
    return sum(rebuild_ladder(board_id=pk, step=step) is not None for pk in list(due))


@transaction.atomic
def rebuild_union_standings(*, competition: Competition) -> None:
    """Make the unions' counters anew from the standings, also while attempts are handed in.

    The sums leave out what is pending, read in the same statement: folding it counts it once.
    """
    total = Board.objects.needed(competition, set())[0]
    board = Board.objects.held(total.pk)
    with connection.cursor() as cursor:
        cursor.execute(SUMS_LESS_CHANGES, [board.pk, board.pk])
        fresh = {union: [int(value or 0) for value in row] for union, *row in cursor}
    known = UnionStanding.objects.filter(competition=competition).values_list("union", flat=True)
    rows = _rows_of_unions(competition, {*fresh, *known})
    for row in rows:
        sums = fresh.get(row.union_id, [0, 0, 0])
        row.participants, row.completions, row.points = (max(value, 0) for value in sums)
    _overwrite(rows, COUNTERS)
    while _fold(board, BATCH) == BATCH:
        pass
