"""The banks, and competitions in every state: two running, two over, one with teams."""

import re

from config.demo.files import at, document, rows
from config.demo.loading.pictures import Pictures
from quiz.models import Competition, PaperRule, Prize, Question, QuestionBank, Round
from quiz.services import QuestionDraft, create_questions
from unions.models import Union

# Banks, and the file that holds the questions of each.
BANKS = {"gongsheng-2026": "questions", "levels": "levels"}
OBJECTIONS_TO = "示例总工会宣教部，工作日 9:00 到 17:00，宣教部信箱"
ARTICLE = re.compile(r"^(?P<law>《.+》)(?P<article>.*)$")


def load_banks(picture: Pictures) -> tuple[dict[str, QuestionBank], dict[str, Question]]:
    """Write the banks; return them by name, and all questions by key."""
    banks, questions = {}, {}
    for name, source in BANKS.items():
        banks[name], made = add_bank(document(source)["bank"], rows(source, "question"), picture)
        questions |= made
    running = document("questions")["running"]
    banks[running["key"]] = add_bank(running, drawn_from(running["key"]), picture)[0]
    return banks, questions


def drawn_from(bank: str) -> list[dict]:
    """The questions that the competitions on `bank` draw from."""
    lines = [
        line
        for row in rows("competition", "competition")
        if row["bank"] == bank
        for line in row["draw"]
    ]
    categories = {line["category"] for line in lines}
    return [
        row
        for row in rows("questions", "question")
        if row["category"] in categories and not row.get("practice")
    ]


def load(banks: dict[str, QuestionBank], unions: dict[str, Union]) -> dict[str, Competition]:
    """Write the competitions on `banks`; return them by key."""
    return {
        row["key"]: add_competition(banks[row["bank"]], unions, row)
        for row in rows("competition", "competition")
    }


def add_bank(
    about: dict, entries: list[dict], picture: Pictures
) -> tuple[QuestionBank, dict[str, Question]]:
    bank = QuestionBank.objects.create(name=about["title"], intro=about["intro"])
    made = create_questions(bank=bank, drafts=[draft_of(row, picture) for row in entries])
    named = zip(entries, made, strict=True)
    return bank, {row["key"]: question for row, question in named if "key" in row}


def draft_of(row: dict, picture: Pictures) -> QuestionDraft:
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
    if "picture" in row:
        fields |= {
            "picture": picture(row["picture"], row["picture_alt"]),
            "picture_alt": row["picture_alt"],
        }
    right = row.get("answer", range(len(row["options"])))  # every wording of a fill-in
    options = [(text, place in right) for place, text in enumerate(row["options"])]
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
        freeze_at=at(row["freezes_days"], row["freezes_time"]) if "freezes_days" in row else None,
        daily_tries=row["tries_per_day"],
        seconds=row["minutes"] * 60,
        counting=row["scoring"],
        catch_up=row.get("catch_up", False),
        certificate_points=row.get("certificate_points"),
        certificate_title=row.get("certificate_title", ""),
        objection_days=row["objection_to_days"] - row["closes_days"],
        objection_contact=OBJECTIONS_TO,
        published=True,
    )
    add_rounds(competition, row)
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


def add_rounds(competition: Competition, row: dict) -> None:
    """The rounds as they are written, or `levels` of them, one a day from the opening on."""
    levels = [
        {"opens_days": row["opens_days"] + place, "closes_days": row["opens_days"] + place}
        for place in range(row.get("levels", 0))
    ]
    for number, found in enumerate(row.get("round", levels), start=1):
        teams = found.get("teams", {})
        Round.objects.create(
            competition=competition,
            number=number,
            title=found.get("title", ""),
            opens_at=at(found["opens_days"], row["opens_time"]),
            closes_at=at(found["closes_days"], row["closes_time"]),
            promotes=found.get("promotes"),
            promoted_only=found.get("promoted_only", False),
            for_teams=bool(teams),
            team_least=teams.get("least"),
            team_most=teams.get("most"),
            team_counts=teams.get("counts"),
        )
