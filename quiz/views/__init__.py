"""The public pages of competitions."""

from quiz.views.attempts import (
    answers,
    answers_batch,
    appeal,
    own_attempts,
    paper_file,
    question,
    result,
    start,
    submit,
)
from quiz.views.boards import leaderboard, leaderboard_file, leaderboard_screen
from quiz.views.certificates import (
    certificate,
    certificate_check,
    certificate_file,
    certificate_picture,
    own_certificates,
)
from quiz.views.competitions import competition_home, competition_list, competition_rules
from quiz.views.disputes import dispute_practised, dispute_reviewed, own_disputes
from quiz.views.disqualification import disqualification
from quiz.views.draws import draw_claim, draw_page, draw_record, draw_tickets, draw_verify
from quiz.views.practice import mistakes, mistakes_file, practice, practice_home
from quiz.views.preview import paper, paper_key, preview
from quiz.views.waiting import waiting

__all__ = [
    "answers",
    "answers_batch",
    "appeal",
    "certificate",
    "certificate_check",
    "certificate_file",
    "certificate_picture",
    "competition_home",
    "competition_list",
    "competition_rules",
    "dispute_practised",
    "dispute_reviewed",
    "disqualification",
    "draw_claim",
    "draw_page",
    "draw_record",
    "draw_tickets",
    "draw_verify",
    "leaderboard",
    "leaderboard_file",
    "leaderboard_screen",
    "mistakes",
    "mistakes_file",
    "own_attempts",
    "own_certificates",
    "own_disputes",
    "paper",
    "paper_file",
    "paper_key",
    "practice",
    "practice_home",
    "preview",
    "question",
    "result",
    "start",
    "submit",
    "waiting",
]
