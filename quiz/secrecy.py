"""Whose answers may not be shown yet: questions that a competition draws now or shortly."""

from datetime import datetime, timedelta

from quiz.models import Competition, Question, QuestionQuerySet

# So long before a competition opens its bank shows no answers any more. Not longer: a bank that is
# used every year would never show them.
KEPT_BEFORE = timedelta(days=7)


def banks_in_use(now: datetime) -> set[int]:
    """Ids of the banks whose answers would help in a competition: one that has opened and does not
    yet reveal its key, or one that is published and opens within KEPT_BEFORE."""
    soon = Competition.objects.published().filter(opens_at__range=(now, now + KEPT_BEFORE))
    return _banks_with_papers(now) | set(soon.values_list("bank_id", flat=True))


def _banks_with_papers(now: datetime) -> set[int]:
    """Ids of the banks of competitions that have opened and do not yet reveal their key."""
    # The longest grace there is, so that the database leaves only few to look at.
    recent = Competition.objects.filter(opens_at__lte=now, closes_at__gte=now - timedelta(hours=1))
    return {competition.bank_id for competition in recent if not competition.reveals_key(now)}


def may_show_key(competition: Competition, now: datetime) -> bool:
    """Whether who took part in `competition` may see answers and explanations.

    Nobody can answer in it any more, nor now or shortly in another one that draws from its bank.
    """
    return competition.reveals_key(now) and competition.bank_id not in banks_in_use(now)


def shown_questions(now: datetime) -> QuestionQuerySet:
    """Questions whose answers may be shown: practice ones, and those no competition can draw.

    What is set apart for practice is drawn by none; see `may_change_pool` for the way there.
    """
    return Question.objects.exclude(practice=False, bank_id__in=banks_in_use(now))


def may_change_pool(question: Question, now: datetime) -> bool:
    """Whether `question` may move between the pools: papers that are out may hold it."""
    return question.bank_id not in _banks_with_papers(now)
