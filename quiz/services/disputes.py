"""Disputing a question, and what staff answer. Only what shows its key can be disputed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Attempt, Dispute, PracticeRecord, Question
from quiz.secrecy import may_show_key
from quiz.services.practice import practised_question
from quiz.services.reviewing import move_question
from unions.models import Member

# Open at once per member: enough for a whole paper, too few to flood the desk.
MOST_OPEN = 20


def dispute_reviewed(
    *, attempt: Attempt, number: int, kind: str, text: str, now: datetime | None = None
) -> Dispute:
    """The owner of `attempt` disputes its question `number`, counted from 1.

    `QuizError` with code key_hidden, no_such_question, no_dispute_reason, too_many_disputes or
    disputed.
    """
    now = now or timezone.now()
    if attempt.submitted_at is None or not may_show_key(attempt.competition, now):
        raise QuizError("key_hidden")
    versions = attempt.drawn().versions
    if not 1 <= number <= len(versions):
        raise QuizError("no_such_question")
    return _enter(attempt.member, versions[number - 1], kind, text, now)


def dispute_practised(
    *, record: PracticeRecord, kind: str, text: str, now: datetime | None = None
) -> Dispute:
    """The member disputes a question as it was last practised; codes as `dispute_reviewed`."""
    now = now or timezone.now()
    shown = practised_question(member=record.member, question=record.question_id, now=now)
    if shown is None:
        raise QuizError("key_hidden")
    return _enter(record.member, record.version_id, kind, text, now)


def _enter(member: Member, version: int, kind: str, text: str, now: datetime) -> Dispute:
    text = text.strip()
    if not text:
        raise QuizError("no_dispute_reason")
    try:
        with transaction.atomic():
            _lock(member)
            if Dispute.objects.waiting().filter(member=member).count() >= MOST_OPEN:
                raise QuizError("too_many_disputes")
            return Dispute.objects.create(
                member=member, version_id=version, kind=kind, text=text, created_at=now
            )
    except IntegrityError:
        raise QuizError("disputed") from None


def _lock(member: Member) -> None:
    """Let one request of a member count at a time."""
    Member.objects.select_for_update().values_list("pk", flat=True).get(pk=member.pk)


@transaction.atomic
def decide_disputes(
    *,
    question: Question,
    chosen: Iterable[int],
    decision: str,
    answer: str,
    by: Member,
    now: datetime | None = None,
) -> int:
    """Answer the waiting ones of `chosen` (ids) about `question` alike; returns how many.

    `decision` is a state of `Dispute` other than open. Taken, a published question is marked as
    disputed and drawn no more. `QuizError` with code no_answer, same_person when one is of `by`,
    or decided when none of them waits.
    """
    answer = answer.strip()
    if not answer:
        raise QuizError("no_answer")
    waiting = Dispute.objects.waiting().select_for_update(of=("self",))
    found = list(waiting.filter(version__question=question, pk__in=list(chosen)))
    if not found:
        raise QuizError("decided")
    if any(dispute.member_id == by.pk for dispute in found):
        raise QuizError("same_person")
    now = now or timezone.now()
    for dispute in found:
        dispute.state, dispute.answer = decision, answer
        dispute.decided_by, dispute.decided_at = by, now
    Dispute.objects.bulk_update(found, ["state", "answer", "decided_by", "decided_at"])
    data = {"reason": answer, "decision": decision, "disputes": [dispute.pk for dispute in found]}
    log(question, "quiz.disputes.decide", user=by, data=data)
    question.refresh_from_db(fields=["state"])
    if decision == Dispute.State.TAKEN and question.state == Question.State.PUBLISHED:
        move_question(question=question, move="dispute", member=by, reason=answer)
    return len(found)
