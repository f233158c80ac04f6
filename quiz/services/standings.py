"""Keeping the boards: fed by each finished attempt, and rebuilt from the attempts alone."""

from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from quiz.models import Attempt, Competition, Standing, UnionStanding
from quiz.ordering import Result, cost, counted

REBUILD_CHUNK = 500


def count_attempt(*, attempt: Attempt, now: datetime | None = None) -> None:
    """Let a finished attempt count on the boards; the one door through which they are fed.

    While the board is frozen nothing moves: the attempt counts when it is made final. Call it in
    the transaction that hands the attempt in.
    """
    now = now or timezone.now()
    if attempt.competition.is_frozen(now):
        return
    # The row is locked before the attempts are read, so that a rebuild that runs meanwhile and
    # this call can't overwrite each other with an older view.
    standing, created = Standing.objects.select_for_update().get_or_create(
        competition_id=attempt.competition_id,
        member_id=attempt.member_id,
        defaults={"union_id": attempt.union_id, "cost": cost(0, 0)},
    )
    before = standing.points
    before_completions = standing.completions
    _recompute(standing, attempt.competition, now)
    standing.save(update_fields=["points", "elapsed", "cost", "completions"])
    _count_union(
        standing.competition_id,
        standing.union_id,
        participants=int(created),
        completions=standing.completions - before_completions,
        points=standing.points - before,
    )


@transaction.atomic
def recount_member(
    *, competition: Competition, member_id: int, now: datetime | None = None
) -> Standing | None:
    """Rank a member anew from what counts now, as a rebuild would; None when nothing counts.

    For whatever changes after the submit: an attempt voided, restored, regraded. A frozen board
    changes too, but never shows what was handed in after the freeze.
    """
    now = now or timezone.now()
    mine = Attempt.objects.counting(competition, now).filter(member_id=member_id)
    standings = Standing.objects.select_for_update()
    standing = standings.filter(competition=competition, member_id=member_id).first()
    if standing is None and mine.exists():
        standing, _created = standings.get_or_create(
            competition=competition, member_id=member_id, defaults={"cost": cost(0, 0)}
        )
    if standing is None:
        return None
    _count_standing(standing, -1)
    first = mine.order_by("day", "number").values_list("union_id").first()
    if first is None:
        standing.delete()
        return None
    standing.union_id = first[0]
    _recompute(standing, competition, now)
    standing.save(update_fields=["union", "points", "elapsed", "cost", "completions"])
    _count_standing(standing, 1)
    return standing


def _count_standing(standing: Standing, sign: int) -> None:
    """Add a whole standing to the counters of its union, or take it out (`sign` -1)."""
    if not standing.completions:
        return  # one that was just made is not in the counters yet
    _count_union(
        standing.competition_id,
        standing.union_id,
        participants=sign,
        completions=sign * standing.completions,
        points=sign * standing.points,
    )


def _count_union(
    competition_id: int, union_id: int | None, *, participants: int, completions: int, points: int
) -> None:
    if union_id is None:
        return
    row, _created = UnionStanding.objects.get_or_create(
        competition_id=competition_id, union_id=union_id
    )
    UnionStanding.objects.filter(pk=row.pk).update(
        participants=F("participants") + participants,
        completions=F("completions") + completions,
        points=F("points") + points,
    )


def _recompute(standing: Standing, competition: Competition, now: datetime) -> None:
    results = [
        Result(*row)
        for row in Attempt.objects.counting(competition, now)
        .filter(member_id=standing.member_id)
        .values_list("day", "points", "elapsed", "round_id")
    ]
    standing.points, standing.elapsed = counted(results, competition.counting)
    standing.cost = cost(standing.points, standing.elapsed)
    standing.completions = len(results)


def rebuild_standings(*, competition: Competition, now: datetime | None = None) -> int:
    """Make all standings anew from the attempts, in chunks; returns how many there are.

    Competitors may go on answering meanwhile. Of each member the union of the first attempt
    counts. Standings without an attempt disappear. A frozen board stays as of its freeze.
    """
    now = now or timezone.now()
    counting = Attempt.objects.counting(competition, now)
    first_union: dict[int, int | None] = {}
    rows = counting.order_by("day", "pk").values_list("member_id", "union_id")
    for member_id, union_id in rows.iterator(chunk_size=5000):
        first_union.setdefault(member_id, union_id)
    remaining = iter(sorted(first_union))
    while chunk := list(islice(remaining, REBUILD_CHUNK)):
        _rebuild_members(competition, {member: first_union[member] for member in chunk}, now)
    with transaction.atomic():
        begun = counting.values("member_id")
        Standing.objects.filter(competition=competition).exclude(member_id__in=begun).delete()
    rebuild_union_standings(competition=competition)
    return len(first_union)


@transaction.atomic
def _rebuild_members(
    competition: Competition, unions: dict[int, int | None], now: datetime
) -> None:
    Standing.objects.bulk_create(
        (
            Standing(competition=competition, member_id=member, union_id=union, cost=cost(0, 0))
            for member, union in unions.items()
        ),
        ignore_conflicts=True,
    )
    standings = list(
        Standing.objects.select_for_update()
        .filter(competition=competition, member_id__in=unions)
        .order_by("member_id")
    )
    results: dict[int, list[Result]] = {member: [] for member in unions}
    for member, *row in (
        Attempt.objects.counting(competition, now)
        .filter(member_id__in=unions)
        .values_list("member_id", "day", "points", "elapsed", "round_id")
    ):
        results[member].append(Result(*row))
    for standing in standings:
        found = results[standing.member_id]
        standing.union_id = unions[standing.member_id]
        standing.points, standing.elapsed = counted(found, competition.counting)
        standing.cost = cost(standing.points, standing.elapsed)
        standing.completions = len(found)
    Standing.objects.bulk_update(standings, ["union", "points", "elapsed", "cost", "completions"])


@transaction.atomic
def rebuild_union_standings(*, competition: Competition) -> None:
    """Make the unions' counters anew from the standings, also while attempts are handed in.

    Only rows that are locked before the standings are read are written: one that is new since
    then holds everything of its union already. None is deleted: a submit may wait for it.
    """
    UnionStanding.objects.bulk_create(
        (
            UnionStanding(competition=competition, union_id=row["union"])
            for row in Standing.objects.per_union(competition)
        ),
        ignore_conflicts=True,
    )
    rows = UnionStanding.objects.filter(competition=competition)
    held = list(rows.select_for_update().order_by("pk"))
    fresh = {row["union"]: row for row in Standing.objects.per_union(competition)}
    for row in held:
        counted = fresh.get(row.union_id, {"people": 0, "attempts": 0, "sum_of_points": 0})
        row.participants = counted["people"]
        row.completions = counted["attempts"]
        row.points = counted["sum_of_points"]
    UnionStanding.objects.bulk_update(
        held, ["participants", "completions", "points"], batch_size=REBUILD_CHUNK
    )


def thaw_boards(*, now: datetime | None = None) -> int:
    """Make the frozen boards of closed competitions final; returns how many.

    Waits until no attempt is open, so that the final board holds every one.
    """
    now = now or timezone.now()
    thawed = 0
    for competition in Competition.objects.to_thaw(now):
        if competition.attempts.unfinished().exists():
            continue
        competition.thawed_at = now
        rebuild_standings(competition=competition, now=now)
        # Last, so that a crash on the way only means that it is done again.
        Competition.objects.filter(pk=competition.pk).update(thawed_at=now)
        thawed += 1
    return thawed
