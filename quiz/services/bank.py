"""Writing questions: a change of what is asked makes a new version."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import transaction

from quiz import scoring
from quiz.errors import QuizError
from quiz.models import Option, Question, QuestionBank, QuestionVersion

CHUNK = 500


@dataclass(frozen=True)
class QuestionDraft:
    """A question to be: the fields of `Question` without its bank, and (text, right) options."""

    fields: Mapping[str, Any]
    options: Sequence[tuple[str, bool]]


@transaction.atomic
def settle_question(*, question: Question) -> Question:
    """Make what papers draw agree with `question` and its options as saved.

    A published question whose content differs from its current version gets a new one; papers
    that are out keep theirs. The bank's version changes, so that every process reads it afresh.
    `QuizError("bad_key")` when a published question's options can't be answered.
    """
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.kind == Question.Kind.FILL:
        question.options.filter(right=False).update(right=True)
    if question.state == Question.State.PUBLISHED:
        content = _drawable(question, question.options.all())
        latest = question.versions.order_by("-number").first()
        if latest is None or latest.content != content:
            latest = QuestionVersion.objects.create(
                question=question, number=latest.number + 1 if latest else 1, content=content
            )
        if question.current_id != latest.pk:
            question.current = latest
            question.save(update_fields=["current"])
    touch_bank(bank=question.bank)
    return question


def create_question(
    *, bank: QuestionBank, options: Sequence[tuple[str, bool]], **fields
) -> Question:
    """Create a question with `options` (text, right) and settle it. Raises as `settle_question`."""
    return create_questions(bank=bank, drafts=[QuestionDraft(fields, options)])[0]


@transaction.atomic
def create_questions(*, bank: QuestionBank, drafts: Sequence[QuestionDraft]) -> list[Question]:
    """Create questions and settle them, all or none, in a handful of statements.

    `QuizError("bad_key")` as `settle_question`; its `details["place"]` is the draft's, from 0.
    """
    questions = Question.objects.bulk_create(
        [Question(bank=bank, **draft.fields) for draft in drafts], batch_size=CHUNK
    )
    options = [
        [
            Option(
                question=question,
                text=text,
                right=right or question.kind == Question.Kind.FILL,
                sort_order=place,
            )
            for place, (text, right) in enumerate(draft.options)
        ]
        for question, draft in zip(questions, drafts, strict=True)
    ]
    Option.objects.bulk_create(chain.from_iterable(options), batch_size=CHUNK)
    versions = {}
    for place, (question, rows) in enumerate(zip(questions, options, strict=True)):
        if question.state == Question.State.PUBLISHED:
            content = _drawable(question, rows, place=place)
            versions[question.pk] = QuestionVersion(question=question, number=1, content=content)
    QuestionVersion.objects.bulk_create(versions.values(), batch_size=CHUNK)
    for question in questions:
        question.current = versions.get(question.pk)
    Question.objects.bulk_update(
        [question for question in questions if question.current], ["current"], batch_size=CHUNK
    )
    touch_bank(bank=bank)
    return questions


def _drawable(question: Question, options: Sequence[Option], **details) -> dict:
    """What papers hold of `question`; `QuizError("bad_key")` when it can't be answered."""
    content = question.snapshot(options)
    texts = content.get("accepted", content["options"])
    problem = scoring.key_problem(content["kind"], texts, content["key"])
    if problem:
        raise QuizError("bad_key", problem, **details)
    return content


def touch_bank(*, bank: QuestionBank) -> None:
    """Let every process read the bank afresh."""
    QuestionBank.objects.filter(pk=bank.pk).update(version=uuid.uuid4())
