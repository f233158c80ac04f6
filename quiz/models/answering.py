"""An attempt as saving a reply reads and writes it: little, and by statements that are kept.

A member who answers saves some twenty times for each paper, so this is where a second of a
province's competition goes.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from quiz.drawing import Paper
from quiz.models.attempt import Attempt
from quiz.models.bank import QuestionBank
from quiz.models.competition import Competition
from unions.prepared import Given, PreparedRows, PreparedUpdate


class Answering(NamedTuple):
    """What of an attempt decides whether a reply is taken; `answers` as on the attempt."""

    pk: int
    submitted_at: datetime | None
    deadline: datetime
    accepts_until: datetime
    paper: list
    answers: dict
    bank_pk: int
    bank_version: UUID

    def takes_answers(self, now: datetime) -> bool:
        return self.submitted_at is None and now <= self.accepts_until

    def drawn(self) -> Paper:
        return Paper.from_json(self.paper)

    @property
    def bank(self) -> QuestionBank:
        """The bank with its version alone."""
        return QuestionBank(pk=self.bank_pk, version=self.bank_version)


def _held(**which: Given):
    rows = Attempt.objects.filter(**which).held()
    return rows.values_list(
        "pk",
        "submitted_at",
        "deadline",
        "accepts_until",
        "paper",
        "answers",
        "competition__bank",
        "competition__bank__version",
    )


_by_pk = PreparedRows(lambda: _held(pk=Given(0, Attempt._meta.pk)))
_own = PreparedRows(
    lambda: _held(
        uuid=Given(0, Attempt._meta.get_field("uuid")),
        member_id=Given(1, Attempt._meta.pk),
        competition__slug=Given(2, Competition._meta.get_field("slug")),
    )
)
_store = PreparedUpdate(
    lambda: Attempt.objects.filter(pk=Given(1, Attempt._meta.pk)),
    answers=Given(0, Attempt._meta.get_field("answers")),
)


def hold(pk: int) -> Answering:
    """The attempt as it is now, held by this transaction. `Attempt.DoesNotExist`."""
    return _found(_by_pk.one(pk))


def hold_own(member_pk: int, slug: str, uuid: UUID) -> Answering:
    """The same by number, if it is of that member in that competition. `Attempt.DoesNotExist`."""
    return _found(_own.one(uuid, member_pk, slug))


def store(held: Answering) -> None:
    """Write the answers of an attempt that is held."""
    _store(held.answers, held.pk)


def _found(row: tuple | None) -> Answering:
    if row is None:
        raise Attempt.DoesNotExist
    return Answering(*row)
