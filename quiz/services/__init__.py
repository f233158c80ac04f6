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
from quiz.services.cases import decide_case, scan_attempts
from quiz.services.draws import (
    PrizeLine,
    announce_draw,
    claim_win,
    freeze_tickets,
    reveal_winners,
)
from quiz.services.regrades import (
    confirm_regrade,
    correct_key,
    publish_notice,
    run_regrade,
    run_regrades,
    withdraw_regrade,
)
from quiz.services.standings import (
    count_attempt,
    rebuild_standings,
    rebuild_union_standings,
    recount_member,
    thaw_boards,
)
from quiz.services.voiding import appeal, decide_appeal, restore_attempt, void_attempt

__all__ = [
    "Answer",
    "PrizeLine",
    "QuestionDraft",
    "Saved",
    "announce_draw",
    "appeal",
    "claim_win",
    "confirm_regrade",
    "correct_key",
    "count_attempt",
    "create_question",
    "create_questions",
    "decide_appeal",
    "decide_case",
    "freeze_tickets",
    "publish_notice",
    "rebuild_standings",
    "rebuild_union_standings",
    "record_attempt",
    "recount_member",
    "restore_attempt",
    "reveal_winners",
    "run_regrade",
    "run_regrades",
    "save_answer",
    "save_answers",
    "scan_attempts",
    "settle_question",
    "start_attempt",
    "submit_attempt",
    "submit_overdue",
    "thaw_boards",
    "touch_bank",
    "void_attempt",
    "withdraw_regrade",
]
