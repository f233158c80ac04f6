"""Everything that writes. Each verb is one short transaction and may be called twice.

Every `now` is an aware datetime and defaults to the present; `rng` to the system's secure source.
"""

from quiz.drafts import QuestionDraft
from quiz.services.attempts import (
    Answer,
    Saved,
    draw_paper,
    record_attempt,
    save_answer,
    save_answers,
    start_attempt,
    submit_attempt,
    submit_overdue,
)
from quiz.services.bank import (
    create_question,
    create_questions,
    settle_question,
    touch_bank,
)
from quiz.services.closing import Closing, close_competition
from quiz.services.importing import (
    QuestionPlan,
    RowError,
    import_questions,
    order_import,
    plan_questions,
    prepare_import,
    resend_imports,
    rows_of,
    run_import,
)
from quiz.services.reviewing import MOVES, Move, move_question, publish_waiting
from quiz.services.rounds import Best, promote
from quiz.services.scale import generate_scale, remove_scale
from quiz.services.standings import (
    count_attempt,
    rebuild_standings,
    rebuild_union_standings,
    thaw_boards,
)

__all__ = [
    "MOVES",
    "Answer",
    "Best",
    "Closing",
    "Move",
    "QuestionDraft",
    "QuestionPlan",
    "RowError",
    "Saved",
    "close_competition",
    "count_attempt",
    "create_question",
    "create_questions",
    "draw_paper",
    "generate_scale",
    "import_questions",
    "move_question",
    "order_import",
    "plan_questions",
    "prepare_import",
    "promote",
    "publish_waiting",
    "rebuild_standings",
    "rebuild_union_standings",
    "record_attempt",
    "remove_scale",
    "resend_imports",
    "rows_of",
    "run_import",
    "save_answer",
    "save_answers",
    "settle_question",
    "start_attempt",
    "submit_attempt",
    "submit_overdue",
    "thaw_boards",
    "touch_bank",
]
