"""A rebuild of all boards of a competition with 30 daily rounds, beside one of a single day."""

import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from bench.report import Result, paired, result
from quiz import services
from quiz.models import Attempt, Board, Competition, Round
from quiz.ordering import cost
from unions.models import Member

DAYS = 30


def rebuild_results(members: list[Member], attempts: int, rounds: int) -> list[Result]:
    """As many attempts on 61 boards, of members who sit every day, and on two, of one day."""
    many = _competition("scale-example-days", members[: attempts // DAYS], DAYS)
    few = _competition("scale-example-day", members[:attempts], 1)
    written = [_seconds(which) for which in (many, few)]
    again: tuple[list[float], list[float]] = ([], [])

    def rebuilt(which: int) -> float:
        again[which].append(_seconds((many, few)[which]))
        return again[which][-1]

    ratio = 1 / paired(lambda: rebuilt(0), lambda: rebuilt(1), rounds)
    unchanged = [statistics.median(side) for side in again]
    count = Board.objects.filter(competition=many).count()
    note = (
        f"{attempts:,} attempts: {unchanged[0]:.2f} s of processor time where nothing changed, "
        f"{written[0]:.2f} where everything did; {unchanged[1]:.2f} and {written[1]:.2f} on two"
    )
    return [
        result(f"rebuild: {count} boards / as many attempts on two", ratio, 2, at_least=False,
               note=note),
    ]  # fmt: skip


def _seconds(competition: Competition) -> float:
    began = time.process_time()
    if not services.rebuild_standings(competition=competition):
        raise SystemExit("the rebuild found nobody")
    return time.process_time() - began


def _competition(slug: str, members: list[Member], days: int) -> Competition:
    """One whose `members` sat once on each of `days`, in the round of the day if there are more.

    Their results are not on the boards yet.
    """
    made = Competition.objects.get(slug=services.scale.SLUG)
    made.pk, made.slug, made.counting = None, slug, Competition.Counting.SUM_OF_DAYS
    first = datetime(2026, 3, 1, 1, tzinfo=UTC)
    made.opens_at, made.closes_at = first, first + timedelta(days=days)
    made.save()
    for day in range(days):
        opens_at = first + timedelta(days=day)
        round = None
        if days > 1:
            round = Round.objects.create(
                competition=made,
                number=day + 1,
                opens_at=opens_at,
                closes_at=opens_at + timedelta(hours=12),
            )
        Attempt.objects.bulk_create(
            (_attempt(made, member, round, opens_at) for member in members), batch_size=500
        )
    return made


def _attempt(
    competition: Competition, member: Member, round: Round | None, began: datetime
) -> Attempt:
    points, elapsed = 10 * _rng.randrange(21), _rng.randrange(60, 900)
    return Attempt(
        competition=competition,
        member=member,
        union_id=member.union_id,
        round=round,
        day=began.date(),
        number=1,
        paper=[],
        started_at=began,
        deadline=began + timedelta(minutes=20),
        accepts_until=began + timedelta(minutes=20),
        submitted_at=began + timedelta(seconds=elapsed),
        right=points // 10,
        points=points,
        elapsed=elapsed,
        cost=cost(points, elapsed),
    )


_rng = random.Random(61)
