"""The tables of competitions."""

from quiz.models.admission import Admission, Allowance
from quiz.models.attempt import Attempt
from quiz.models.bank import Option, Question, QuestionBank, QuestionVersion
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.round import Promotion, Round
from quiz.models.standing import Standing, UnionStanding
from quiz.models.transfer import QuestionImport

__all__ = [
    "Admission",
    "Allowance",
    "Attempt",
    "Competition",
    "Option",
    "PaperRule",
    "Prize",
    "Promotion",
    "Question",
    "QuestionBank",
    "QuestionImport",
    "QuestionVersion",
    "Round",
    "Standing",
    "UnionStanding",
]
