"""Reading the boards: persons, one's own place, and the unions."""

from quiz.boards.choice import INDUSTRY, PERSON, UNION, Choice, UnknownBoard, chosen_board
from quiz.boards.persons import TOP, Place, Row, days_of, participants, place_of, top
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
    "TOP",
    "TOP_UNIONS",
    "UNION",
    "By",
    "Choice",
    "Place",
    "Row",
    "UnionRow",
    "UnionTotals",
    "UnknownBoard",
    "chosen_board",
    "days_of",
    "forget_totals",
    "industry_board",
    "levels_of",
    "own_union",
    "own_union_row",
    "participants",
    "place_of",
    "top",
    "union_board",
    "union_totals",
]
