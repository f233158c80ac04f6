"""The most points that a competition can bring. No I/O."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from quiz.drawing import Rule
from quiz.ordering import SUM_OF_DAYS, SUM_OF_ROUNDS
from quiz.pools import Pool


def most_points(
    pool: Pool,
    papers: Sequence[Sequence[Rule]],
    counting: str,
    opens_at: datetime,
    closes_at: datetime,
) -> int:
    """What a person gets at most who does everything right, every day and in every round.

    `papers` are the rules of each round, or those of the competition alone. Nobody gets more; where
    rules overlap or a round is short of the days it may be a little less.
    """
    first = timezone.localdate(opens_at)
    last = timezone.localdate(closes_at - timedelta(microseconds=1))  # midnight begins no day
    best = [pool.most_points(rules, first, last) for rules in papers]
    if counting == SUM_OF_ROUNDS:
        return sum(best)
    days = (last - first).days + 1 if counting == SUM_OF_DAYS else 1
    return max(best, default=0) * days
