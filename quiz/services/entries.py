"""Entries of the audit log about many questions at once."""

from collections.abc import Mapping, Sequence

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from quiz.models import Question
from unions.models import Member

CHUNK = 500


def log_questions(
    questions: Sequence[Question], action: str, *, member: Member, data: Sequence[Mapping]
) -> None:
    """Note for each of `questions` that `member` did `action`, each with its own of `data`.

    One statement for CHUNK questions. The entries share no uuid: of those that do, the screens of
    the log show only the latest, whichever question it is of.
    """
    kind = ContentType.objects.get_for_model(Question, for_concrete_model=False)
    now = timezone.now()
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=kind,
                object_id=str(question.pk),
                label=str(question),
                action=action,
                timestamp=now,
                user=member,
                data=noted,
            )
            for question, noted in zip(questions, data, strict=True)
        ],
        batch_size=CHUNK,
    )
