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
from quiz.views.boards import leaderboard, leaderboard_file
from quiz.views.certificates import (
    certificate,
    certificate_check,
    certificate_file,
    own_certificates,
)
from quiz.views.competitions import competition_home, competition_list, competition_rules
from quiz.views.practice import mistakes, mistakes_file, practice, practice_home

__all__ = [
    "answers",
    "answers_batch",
    "certificate",
    "certificate_check",
    "certificate_file",
    "competition_home",
    "competition_list",
    "competition_rules",
    "leaderboard",
    "leaderboard_file",
    "mistakes",
    "mistakes_file",
    "own_attempts",
    "own_certificates",
    "practice",
    "practice_home",
    "question",
    "result",
    "start",
    "submit",
]
