"""Writing questions: a change of what is asked makes a new version."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from quiz import scoring
from quiz.errors import QuizError
from quiz.models import Option, Question, QuestionBank, QuestionVersion


@transaction.atomic
def settle_question(*, question: Question) -> Question:
    """Make what papers draw agree with `question` and its options as saved.

    A published question whose content differs from its current version gets a new one; papers
    that are out keep theirs. The bank's version changes, so that every process reads it afresh.
    `QuizError("bad_key")` when a published question's options can't be answered.
    """
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.state == Question.State.PUBLISHED:
        content = question.snapshot()
        problem = scoring.key_problem(content["kind"], content["options"], content["key"])
        if problem:
            raise QuizError("bad_key", problem)
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


@transaction.atomic
def create_question(
    *, bank: QuestionBank, options: Sequence[tuple[str, bool]], **fields
) -> Question:
    """Create a question with `options` (text, right) and settle it. Raises as `settle_question`."""
    question = Question.objects.create(bank=bank, **fields)
    Option.objects.bulk_create(
        Option(question=question, text=text, right=right, sort_order=place)
        for place, (text, right) in enumerate(options)
    )
    return settle_question(question=question)


def touch_bank(*, bank: QuestionBank) -> None:
    """Let every process read the bank afresh."""
    QuestionBank.objects.filter(pk=bank.pk).update(version=uuid.uuid4())
