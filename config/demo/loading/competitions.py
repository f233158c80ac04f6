"""The bank and three competitions: one running, one over, one to come."""

import re

from config.demo.files import at, document, rows
from quiz.models import Competition, PaperRule, Prize, Question, QuestionBank
from quiz.services import QuestionDraft, create_questions
from unions.models import Union

ARTICLE = re.compile(r"^(?P<law>《.+》)(?P<article>.*)$")


def load_bank() -> tuple[QuestionBank, dict[str, Question]]:
    """Write the bank; return it and its questions by key."""
    about = document("questions")["bank"]
    bank = QuestionBank.objects.create(name=about["title"], intro=about["intro"])
    entries = rows("questions", "question")
    made = create_questions(bank=bank, drafts=[draft_of(row) for row in entries])
    return bank, {row["key"]: question for row, question in zip(entries, made, strict=True)}


def load(bank: QuestionBank, unions: dict[str, Union]) -> dict[str, Competition]:
    """Write the competitions on `bank`; return them by key."""
    return {
        row["key"]: add_competition(bank, unions, row) for row in rows("competition", "competition")
    }


def draft_of(row: dict) -> QuestionDraft:
    cited = ARTICLE.match(row["source"])
    fields = {
        "kind": row["kind"],
        "category": row["category"],
        "difficulty": row["difficulty"],
        "points": row["points"],
        "stem": row["stem"],
        "explanation": row["explanation"],
        "source_law": cited["law"] if cited else row["source"],
        "source_article": cited["article"] if cited else "",
        "practice": row.get("practice", False),
        "state": Question.State.PUBLISHED,
    }
    options = [(text, place in row["answer"]) for place, text in enumerate(row["options"])]
    return QuestionDraft(fields, options)


def add_competition(bank: QuestionBank, unions: dict[str, Union], row: dict) -> Competition:
    competition = Competition.objects.create(
        slug=row["key"],
        title=row["title"],
        intro=row["intro"],
        bank=bank,
        union=unions[row["union"]],
        opens_at=at(row["opens_days"], row["opens_time"]),
        closes_at=at(row["closes_days"], row["closes_time"]),
        freeze_at=at(row["freezes_days"], row["freezes_time"]),
        daily_tries=row["tries_per_day"],
        seconds=row["minutes"] * 60,
        published=True,
    )
    for place, rule in enumerate(row["draw"]):
        PaperRule.objects.create(
            competition=competition, sort_order=place, category=rule["category"],
            difficulty=rule.get("difficulty"), count=rule["count"],
        )  # fmt: skip
    for place, prize in enumerate(row["prizes"]):
        Prize.objects.create(
            competition=competition, sort_order=place, name=prize["name"],
            ground=prize["basis"], quota=str(prize["places"]),
        )  # fmt: skip
    return competition
