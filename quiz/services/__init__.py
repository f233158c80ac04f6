"""Everything that writes. Each verb is one short transaction and may be called twice.

Every `now` is an aware datetime and defaults to the present; `rng` to the system's secure source.
"""

from quiz.services.attempts import (
    Answer,
    Saved,
    record_attempt,
    save_answer,
    save_answers,
    start_attempt,
    submit_attempt,
    submit_overdue,
)
from quiz.services.bank import (
    QuestionDraft,
    create_question,
    create_questions,
    settle_question,
    touch_bank,
)
from quiz.services.copies import copy_board, copy_boards
from quiz.services.folding import (
    fold_board,
    fold_changes,
    level_ladders,
    rebuild_ladder,
    rebuild_union_standings,
)
from quiz.services.standings import count_attempt, rebuild_standings, thaw_boards

__all__ = [
    "Answer",
    "QuestionDraft",
    "Saved",
    "copy_board",
    "copy_boards",
    "count_attempt",
    "create_question",
    "create_questions",
    "fold_board",
    "fold_changes",
    "level_ladders",
    "rebuild_ladder",
    "rebuild_standings",
    "rebuild_union_standings",
    "record_attempt",
    "save_answer",
    "save_answers",
    "settle_question",
    "start_attempt",
    "submit_attempt",
    "submit_overdue",
    "thaw_boards",
    "touch_bank",
]
