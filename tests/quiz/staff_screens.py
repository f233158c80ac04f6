"""Every screen by which staff run competitions, with something to show on each."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from quiz import services
from quiz.models import Case, Regrade
from tests.factories.quiz import (
    CertificateFactory,
    CompetitionFactory,
    DrawFactory,
    QuestionBankFactory,
    RoundFactory,
    make_question,
)
from tests.factories.unions import MemberFactory

# What each answers: 200, or 404 for what does not exist for them. The admin sends who may not
# to its home, with a message: 302.
SCREENS = [
    ("competition:index", 200, 302),
    ("competition:add", 200, 302),
    ("competition:edit", 200, 302),
    ("allowance:index", 200, 302),
    ("allowance:add", 200, 302),
    ("quiz_promotion", 200, 302),
    ("quiz:preview", 200, 404),
    ("quiz_staff_report", 200, 302),
    ("attempt:index", 200, 302),
    ("attempt:edit", 200, 302),
    ("disqualification:index", 200, 302),
    ("disqualification:edit", 200, 302),
    ("appeal:index", 200, 302),
    ("appeal:edit", 200, 302),
    ("case:index", 200, 302),
    ("case:edit", 200, 302),
    ("case:export", 200, 302),
    ("dispute:index", 200, 200),
    ("dispute:edit", 200, 200),
    ("regrade:index", 200, 302),
    ("regrade:add", 200, 302),
    ("regrade:edit", 200, 302),
    ("draw:index", 200, 302),
    ("draw:add", 200, 302),
    ("draw:edit", 200, 302),
    ("draw:withdraw", 200, 302),
    ("certificate:index", 200, 302),
    ("certificate:edit", 200, 302),
    ("question:index", 200, 200),
    ("question:add", 200, 200),
    ("question:edit", 302, 200),
    ("quiz_question_state", 302, 200),
    ("quiz_question_versions", 302, 200),
    ("questionbank:index", 200, 200),
    ("questionbank:add", 302, 200),
    ("questionbank:edit", 302, 200),
    ("quiz_publish_waiting", 302, 200),
    ("quiz_import_upload", 200, 200),
    ("quiz_import_template", 200, 200),
    ("quiz_import_numbers", 200, 200),
    ("quiz_export", 302, 200),
    ("quiz_export_word", 302, 200),
    ("quiz_question_report", 200, 200),
]


def with_rows():
    """Make rows for every screen of staff to show; the address of a screen by its name."""
    bank = QuestionBankFactory(questions=12)
    question = make_question(bank, number=900)
    closed = CompetitionFactory(
        bank=bank,
        opens_at=timezone.now() - timedelta(days=9),
        closes_at=timezone.now() - timedelta(days=2),
    )
    attempt = services.record_attempt(
        competition=closed, member=MemberFactory(), elapsed=60, right=1,
        started_at=closed.opens_at + timedelta(minutes=1),
    )  # fmt: skip
    staff = MemberFactory()
    services.void_attempt(attempt=attempt, reason="请说明情况", by=staff)
    appeal = services.appeal(attempt=attempt, text="是我自己答的")
    out = services.disqualify(
        competition=closed, member=MemberFactory(), reason="代人作答", by=staff
    )
    case = Case.objects.create(
        competition=closed, day=attempt.day, signal=Case.Signal.PACE, key="1",
        evidence={"seconds_per_question": 0.4, "replies": 5, "elapsed": 2},
        created_at=timezone.now(),
    )  # fmt: skip
    case.attempts.add(attempt)
    regrade = services.correct_key(
        question=question, key=[1], rule=Regrade.Rule.ALL, reason="答案印错", by=staff
    )
    arguments = {
        "competition": closed.pk,
        "allowance": None,
        "quiz_promotion": RoundFactory(competition=closed, promotes=3).pk,
        "attempt": attempt.pk,
        "appeal": appeal.pk,
        "disqualification": out.pk,
        "case": case.pk,
        "dispute": question.pk,
        "regrade": regrade.pk,
        "draw": DrawFactory(competition=closed).pk,
        "certificate": CertificateFactory(competition=closed).pk,
        "question": question.pk,
        "questionbank": bank.pk,
        "quiz_question_state": question.pk,
        "quiz_question_versions": question.pk,
        "quiz_publish_waiting": bank.pk,
        "quiz_export": bank.pk,
        "quiz_export_word": bank.pk,
        "quiz_staff_report": closed.slug,
    }

    def address(name):
        if name == "quiz:preview":
            return reverse(name, args=[CompetitionFactory().slug, 1])
        subject, _, page = name.partition(":")
        takes_one = page in {"edit", "withdraw"} or (not page and subject in arguments)
        return reverse(name, args=[arguments[subject]] if takes_one else [])

    return address
