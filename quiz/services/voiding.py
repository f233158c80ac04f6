"""Taking a result away, and giving it back.

Whoever acts is `by`; each decision leaves an entry in the log.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Attempt, Disqualification
from quiz.services.standings import recount_member
from unions.models import Member


@transaction.atomic
def void_attempt(
    *, attempt: Attempt, reason: str, by: Member, now: datetime | None = None
) -> Attempt:
    """Let a finished attempt count no more, and rank the member again; a repeat changes nothing.

    `reason` is what the member reads. `QuizError` with code no_reason or not_finished.
    """
    now = now or timezone.now()
    reason = reason.strip()
    if not reason:
        raise QuizError("no_reason")
    attempt = Attempt.objects.hold(attempt.pk)
    if attempt.submitted_at is None:
        raise QuizError("not_finished")
    if attempt.void_at is None:
        take_away(attempt=attempt, reason=reason, by=by, now=now)
        recount_member(competition=attempt.competition, member_id=attempt.member_id, now=now)
    return attempt


@transaction.atomic
def restore_attempt(*, attempt: Attempt, by: Member, now: datetime | None = None) -> Attempt:
    """Let a voided attempt count again; a repeat changes nothing.

    `QuizError("disqualified_still")` while its member is out of the whole competition.
    """
    now = now or timezone.now()
    attempt = Attempt.objects.hold(attempt.pk)
    if attempt.void_at is not None:
        if Disqualification.objects.against(attempt.competition, attempt.member):
            raise QuizError("disqualified_still")
        give_back(attempt=attempt, by=by)
        recount_member(competition=attempt.competition, member_id=attempt.member_id, now=now)
    return attempt


def take_away(*, attempt: Attempt, reason: str, by: Member, now: datetime) -> None:
    """Make `attempt`, which is held and counts, void; whoever calls ranks its member again."""
    attempt.void_at, attempt.void_reason, attempt.voided_by = now, reason, by
    attempt.save(update_fields=["void_at", "void_reason", "voided_by"])
    log(attempt, "quiz.attempt.void", user=by, data={"reason": reason})


def give_back(*, attempt: Attempt, by: Member) -> None:
    """The opposite of `take_away`."""
    data = {"reason": attempt.void_reason}
    attempt.void_at, attempt.void_reason, attempt.voided_by = None, "", None
    attempt.save(update_fields=["void_at", "void_reason", "voided_by"])
    log(attempt, "quiz.attempt.restore", user=by, data=data)
