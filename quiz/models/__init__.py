"""The tables of competitions."""

from quiz.models.attempt import Attempt
from quiz.models.bank import Option, Question, QuestionBank, QuestionVersion
from quiz.models.board import Board, Rung, StandingChange
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.standing import Standing, UnionStanding

__all__ = [
    "Attempt",
    "Board",
    "Competition",
    "Option",
    "PaperRule",
    "Prize",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "Rung",
    "Standing",
    "StandingChange",
    "UnionStanding",
]
