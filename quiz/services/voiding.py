"""Taking a result away, giving it back, and the appeal in between.

Whoever acts is `by`; each decision leaves an entry in the log.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Appeal, Attempt
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
        attempt.void_at, attempt.void_reason, attempt.voided_by = now, reason, by
        _keep(attempt, now)
        log(attempt, "quiz.attempt.void", user=by, data={"reason": reason})
    return attempt


@transaction.atomic
def restore_attempt(*, attempt: Attempt, by: Member, now: datetime | None = None) -> Attempt:
    """Let a voided attempt count again; a repeat changes nothing."""
    now = now or timezone.now()
    attempt = Attempt.objects.hold(attempt.pk)
    if attempt.void_at is not None:
        data = {"reason": attempt.void_reason}
        attempt.void_at, attempt.void_reason, attempt.voided_by = None, "", None
        _keep(attempt, now)
        log(attempt, "quiz.attempt.restore", user=by, data=data)
    return attempt


def _keep(attempt: Attempt, now: datetime) -> None:
    attempt.save(update_fields=["void_at", "void_reason", "voided_by"])
    recount_member(competition=attempt.competition, member_id=attempt.member_id, now=now)


def appeal(*, attempt: Attempt, text: str, now: datetime | None = None) -> Appeal:
    """The owner says why the result should count; once per attempt.

    `QuizError` with code no_grounds, not_void or appealed.
    """
    text = text.strip()
    if not text:
        raise QuizError("no_grounds")
    try:
        with transaction.atomic():
            if Attempt.objects.hold(attempt.pk).void_at is None:
                raise QuizError("not_void")
            return Appeal.objects.create(
                attempt=attempt, text=text, created_at=now or timezone.now()
            )
    except IntegrityError:
        raise QuizError("appealed") from None


@transaction.atomic
def decide_appeal(
    *, appeal: Appeal, accepted: bool, answer: str, by: Member, now: datetime | None = None
) -> Appeal:
    """Answer an appeal; an accepted one gives the result back.

    `QuizError` with code no_answer, decided when somebody was faster, or same_person when `by`
    is who took the result away.
    """
    now = now or timezone.now()
    answer = answer.strip()
    if not answer:
        raise QuizError("no_answer")
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if appeal.decided_at is not None:
        raise QuizError("decided")
    if appeal.attempt.voided_by_id == by.pk:
        raise QuizError("same_person")
    appeal.accepted, appeal.answer, appeal.decided_by, appeal.decided_at = accepted, answer, by, now
    appeal.save(update_fields=["accepted", "answer", "decided_by", "decided_at"])
    if accepted:
        restore_attempt(attempt=appeal.attempt, by=by, now=now)
    log(appeal, "quiz.appeal.decide", user=by, data={"accepted": accepted, "answer": answer})
    return appeal
