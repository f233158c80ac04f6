"""When a competition may be answered, and the attempts that end with its close."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import AttemptQuerySet, Competition, Round
from quiz.terms import same
from unions.models import Member
from unions.prepared import Given, SharedRows

CHANGED = "quiz.change_terms"

_dates = SharedRows(
    lambda: Competition.objects.filter(pk=Given(0, Competition._meta.pk)).values_list(
        "opens_at", "closes_at", "seconds", "grace", "catch_up"
    )
)


def share_dates(competition: Competition) -> None:
    """Bring the dates and time limit of `competition` up to date, until the transaction ends.

    An attempt begun in the same transaction begins and ends by them: who moves a date waits for
    it, and then finds it. Before any lock on an attempt, as whoever moves the close takes them.
    """
    found = _dates.one(competition.pk)
    competition.opens_at, competition.closes_at, *limits = found
    competition.seconds, competition.grace, competition.catch_up = limits


def end_of(round: Round | None, *, competition: Competition, now: datetime) -> datetime:
    """When an attempt begun now in `round` ends at the latest, by the dates after `share_dates`.

    `QuizError` where none can be begun by now: coming or closed, of the round round_coming, or
    round_over also where it is gone.
    """
    if now < competition.opens_at:
        raise QuizError("coming")
    if now >= competition.closes_at:
        raise QuizError("closed")
    if round is None:
        return competition.closes_at
    # Whoever moves a round holds the competition: what is read here stays true.
    found = Round.objects.filter(pk=round.pk).first()
    if found is None:
        raise QuizError("round_over")
    found.competition = competition
    if now < found.opens_at:
        raise QuizError("round_coming")
    if now >= found.ends_at:
        raise QuizError("round_over")
    return found.ends_at


def hold_dates(competition: Competition) -> Competition:
    """`competition` as it is now; until the transaction ends nobody begins an attempt."""
    # Without its key: whoever hands in points to it, and would wait for who waits for the attempt.
    return Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)


@transaction.atomic
def settle_dates(
    *,
    competition: Competition,
    changed: Mapping[str, tuple[Any, Any]],
    round_closes: Mapping[int, datetime],
    by: Member,
) -> None:
    """Follow up what was `changed` (name → before, after) of dates and rules by hand.

    `round_closes` says by key when the rounds closed before. Open attempts end with the close at
    the latest, and the log says what was before. Where nobody began, new dates start afresh: what
    was made final of the old ones is not. With `hold_dates`.
    """
    if competition.attempts.exists():
        # Also where no date was moved: whether a round may be caught up hangs on more than those.
        cut_attempts(competition=competition)
        changed = {**changed, **_moved_rounds(competition, round_closes)}
        told = {
            name: [value if isinstance(value, int | None) else str(value) for value in values]
            for name, values in changed.items()
        }
        if told:
            log(competition, CHANGED, user=by, data=told)
    elif set(changed) & {"closes_at", "freeze_at"}:
        competition.thawed_at = competition.certified_at = None
        competition.save(update_fields=["thawed_at", "certified_at"])


def _moved_rounds(
    competition: Competition, before: Mapping[int, datetime]
) -> dict[str, tuple[datetime, datetime]]:
    return {
        f"round_{found.number}_closes_at": (before[found.pk], found.closes_at)
        for found in Round.objects.filter(competition=competition, pk__in=before)
        if not same(before[found.pk], found.closes_at)
    }


def cut_attempts(*, competition: Competition) -> int:
    """Let no open attempt take answers after its close and the grace; returns how many were cut.

    In a round its end counts, else that of the competition. Call it in the transaction that moves
    a close, with `hold_dates`, when all is written.
    """
    cut = _cut(competition.attempts.filter(round=None), competition.closes_at, competition.grace)
    # Read afresh: `competition.rounds` may be what a form made of them.
    for round in Round.objects.filter(competition=competition):
        round.competition = competition
        cut += _cut(round.attempts.all(), round.ends_at, competition.grace)
    return cut


def _cut(attempts: AttemptQuerySet, ends_at: datetime, grace: int) -> int:
    accepts_until = ends_at + timedelta(seconds=grace)
    late = attempts.unfinished().filter(accepts_until__gt=accepts_until)
    return late.update(
        deadline=Greatest(F("started_at"), Least(F("deadline"), ends_at)),
        accepts_until=Greatest(F("started_at"), accepts_until),
    )
