"""Writing questions: a change of what is asked makes a new version."""

import uuid
from collections.abc import Sequence
from itertools import chain

from django.db import transaction

from quiz import scoring
from quiz.drafts import QuestionDraft
from quiz.errors import QuizError
from quiz.models import Option, Question, QuestionBank, QuestionVersion
from quiz.stems import stem_key
from unions.models import Member

CHUNK = 500


@transaction.atomic
def settle_question(
    *, question: Question, member: Member | None = None, publisher: Member | None = None
) -> Question:
    """Make what papers draw agree with `question` and its options as saved.

    A published question whose content differs from its current version gets a new one; papers
    that are out keep theirs. Changed by `member`, it waits for a second person instead and is not
    drawn meanwhile. The bank's version changes, so that every process reads it afresh.
    A new version names `publisher`. `QuizError("bad_key")` when the options of a question in review
    or published can't be answered.
    """
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.kind == Question.Kind.FILL:
        question.options.filter(right=False).update(right=True)
    question.stem_key = stem_key(question.stem)
    if member is not None:
        question.edited_by = member
    if question.state in {Question.State.REVIEW, Question.State.PUBLISHED}:
        content = drawable_content(question, question.options.all())
        if member is None and question.state == Question.State.PUBLISHED:
            question.current = latest_version(question, content, publisher)
        elif question.current is None or question.current.content != content:
            question.state = Question.State.REVIEW
    question.save(update_fields=["stem_key", "edited_by", "current", "state"])
    touch_bank(bank=question.bank)
    return question


@transaction.atomic
def create_questions(*, bank: QuestionBank, drafts: Sequence[QuestionDraft]) -> list[Question]:
    """Create questions and settle them, all or none, in a handful of statements.

    `QuizError("bad_key")` as `settle_question`; its `details["place"]` is the draft's, from 0.
    """
    questions = Question.objects.bulk_create(
        [
            Question(bank=bank, stem_key=stem_key(draft.fields["stem"]), **draft.fields)
            for draft in drafts
        ],
        batch_size=CHUNK,
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
        if question.state in {Question.State.REVIEW, Question.State.PUBLISHED}:
            content = drawable_content(question, rows, place=place)
            if question.state == Question.State.PUBLISHED:
                versions[question.pk] = QuestionVersion(
                    question=question,
                    number=1,
                    content=content,
                    written_by_id=question.edited_by_id,
                )
    QuestionVersion.objects.bulk_create(versions.values(), batch_size=CHUNK)
    for question in questions:
        question.current = versions.get(question.pk)
    # By key: an UPDATE with a case for each question takes twenty times as long.
    Question.objects.bulk_create(
        [question for question in questions if question.current],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["current"],
    )
    touch_bank(bank=bank)
    return questions


def drawable_content(question: Question, options: Sequence[Option], **details) -> dict:
    """What papers hold of `question`; `QuizError("bad_key")` when it can't be answered."""
    content = question.snapshot(options)
    texts = content.get("accepted", content["options"])
    problem = scoring.key_problem(content["kind"], texts, content["key"])
    if problem:
        raise QuizError("bad_key", problem, **details)
    return content


def latest_version(
    question: Question, content: dict, publisher: Member | None = None
) -> QuestionVersion:
    """The latest version of `question`, a new one by `publisher` if it does not hold `content`."""
    latest = question.versions.order_by("-number").first()
    if latest is None or latest.content != content:
        number = latest.number + 1 if latest else 1
        latest = QuestionVersion.objects.create(
            question=question,
            number=number,
            content=content,
            written_by_id=question.edited_by_id,
            published_by=publisher,
        )
    return latest


def touch_bank(*, bank: QuestionBank) -> None:
    """Let every process read the bank afresh, and those who listen know that it changed."""
    bank.version = uuid.uuid4()
    bank.save(update_fields=["version"])
