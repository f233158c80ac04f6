"""A few practice questions asked together on one page, of a member or of a visitor."""

from collections.abc import Sequence
from dataclasses import dataclass

from quiz import services
from quiz.errors import QuizError
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import PracticeRecord
from quiz.practice_pool import practice_pool
from quiz.practice_view import answered_cards, answered_questions, open_question
from quiz.review import Reviewed
from quiz.services import Card, Choice, Judged
from quiz.sheet import QuestionView
from unions.models import Member


@dataclass(frozen=True)
class Posed:
    """An open question, without its key; `problem` is what is wrong with what was chosen."""

    number: int
    deal: int
    view: QuestionView
    exhibit: Exhibit
    problem: str = ""

    @property
    def anchor(self) -> str:
        """The number as part of names of fields and elements."""
        return str(self.number)


def askable(questions: Sequence[int]) -> list[int]:
    """Those of `questions` that may be asked now, in order: in the pool for practice.

    What was withdrawn, is disputed or may be drawn in a competition is not.
    """
    pool = practice_pool().questions
    return [question for question in questions if question in pool]


def categories_of(questions: Sequence[int]) -> list[str]:
    """The categories of those of `questions` that may be asked now, each once, in order."""
    pool = practice_pool().questions
    found = (pool[question].content["category"] for question in questions if question in pool)
    return list(dict.fromkeys(found))


def posed(
    *,
    member: Member | None,
    questions: Sequence[int],
    choices: Sequence[Choice] = (),
    problems: dict[int, QuizError] | None = None,
) -> list[Posed]:
    """The questions as dealt to `member`; what stands in `choices` stays chosen."""
    chosen = {choice.question: choice.options for choice in choices}
    cards = services.cards_of(member=member, questions=questions)
    exhibits = exhibits_of(card.practised.content for card in cards)
    return [
        Posed(
            number=(number := card.practised.question),
            deal=card.deal,
            view=open_question(card, chosen.get(number, ())),
            exhibit=exhibit,
            problem=problems[number].message if problems and number in problems else "",
        )
        for card, exhibit in zip(cards, exhibits, strict=True)
    ]


def judged(
    *, member: Member | None, choices: Sequence[Choice]
) -> tuple[list[tuple[Card, Judged]], dict[int, QuizError]]:
    """Each of `choices` that is an answer, with its card, and by question why others aren't.

    Keeps nothing. What was withdrawn since `askable` was asked is left out.
    """
    pool = practice_pool().questions
    found: list[tuple[Card, Judged]] = []
    problems: dict[int, QuizError] = {}
    for choice in choices:
        if choice.question not in pool:
            continue
        card = services.card_of(member=member, practised=pool[choice.question], deal=choice.deal)
        try:
            found.append((card, services.judge(card=card, options=choice.options)))
        except QuizError as error:
            # The names of options follow from the version: others are of another wording.
            stale = error.code == "no_such_option"
            problems[choice.question] = QuizError("reworded") if stale else error
    return found, problems


def reviewed(found: Sequence[tuple[Card, Judged]]) -> list[Reviewed]:
    """Judged cards with key and explanation."""
    return answered_cards(found)


def last_answers(*, member: Member, questions: Sequence[int]) -> list[Reviewed]:
    """The last answer of `member` to each of `questions`; none while one was never answered."""
    records = (
        PracticeRecord.objects.of(member)
        .filter(question__in=questions, times__gt=0)
        .select_related("version", "member")
    )
    by_question = {record.question_id: record for record in records}
    if not questions or len(by_question) < len(set(questions)):
        return []
    return answered_questions(by_question[question] for question in questions)
