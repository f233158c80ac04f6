"""The tables of competitions."""

from quiz.models.admission import Admission, Allowance
from quiz.models.appeal import Appeal
from quiz.models.attempt import Attempt, AttemptQuerySet
from quiz.models.bank import Option, Question, QuestionBank, QuestionQuerySet, QuestionVersion
from quiz.models.board import Board, BoardQuerySet, Rung, StandingChange
from quiz.models.case import Case, ScannedDay
from quiz.models.certificate import Certificate, ChangedResult
from quiz.models.competition import Competition, PaperRule, Prize
from quiz.models.dispute import Dispute
from quiz.models.draw import Draw, DrawPrize, Ticket
from quiz.models.freeze import FreezeOrder
from quiz.models.practice import PracticeRecord, PracticeRun
from quiz.models.regrade import PastResult, Regrade
from quiz.models.round import Promotion, Round
from quiz.models.standing import Standing, UnionStanding
from quiz.models.statistic import QuestionStatistic, StatisticRun
from quiz.models.team import Team, TeamMember
from quiz.models.thaw import ThawRun
from quiz.models.transfer import QuestionImport
from quiz.models.win import Win

__all__ = [
    "Admission",
    "Allowance",
    "Appeal",
    "Attempt",
    "AttemptQuerySet",
    "Board",
    "BoardQuerySet",
    "Case",
    "Certificate",
    "ChangedResult",
    "Competition",
    "Dispute",
    "Draw",
    "DrawPrize",
    "FreezeOrder",
    "Option",
    "PaperRule",
    "PastResult",
    "PracticeRecord",
    "PracticeRun",
    "Prize",
    "Promotion",
    "Question",
    "QuestionBank",
    "QuestionImport",
    "QuestionQuerySet",
    "QuestionStatistic",
    "QuestionVersion",
    "Regrade",
    "Round",
    "Rung",
    "ScannedDay",
    "Standing",
    "StandingChange",
    "StatisticRun",
    "Team",
    "TeamMember",
    "ThawRun",
    "Ticket",
    "UnionStanding",
    "Win",
]
