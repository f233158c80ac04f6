"""The tables of competitions."""

from quiz.models.attempt import Attempt
from quiz.models.bank import Option, Question, QuestionBank, QuestionVersion
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.standing import Standing, UnionStanding
from quiz.models.transfer import QuestionImport

__all__ = [
    "Attempt",
    "Competition",
    "Option",
    "PaperRule",
    "Prize",
    "Question",
    "QuestionBank",
    "QuestionImport",
    "QuestionVersion",
    "Standing",
    "UnionStanding",
]
