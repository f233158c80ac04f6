"""The public pages of competitions."""

from quiz.views.attempts import (
    answers,
    answers_batch,
    own_attempts,
    question,
    result,
    start,
    submit,
)
from quiz.views.boards import leaderboard, leaderboard_file, leaderboard_screen
from quiz.views.competitions import competition_home, competition_list, competition_rules

__all__ = [
    "answers",
    "answers_batch",
    "competition_home",
    "competition_list",
    "competition_rules",
    "leaderboard",
    "leaderboard_file",
    "leaderboard_screen",
    "own_attempts",
    "question",
    "result",
    "start",
    "submit",
]
