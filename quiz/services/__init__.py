"""Everything that writes. Each verb is one short transaction and may be called twice.

Every `now` is an aware datetime and defaults to the present; `rng` to the system's secure source.
"""

from quiz.drafts import QuestionDraft
from quiz.services.alternates import lapsed_wins, promote_alternates, promote_due_alternates
from quiz.services.appeals import appeal, appeal_disqualification, decide_appeal
from quiz.services.attempts import (
    Answer,
    Saved,
    draw_paper,
    record_attempt,
    save_answer,
    save_answers,
    save_own_answers,
    start_attempt,
    submit_attempt,
    submit_overdue,
    submit_own_attempt,
)
from quiz.services.bank import (
    create_questions,
    settle_question,
    touch_bank,
)
from quiz.services.cases import decide_case, order_scans, scan_day
from quiz.services.certificates import (
    follow_results,
    issue_certificates,
    issue_due_certificates,
    void_certificate,
)
from quiz.services.closing import Closing, close_competition
from quiz.services.copies import copy_board, copy_boards
from quiz.services.dates import hold_dates, settle_dates
from quiz.services.disputes import decide_disputes, dispute_practised, dispute_reviewed
from quiz.services.disqualifying import disqualify, lift_disqualification
from quiz.services.draws import (
    PrizeLine,
    announce_draw,
    claim_win,
    reveal_winners,
    withdraw_draw,
)
from quiz.services.folding import (
    fold_board,
    fold_changes,
    level_ladders,
    rebuild_ladder,
    rebuild_union_standings,
)
from quiz.services.freezing import (
    freeze_tickets,
    obstacle_to_freezing,
    order_freeze,
    resume_freezes,
    run_freeze,
)
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
from quiz.services.mistakes import collect_mistakes
from quiz.services.practice import (
    Card,
    Choice,
    Judged,
    answer_practice,
    answer_together,
    book_of,
    card_of,
    cards_of,
    daily_answers,
    judge,
    next_question,
    practised_question,
    todays_questions,
)
from quiz.services.regrades import (
    confirm_regrade,
    correct_key,
    publish_notice,
    run_regrade,
    run_regrades,
    withdraw_regrade,
)
from quiz.services.reviewing import (
    MOVES,
    Move,
    confirm_source,
    fingerprint,
    move_question,
    publish_waiting,
)
from quiz.services.rosters import TeamPlan
from quiz.services.rounds import Best, promote
from quiz.services.scale import generate_scale, remove_scale
from quiz.services.staff import make_bank_keepers, make_organisers
from quiz.services.standings import (
    count_attempt,
    rebuild_standings,
    recount_member,
)
from quiz.services.statistics import (
    begin_statistics,
    compute_all_statistics,
    compute_statistics,
    go_on_with_statistics,
    order_statistics,
    resume_statistics,
)
from quiz.services.teams import delete_team, invite_unions, save_team, save_teams
from quiz.services.thawing import (
    begin_thaw,
    go_on_with_thaw,
    order_thaws,
    resume_thaw,
    thaw_boards,
    thaw_competition,
)
from quiz.services.ticket_lists import ask_for_list, purge_lists, restore_list
from quiz.services.voiding import restore_attempt, void_attempt
from quiz.services.waiting import undecided

__all__ = [
    "MOVES",
    "Answer",
    "Best",
    "Card",
    "Choice",
    "Closing",
    "Judged",
    "Move",
    "PrizeLine",
    "QuestionDraft",
    "QuestionPlan",
    "RowError",
    "Saved",
    "TeamPlan",
    "announce_draw",
    "answer_practice",
    "answer_together",
    "appeal",
    "appeal_disqualification",
    "ask_for_list",
    "begin_statistics",
    "begin_thaw",
    "book_of",
    "card_of",
    "cards_of",
    "claim_win",
    "close_competition",
    "collect_mistakes",
    "compute_all_statistics",
    "compute_statistics",
    "confirm_regrade",
    "confirm_source",
    "copy_board",
    "copy_boards",
    "correct_key",
    "count_attempt",
    "create_questions",
    "daily_answers",
    "decide_appeal",
    "decide_case",
    "decide_disputes",
    "delete_team",
    "dispute_practised",
    "dispute_reviewed",
    "disqualify",
    "draw_paper",
    "fingerprint",
    "fold_board",
    "fold_changes",
    "follow_results",
    "freeze_tickets",
    "generate_scale",
    "go_on_with_statistics",
    "go_on_with_thaw",
    "hold_dates",
    "import_questions",
    "invite_unions",
    "issue_certificates",
    "issue_due_certificates",
    "judge",
    "lapsed_wins",
    "level_ladders",
    "lift_disqualification",
    "make_bank_keepers",
    "make_organisers",
    "move_question",
    "next_question",
    "obstacle_to_freezing",
    "order_freeze",
    "order_import",
    "order_scans",
    "order_statistics",
    "order_thaws",
    "plan_questions",
    "practised_question",
    "prepare_import",
    "promote",
    "promote_alternates",
    "promote_due_alternates",
    "publish_notice",
    "publish_waiting",
    "purge_lists",
    "rebuild_ladder",
    "rebuild_standings",
    "rebuild_union_standings",
    "record_attempt",
    "recount_member",
    "remove_scale",
    "resend_imports",
    "restore_attempt",
    "restore_list",
    "resume_freezes",
    "resume_statistics",
    "resume_thaw",
    "reveal_winners",
    "rows_of",
    "run_freeze",
    "run_import",
    "run_regrade",
    "run_regrades",
    "save_answer",
    "save_answers",
    "save_own_answers",
    "save_team",
    "save_teams",
    "scan_day",
    "settle_dates",
    "settle_question",
    "start_attempt",
    "submit_attempt",
    "submit_overdue",
    "submit_own_attempt",
    "thaw_boards",
    "thaw_competition",
    "todays_questions",
    "touch_bank",
    "undecided",
    "void_attempt",
    "void_certificate",
    "withdraw_draw",
    "withdraw_regrade",
]
