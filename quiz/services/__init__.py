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
from quiz.services.certificates import (
    issue_certificates,
    issue_due_certificates,
    void_certificate,
)
from quiz.services.practice import (
    Card,
    answer_practice,
    book_of,
    card_of,
    collect_mistakes,
    daily_answers,
    next_question,
    practised_question,
    todays_questions,
)
from quiz.services.standings import (
    count_attempt,
    rebuild_standings,
    rebuild_union_standings,
    thaw_boards,
)
from quiz.services.statistics import compute_all_statistics, compute_statistics

__all__ = [
    "Answer",
    "Card",
    "QuestionDraft",
    "Saved",
    "answer_practice",
    "book_of",
    "card_of",
    "collect_mistakes",
    "compute_all_statistics",
    "compute_statistics",
    "count_attempt",
    "create_question",
    "create_questions",
    "daily_answers",
    "issue_certificates",
    "issue_due_certificates",
    "next_question",
    "practised_question",
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
    "todays_questions",
    "touch_bank",
    "void_certificate",
]
