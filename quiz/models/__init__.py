"""The tables of competitions."""

from quiz.models.appeal import Appeal
from quiz.models.attempt import Attempt
from quiz.models.bank import Option, Question, QuestionBank, QuestionVersion
from quiz.models.case import Case
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.draw import Draw, DrawPrize, Ticket, Win
from quiz.models.regrade import PastResult, Regrade
from quiz.models.standing import Standing, UnionStanding

__all__ = [
    "Appeal",
    "Attempt",
    "Case",
    "Competition",
    "Draw",
    "DrawPrize",
    "Option",
    "PaperRule",
    "PastResult",
    "Prize",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "Regrade",
    "Standing",
    "Ticket",
    "UnionStanding",
    "Win",
]
