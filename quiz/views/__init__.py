"""The public pages of competitions."""

from quiz.views.attempts import (
    answers,
    answers_batch,
    appeal,
    own_attempts,
    question,
    result,
    start,
    submit,
)
from quiz.views.boards import leaderboard, leaderboard_file
from quiz.views.competitions import competition_home, competition_list, competition_rules
from quiz.views.draws import draw_claim, draw_page, draw_record, draw_tickets, draw_verify
from quiz.views.preview import preview

__all__ = [
    "answers",
    "answers_batch",
    "appeal",
    "competition_home",
    "competition_list",
    "competition_rules",
    "draw_claim",
    "draw_page",
    "draw_record",
    "draw_tickets",
    "draw_verify",
    "leaderboard",
    "leaderboard_file",
    "own_attempts",
    "preview",
    "question",
    "result",
    "start",
    "submit",
]
