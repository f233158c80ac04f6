"""A question's way from draft to paper: nobody publishes what they wrote last."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Question, QuestionBank, QuestionVersion
from quiz.models.bank import SOURCE_NOTES
from quiz.services.bank import CHUNK, drawable_content, latest_version, touch_bank
from quiz.services.entries import log_questions
from unions.models import Member

State = Question.State


@dataclass(frozen=True)
class Move:
    """One step: from which states it leads where, and what the audit log calls it."""

    label: object
    done: object
    before: frozenset[str]
    after: str
    needs_reason: bool = False

    def fits(self, question: Question) -> bool:
        return question.state in self.before


MOVES = {
    "submit": Move(
        _("提交审核"),
        _("已提交审核，由另一个人发布。"),
        frozenset({State.DRAFT, State.DISPUTED, State.RETIRED}),
        State.REVIEW,
    ),
    "publish": Move(
        _("发布题目"),
        _("已发布，新的试卷可以抽到。"),
        frozenset({State.REVIEW}),
        State.PUBLISHED,
    ),
    "return": Move(
        _("退回修改"), _("已退回，改好后再提交。"), frozenset({State.REVIEW}), State.DRAFT, True
    ),
    "dispute": Move(
        _("标为有争议"),
        _("已标为有争议，新的试卷不再抽到；已经发出的试卷不变。"),
        frozenset({State.PUBLISHED}),
        State.DISPUTED,
        True,
    ),
    "retire": Move(
        _("停用题目"),
        _("已停用，新的试卷不再抽到；已经发出的试卷不变。"),
        frozenset({State.DRAFT, State.REVIEW, State.PUBLISHED, State.DISPUTED}),
        State.RETIRED,
    ),
}


def fingerprint(questions: Iterable[Question]) -> str:
    """What a page shows of `questions`, in short: whoever publishes says what they have seen."""
    shown = [[question.pk, question.snapshot(question.options.all())] for question in questions]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def move_question(
    *, question: Question, move: str, member: Member, reason: str = "", seen: str | None = None
) -> Question:
    """Take one step (a key of MOVES) and note in the audit log who did it and why.

    `seen` is the `fingerprint` of what `member` read, None where nobody reads. `QuizError` with
    code not_in_state, reason_needed, bad_key, own_question when `member`, of whatever rank, wrote
    last what is to be published, or not_as_seen when that is not what was seen.
    """
    step = MOVES[move]
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if not step.fits(question):
        raise QuizError("not_in_state", state=question.get_state_display())
    if step.needs_reason and not reason.strip():
        raise QuizError("reason_needed")
    if move == "publish" and question.edited_by_id == member.pk:
        raise QuizError("own_question")
    if move == "publish":
        _refuse_unseen([question], seen)
    question.state = step.after
    if move in {"submit", "publish"}:
        content = drawable_content(question, question.options.all())
        if move == "publish":
            question.current = latest_version(question, content, member)
            question.note_source(timezone.now())
    question.save(update_fields=["state", "current", *SOURCE_NOTES])
    data = {"reason": reason.strip()[:500], "version": question.current and question.current.number}
    log(question, f"quiz.{move}", user=member, data=data)
    touch_bank(bank=question.bank)
    return question


@transaction.atomic
def confirm_source(
    *, question: Question, member: Member, seen: str, now: datetime | None = None
) -> Question:
    """`member` has read the changed source page, and the question holds beside it.

    `seen` is the `source_mark` of what they read. `QuizError` with code source_unchanged when there
    is nothing to confirm, source_deleted, or source_not_as_seen when the page has changed since.
    """
    rows = Question.objects.with_source_news().select_for_update(of=("self",))
    question = rows.select_related("source_page").get(pk=question.pk)
    if not question.source_news:
        raise QuizError("source_unchanged")
    if question.source_news == Question.SourceNews.DELETED:
        raise QuizError("source_deleted")
    if seen != question.source_mark:
        raise QuizError("source_not_as_seen")
    question.note_source(now or timezone.now())
    question.save(update_fields=SOURCE_NOTES)
    log(question, "quiz.confirm_source", user=member, data={"page": question.source_page_id})
    return question


def _refuse_unseen(questions: Iterable[Question], seen: str | None) -> None:
    if seen is not None and fingerprint(questions) != seen:
        raise QuizError("not_as_seen")


@transaction.atomic
def publish_waiting(*, bank: QuestionBank, member: Member, seen: str | None = None) -> int:
    """Publish all of `bank` that waits and that `member` did not write last; returns how many.

    The statements do not grow with the questions but by chunks; the log gets an entry on the bank
    and on each question.
    `seen` as for `move_question`, of all of them. `QuizError` with code not_as_seen, or
    bad_key when one can't be answered: then none is published.
    """
    waiting = Question.objects.publishable_by(member, bank)
    waiting = waiting.select_related("current", "source_page").order_by("pk")
    # The questions before the bank, as whoever publishes one: else the two wait for each other.
    questions = list(waiting.select_for_update(of=("self",)))
    _refuse_unseen(questions, seen)
    _bring_up_to_date(questions, member)
    now = timezone.now()
    for question in questions:
        question.state = State.PUBLISHED
        question.note_source(now)
    changed = ["state", "current", *SOURCE_NOTES]
    Question.objects.bulk_update(questions, changed, batch_size=CHUNK)
    if questions:
        noted = [{"version": found.current.number, "count": len(questions)} for found in questions]
        log_questions(questions, "quiz.publish", member=member, data=noted)
        log(bank, "quiz.publish_waiting", user=member, data={"count": len(questions)})
        touch_bank(bank=bank)
    return len(questions)


def _bring_up_to_date(questions: Sequence[Question], member: Member) -> None:
    """Give each question a current version that holds its content, published by `member`."""
    numbers: dict[int, int] = {}
    for start in range(0, len(questions), CHUNK):
        found = QuestionVersion.objects.filter(question__in=questions[start : start + CHUNK])
        numbers |= dict(found.order_by().values_list("question").annotate(Max("number")))
    versions = []
    for question in questions:
        content = drawable_content(question, question.options.all())
        if question.current is None or question.current.content != content:
            version = QuestionVersion(
                question=question,
                number=numbers.get(question.pk, 0) + 1,
                content=content,
                written_by_id=question.edited_by_id,
                published_by=member,
            )
            question.current = version
            versions.append(version)
    QuestionVersion.objects.bulk_create(versions, batch_size=CHUNK)
