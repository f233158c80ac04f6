"""Whose answers may not be shown yet: questions that a running competition can draw."""

from datetime import datetime, timedelta

from quiz.models import Competition, Question, QuestionQuerySet


def banks_in_use(now: datetime) -> set[int]:
    """Ids of the banks of competitions that have opened and do not yet reveal their key."""
    # The longest grace there is, so that the database leaves only few to look at.
    recent = Competition.objects.filter(opens_at__lte=now, closes_at__gte=now - timedelta(hours=1))
    return {competition.bank_id for competition in recent if not competition.reveals_key(now)}


def may_show_key(competition: Competition, now: datetime) -> bool:
    """Whether who took part in `competition` may see answers and explanations.

    Nobody can answer in it any more, nor in another competition that draws from its bank.
    """
    return competition.reveals_key(now) and competition.bank_id not in banks_in_use(now)


def shown_questions(now: datetime) -> QuestionQuerySet:
    """Questions whose answers may be shown: practice ones, and those no competition can draw.

    What is set apart for practice is drawn by none; see `may_change_pool` for the way there.
    """
    return Question.objects.exclude(practice=False, bank_id__in=banks_in_use(now))


def may_change_pool(question: Question, now: datetime) -> bool:
    """Whether `question` may move between the pools: papers that are out may hold it."""
    return question.bank_id not in banks_in_use(now)
