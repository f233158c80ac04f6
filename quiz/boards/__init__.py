"""Reading the boards: persons, one's own place, and the unions."""

from quiz.boards.choice import INDUSTRY, PERSON, TEAM, UNION, Choice, UnknownBoard, chosen_board
from quiz.boards.persons import TOP, Place, Row, days_of, participants, place_of, top
from quiz.boards.teams import TOP_TEAMS, TeamRow, own_team_row, team_board
from quiz.boards.unions import (
    TOP_UNIONS,
    By,
    UnionRow,
    UnionTotals,
    forget_totals,
    industry_board,
    levels_of,
    own_union,
    own_union_row,
    union_board,
    union_totals,
)

__all__ = [
    "INDUSTRY",
    "PERSON",
    "TEAM",
    "TOP",
    "TOP_TEAMS",
    "TOP_UNIONS",
    "UNION",
    "By",
    "Choice",
    "Place",
    "Row",
    "TeamRow",
    "UnionRow",
    "UnionTotals",
    "UnknownBoard",
    "chosen_board",
    "days_of",
    "forget_totals",
    "industry_board",
    "levels_of",
    "own_team_row",
    "own_union",
    "own_union_row",
    "participants",
    "place_of",
    "team_board",
    "top",
    "union_board",
    "union_totals",
]
