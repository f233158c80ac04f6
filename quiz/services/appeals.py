"""What a member says against a decision, and the answer of another person."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Appeal, Attempt, Disqualification
from quiz.services.disqualifying import lift_disqualification
from quiz.services.voiding import restore_attempt
from unions.models import Member


def appeal(*, attempt: Attempt, text: str, now: datetime | None = None) -> Appeal:
    """The owner says why the result should count; once each time it was taken away.

    `QuizError` with code no_grounds, not_void, appealed, or appeal_whole when the attempt is void
    because its owner is out altogether.
    """
    text = _grounds(text)
    try:
        with transaction.atomic():
            attempt = Attempt.objects.hold(attempt.pk)
            if attempt.void_at is None:
                raise QuizError("not_void")
            if attempt.disqualifications.standing().exists():
                raise QuizError("appeal_whole")
            return Appeal.objects.create(
                attempt=attempt,
                void_at=attempt.void_at,
                void_reason=attempt.void_reason,
                voided_by_id=attempt.voided_by_id,
                text=text,
                created_at=now or timezone.now(),
            )
    except IntegrityError:
        raise QuizError("appealed") from None


def appeal_disqualification(
    *, disqualification: Disqualification, text: str, now: datetime | None = None
) -> Appeal:
    """The member says why it should be lifted; once.

    `QuizError` with code no_grounds, not_disqualified when it is lifted already, or appealed.
    """
    text = _grounds(text)
    try:
        with transaction.atomic():
            held = Disqualification.objects.select_for_update().get(pk=disqualification.pk)
            if not held.stands:
                raise QuizError("not_disqualified")
            return Appeal.objects.create(
                disqualification=held, text=text, created_at=now or timezone.now()
            )
    except IntegrityError:
        raise QuizError("appealed") from None


def _grounds(text: str) -> str:
    text = text.strip()
    if not text:
        raise QuizError("no_grounds")
    return text


@transaction.atomic
def decide_appeal(
    *, appeal: Appeal, accepted: bool, answer: str, by: Member, now: datetime | None = None
) -> Appeal:
    """Answer an appeal; an accepted one gives back the result, or all of them with the place.

    Where that was given back meanwhile nothing else changes, though it be taken away once more.

    `QuizError` with code no_answer, decided when somebody was faster, same_person when `by`
    is who took it away, or disqualified_still when the result can't count yet.
    """
    now = now or timezone.now()
    answer = answer.strip()
    if not answer:
        raise QuizError("no_answer")
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if appeal.decided_at is not None:
        raise QuizError("decided")
    if appeal.taken_by_id == by.pk:
        raise QuizError("same_person")
    appeal.accepted, appeal.answer, appeal.decided_by, appeal.decided_at = accepted, answer, by, now
    appeal.save(update_fields=["accepted", "answer", "decided_by", "decided_at"])
    if accepted and appeal.disqualification:
        lift_disqualification(
            disqualification=appeal.disqualification, reason=answer, by=by, now=now
        )
    elif accepted and Attempt.objects.hold(appeal.attempt_id).void_at == appeal.void_at:
        restore_attempt(attempt=appeal.attempt, by=by, now=now)
    log(appeal, "quiz.appeal.decide", user=by, data={"accepted": accepted, "answer": answer})
    return appeal
