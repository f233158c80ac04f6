"""Who goes on from one round to the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Attempt, Promotion, Round
from quiz.ordering import going_on
from quiz.services.attempts import hand_in
from quiz.services.waiting import undecided
from unions.models import Member

CHUNK = 1000


@dataclass(frozen=True)
class Best:
    """One member and the cost of the best attempt in a round."""

    member: int
    cost: int


def candidates(*, round: Round) -> list[Best]:
    """Who would go on from `round` as its attempts stand now, the best first; nothing is written.

    Who ties with the last place goes on, too.
    """
    if round.promotes is None:
        raise QuizError("promotes_nobody")
    standing = (
        Attempt.objects.of_round(round)
        .order_by()
        .values_list("member_id")
        .annotate(best=Min("cost"))
        .order_by("best", "member_id")
    )
    places = standing[round.promotes - 1 : round.promotes]
    last = next((best for _member, best in places), None)
    if last is not None:
        standing = standing.filter(best__lte=last)
    found = [Best(member, best) for member, best in standing]
    return found[: going_on([entry.cost for entry in found], round.promotes)]


def promote(
    *,
    round: Round,
    by: Member | None = None,
    anyway: bool = False,
    now: datetime | None = None,
) -> Round:
    """Write down who goes on from `round` and return it with `promoted_at` and `cut`; the log says
    who made the list (`by`), how many are on it and what was undecided.

    A repeat makes the list anew, until the next round that takes its members from here opens.
    What is open is handed in first, each attempt by itself. `QuizError` with code promotes_nobody,
    round_running, next_round_open, or round_unfinished when an attempt can't be handed in; and,
    unless it is to be made `anyway`, that of `undecided` while results may still change.
    """
    now = now or timezone.now()
    check_promotion(round=round, now=now)
    # Nobody begins in a round that is over, so that none is open afterwards.
    hand_in(attempts=round.attempts.unfinished(), now=now)
    with transaction.atomic():
        # Two presses at once: the second waits, and finds the list as the first has left it.
        round = (
            Round.objects.select_for_update(of=("self",))
            .select_related("competition")
            .get(pk=round.pk)
        )
        check_promotion(round=round, now=now)
        waiting = undecided(round.competition, round)
        if waiting and not anyway:
            raise QuizError(waiting)
        if round.attempts.unfinished().exists():
            raise QuizError("round_unfinished")
        found = candidates(round=round)
        round.promotions.all().delete()
        Promotion.objects.bulk_create(
            (Promotion(round=round, member_id=best.member, cost=best.cost) for best in found),
            batch_size=CHUNK,
        )
        round.promoted_at = now
        round.cut = found[-1].cost if found else None
        Round.objects.filter(pk=round.pk).update(promoted_at=now, cut=round.cut)
        data = {"count": len(found), **({"undecided": waiting} if waiting else {})}
        log(round, "quiz.promote", user=by, data=data)
    return round


def check_promotion(*, round: Round, now: datetime) -> None:
    """Raise the `QuizError` that `promote` would raise at `now`."""
    if round.promotes is None:
        raise QuizError("promotes_nobody")
    # Whatever was begun in it takes answers no longer than the grace.
    if now <= round.ends_at + timedelta(seconds=round.competition.grace):
        raise QuizError("round_running")
    if round.promoted_at and round.has_successor_open(now):
        raise QuizError("next_round_open")
