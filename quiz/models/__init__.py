"""The tables of competitions."""

from quiz.models.attempt import Attempt
from quiz.models.bank import Option, Question, QuestionBank, QuestionQuerySet, QuestionVersion
from quiz.models.certificate import Certificate
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.practice import PracticeRecord, PracticeRun
from quiz.models.standing import Standing, UnionStanding
from quiz.models.statistic import QuestionStatistic

__all__ = [
    "Attempt",
    "Certificate",
    "Competition",
    "Option",
    "PaperRule",
    "PracticeRecord",
    "PracticeRun",
    "Prize",
    "Question",
    "QuestionBank",
    "QuestionQuerySet",
    "QuestionStatistic",
    "QuestionVersion",
    "Standing",
    "UnionStanding",
]
