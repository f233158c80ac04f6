"""Keeping the boards: fed by each finished attempt, and rebuilt from the attempts alone."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from quiz.models import (
    Attempt,
    AttemptQuerySet,
    Board,
    BoardQuerySet,
    ChangedResult,
    Competition,
    Standing,
    ThawRun,
)
from quiz.ordering import Result, cost, counted
from quiz.services.changes import difference, figures_of, write_down
from quiz.services.copies import copy_board, improve_after_commit
from quiz.services.folding import fold_board, rebuild_ladder, rebuild_union_standings

REBUILD_CHUNK = 2000
FIGURES = ["points", "elapsed", "cost", "completions"]


def count_attempt(*, attempt: Attempt, now: datetime | None = None) -> None:
    """Let a finished attempt count on its boards: the total one, that of its day and its round.

    The one door through which they are fed. While the board is frozen nothing moves: the attempt
    counts when it is made final. Call it in the transaction that hands the attempt in.
    """
    now = now or timezone.now()
    competition = attempt.competition
    if competition.is_frozen(now):
        return
    rounds = {attempt.round_id} - {None}
    boards = Board.objects.needed(competition, {attempt.day}, rounds)
    held = _recount(boards, attempt.member_id, now)
    improve_after_commit(boards, held)


@transaction.atomic
def recount_member(
    *, competition: Competition, member_id: int, now: datetime | None = None
) -> Standing | None:
    """Rank a member anew from what counts now, as a rebuild would; None when nothing counts.

    For whatever changes after the submit: an attempt voided, restored, regraded. A frozen board
    changes too, but never shows what was handed in after the freeze. Returns the standing on the
    total board.
    """
    now = now or timezone.now()
    counting = Attempt.objects.counting(competition, now).filter(member_id=member_id)
    # Also where the member still stands, and what only a board that is being made final has.
    sat = Attempt.objects.finished().filter(competition=competition, member_id=member_id)
    stands = Board.objects.filter(competition=competition).filter(
        Q(standings__member=member_id)
        | Q(day__in=sat.values("day"))
        | Q(round__in=sat.values("round"))
    )
    held = _recount(_boards(competition, counting, stands), member_id, now)
    gone = [standing.pk for standing in held if not standing.completions]
    Standing.objects.filter(pk__in=gone).delete()
    if competition.certificate_points is not None and competition.closes_at <= now:
        ChangedResult.objects.create(competition=competition, member_id=member_id)
    return held[0] if held[0].completions else None


def _recount(boards: list[Board], member_id: int, now: datetime) -> list[Standing]:
    """Bring a member's standings on `boards` (the total one first) up to what counts at `now`.

    The rows are locked before the attempts are read, so that a rebuild that runs meanwhile and
    this can't overwrite each other with an older view. Everyone locks the total board's row first:
    who has it is alone with the member's others. Who takes several members (a rebuild, the decision
    of a case) takes them in the order of their keys: nobody waits in a circle.
    """
    held = _hold(boards, member_id)
    rows = list(
        _counting(boards[0].competition, now)
        .filter(member_id=member_id)
        .order_by("day", "pk")
        .values_list("union_id", "day", "points", "elapsed", "round_id")
    )
    results = [Result(*row) for _union, *row in rows]
    changes = []
    for board, standing in zip(boards, held, strict=True):
        before = figures_of(standing)
        standing.union_id = rows[0][0] if rows else None
        _recompute(standing, [result for result in results if board.takes(result)], board)
        changes += difference(standing, before, figures_of(standing))
    _overwrite(held)
    write_down(changes)
    return held


def _counting(competition: Competition, now: datetime) -> AttemptQuerySet:
    """What counts on the boards of `competition`; ask while their rows are held.

    On a frozen board that is being made final, or was since `competition` was read, everything
    counts: else this would take away what the run has already given the member.
    """
    found = Attempt.objects.counting(competition, now)
    if not competition.is_frozen(now):
        return found
    # In this order, for the run goes in the transaction that makes the board final.
    final = ThawRun.objects.filter(competition=competition).exists()
    final = final or Competition.objects.filter(pk=competition.pk, thawed_at__isnull=False).exists()
    if not final:
        return found
    return Attempt.objects.finished().filter(competition=competition, void_at__isnull=True)


def _hold(boards: list[Board], member_id: int) -> list[Standing]:
    """The member's rows on `boards`, made where they are missing, locked in the boards' order."""
    keys = [board.pk for board in boards]
    found = {standing.board_id: standing for standing in Standing.objects.hold(keys, member_id)}
    if missing := [board for board in boards if board.pk not in found]:
        Standing.objects.bulk_create(
            (Standing(board=board, member_id=member_id, cost=cost(0, 0)) for board in missing),
            ignore_conflicts=True,
        )
        found = {standing.board_id: standing for standing in Standing.objects.hold(keys, member_id)}
    return [found[key] for key in keys]


def _recompute(standing: Standing, taken: Collection[Result], board: Board) -> None:
    """Work out the figures from the results that `board` takes."""
    standing.points, standing.elapsed = counted(taken, board.counting)
    standing.cost = cost(standing.points, standing.elapsed)
    standing.completions = len(taken)


def _overwrite(standings: list[Standing]) -> None:
    """Write the figures of rows that are there and held, by their key, in one statement.

    An UPDATE with a case for each row and figure takes a hundred times as long.
    """
    Standing.objects.bulk_create(
        standings, update_conflicts=True, unique_fields=["id"], update_fields=["union", *FIGURES]
    )


def rebuild_standings(*, competition: Competition, now: datetime | None = None) -> int:
    """Make all standings anew from the attempts, in chunks; returns how many have one.

    Competitors may go on answering meanwhile. Of each member the union of the first attempt
    counts. Standings without an attempt disappear. A frozen board stays as of its freeze.
    """
    now = now or timezone.now()
    boards = standing_boards(competition, now)
    reached: int | None = 0
    while reached is not None:
        reached = rebuild_next(boards=boards, after=reached, now=now)
    rebuild_union_standings(competition=competition)
    for board in boards:
        fold_board(board_id=board.pk)
        rebuild_ladder(board_id=board.pk)
        copy_board(board_id=board.pk)
    return Standing.objects.filter(board=boards[0]).count()


def standing_boards(competition: Competition, now: datetime) -> list[Board]:
    """The total board, then those of the rounds and days that have an attempt or had one."""
    counting = Attempt.objects.counting(competition, now)
    return _boards(competition, counting, Board.objects.filter(competition=competition))


def _boards(
    competition: Competition, attempts: AttemptQuerySet, stood: BoardQuerySet
) -> list[Board]:
    """The total board and those of the rounds and days of `attempts`, and those of `stood`."""
    parts = set(attempts.order_by().values_list("round_id", "day").distinct())
    parts |= set(stood.order_by().values_list("round_id", "day").distinct())
    rounds = {pk for pk, _day in parts if pk is not None}
    days = {day for _pk, day in parts if day is not None}
    return Board.objects.needed(competition, days, rounds)


@transaction.atomic
def rebuild_next(*, boards: list[Board], after: int, now: datetime) -> int | None:
    """Make the standings of the next members anew, those after the key `after`, on all `boards`
    (of one competition, the total one first) at once.

    So many members as have about REBUILD_CHUNK attempts. Returns the last one's key, None when
    nobody was left.
    """
    # One rebuild at a time: two that share members could wait for each other in a circle.
    Board.objects.held(boards[0].pk)
    counting = Attempt.objects.counting(boards[0].competition, now)
    members, last = _next_members(counting, Standing.objects.filter(board=boards[0]), after=after)
    if not members:  # nobody but who stands on another board alone, which no write leaves behind
        members, last = _next_members(Standing.objects.filter(board__in=boards[1:]), after=after)
    if members:
        _rebuild_members(boards, members, now)
    return last


def _next_members(*sources: QuerySet, after: int) -> tuple[list[int], int | None]:
    """The members after the key `after` in about so many rows, and the last one's key."""
    found = [
        list(
            rows.filter(member_id__gt=after)
            .order_by("member_id")
            .values_list("member_id", flat=True)[:REBUILD_CHUNK]
        )
        for rows in sources
    ]
    # Behind the last row of a list that was cut, whom the list names is not known.
    cut = [keys[-1] for keys in found if len(keys) == REBUILD_CHUNK]
    members = {key for keys in found for key in keys if not cut or key <= min(cut)}
    return sorted(members), max(members, default=None)


def _hold_all(boards: list[Board], members: list[int]) -> dict[tuple[int, int], Standing]:
    """All rows of `members` on `boards` by the keys of board and member, locked; those on the
    total board made where they are missing."""
    rows = Standing.objects.select_for_update().filter(member_id__in=members)
    total = rows.filter(board=boards[0]).order_by("member_id")
    found = list(total)
    if missing := set(members) - {standing.member_id for standing in found}:
        Standing.objects.bulk_create(
            (
                Standing(board=boards[0], member_id=member, cost=cost(0, 0))
                for member in sorted(missing)
            ),
            ignore_conflicts=True,
        )
        found = list(total.all())
    # A statement of its own: who held the total board's rows may have made others meanwhile.
    found += rows.filter(board__in=boards[1:])
    return {(standing.board_id, standing.member_id): standing for standing in found}


def _stored(standing: Standing) -> tuple[int | None, ...]:
    return (standing.union_id, *(getattr(standing, name) for name in FIGURES))


def _rebuild_members(boards: list[Board], members: list[int], now: datetime) -> None:
    """Bring `members` up to date on all `boards` from one reading of their attempts.

    As in `_recount`, the total board's rows are locked first, then the others, before anything is
    read: who handed in since the list of members was made counts too.
    """
    held = _hold_all(boards, members)
    takers: dict[tuple[date, int | None], list[Board]] = {}
    results: dict[tuple[int, int], list[Result]] = defaultdict(list)
    unions: dict[int, int | None] = {}
    for member, union, *row in (
        _counting(boards[0].competition, now)
        .filter(member_id__in=members)
        .order_by("day", "pk")
        .values_list("member_id", "union_id", "day", "points", "elapsed", "round_id")
    ):
        unions.setdefault(member, union)
        result = Result(*row)
        part = result.day, result.round
        if part not in takers:
            takers[part] = [board for board in boards if board.takes(result)]
        for board in takers[part]:
            results[board.pk, member].append(result)
    by_key = {board.pk: board for board in boards}
    fresh = [Standing(board_id=pk, member_id=member) for pk, member in results.keys() - held.keys()]
    changes, moved = [], []
    for standing in (*held.values(), *fresh):
        place = standing.board_id, standing.member_id
        before, was = figures_of(standing), _stored(standing)
        standing.union_id = unions.get(standing.member_id)
        _recompute(standing, results.get(place, []), by_key[standing.board_id])
        changes += difference(standing, before, figures_of(standing))
        if standing.pk and standing.completions and _stored(standing) != was:
            moved.append(standing)
    Standing.objects.bulk_create(fresh)
    _overwrite(moved)
    gone = [standing.pk for standing in held.values() if not standing.completions]
    Standing.objects.filter(pk__in=gone).delete()
    write_down(changes)
