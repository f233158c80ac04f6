"""The close of a competition and the attempts that end with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from wagtail.log_actions import log

from quiz.models import Competition
from unions.models import Member
from unions.prepared import Given, SharedRows

CHANGED = "quiz.change_terms"

_dates = SharedRows(
    lambda: Competition.objects.filter(pk=Given(0, Competition._meta.pk)).values_list(
        "closes_at", "seconds", "grace"
    )
)


def share_dates(competition: Competition) -> None:
    """Bring close, time limit and grace of `competition` up to date, until the transaction ends.

    An attempt begun in the same transaction ends by them: who moves the close waits for it, and
    then finds it. Before any lock on an attempt, as whoever moves the close takes them.
    """
    competition.closes_at, competition.seconds, competition.grace = _dates.one(competition.pk)


def hold_dates(competition: Competition) -> Competition:
    """`competition` as it is now; until the transaction ends nobody begins an attempt."""
    # Without its key: whoever hands in points to it, and would wait for who waits for the attempt.
    return Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)


@transaction.atomic
def settle_dates(
    *, competition: Competition, changed: Mapping[str, tuple[Any, Any]], by: Member
) -> None:
    """Follow up what was `changed` (name → before, after) of dates and rules by hand.

    Open attempts end with the close at the latest, and the log says what was before. Where nobody
    began, new dates start afresh: what was made final of the old ones is not. With `hold_dates`.
    """
    if not changed:
        return
    if competition.attempts.exists():
        cut_attempts(competition=competition)
        told = {
            name: [value if isinstance(value, int | None) else str(value) for value in values]
            for name, values in changed.items()
        }
        log(competition, CHANGED, user=by, data=told)
    elif set(changed) & {"closes_at", "freeze_at"}:
        competition.thawed_at = competition.certified_at = None
        competition.save(update_fields=["thawed_at", "certified_at"])


def cut_attempts(*, competition: Competition) -> int:
    """Let no open attempt take answers after the close and its grace; returns how many were cut.

    Call it in the transaction that moves the close, with `hold_dates`.
    """
    closes_at = competition.closes_at
    accepts_until = closes_at + timedelta(seconds=competition.grace)
    late = competition.attempts.unfinished().filter(accepts_until__gt=accepts_until)
    return late.update(
        deadline=Greatest(F("started_at"), Least(F("deadline"), closes_at)),
        accepts_until=Greatest(F("started_at"), accepts_until),
    )
