"""The few questions below a lesson: asked on its page, judged and shown on a page of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from cms.models import LessonPage
from quiz import exercise
from quiz.errors import QuizError
from quiz.exercise import Posed
from quiz.forms import read_choices
from quiz.review import Reviewed
from quiz.services import answer_together
from unions.models import Member


@dataclass(frozen=True)
class Check:
    """The questions of a lesson: open, answered, or (below the film) open with the last answers.

    `member` is None for visitors. After a reply that could not be taken `problems` says how many
    questions stand in the way.
    """

    member: Member | None
    posed: Sequence[Posed] = ()
    answered: Sequence[Reviewed] = ()
    categories: Sequence[str] = ()
    problems: int = 0

    @property
    def right(self) -> int:
        """How many of the answers are right."""
        return sum(entry.right for entry in self.answered)

    @property
    def first_problem(self) -> Posed | None:
        return next((one for one in self.posed if one.problem), None)

    @property
    def status(self) -> int:
        """The HTTP status of a page with nothing but this."""
        if self.problems:
            return 422
        return 200 if self.posed or self.answered else 404


def member_of(user) -> Member | None:
    """Whose answers are kept: the signed-in member's."""
    return user if user.is_authenticated else None


def check_of(page: LessonPage, user) -> Check:
    """The open questions of `page`, with the last answers of a member who answered them all."""
    member, asked = member_of(user), exercise.askable(page.question_ids)
    return Check(
        member,
        posed=exercise.posed(member=member, questions=asked),
        answered=exercise.last_answers(member=member, questions=asked) if member else (),
        categories=exercise.categories_of(asked),
    )


def take(page: LessonPage, user, sent: QueryDict) -> Check:
    """Judge what was `sent` for all questions of `page`; a member's answers are kept.

    All or none: while one question has no answer, nothing is judged, and what was chosen stays
    chosen. Raises `quiz.forms.BadEntry` for what no form of ours sends.
    """
    member, asked = member_of(user), exercise.askable(page.question_ids)
    choices = read_choices(sent, asked)
    found, problems = exercise.judged(member=member, choices=choices)
    if member and found and not problems:
        try:
            answer_together(member=member, choices=choices)
        except QuizError as error:
            problems = {error.details["question"]: error}
    if problems or not found:
        posed = exercise.posed(member=member, questions=asked, choices=choices, problems=problems)
        return Check(member, posed=posed, problems=len(problems))
    answered, categories = exercise.reviewed(found), exercise.categories_of(asked)
    return Check(member, answered=answered, categories=categories)
