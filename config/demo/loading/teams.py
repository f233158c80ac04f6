"""The competition that ends with teams: first round, who goes on, the teams, their final."""

import random
from datetime import timedelta

from config.demo.files import at, document, rows
from quiz.models import Competition
from quiz.services import promote, record_attempt, save_teams
from quiz.transfer.teams import Line
from unions.models import Member


def play(competitions: dict[str, Competition]) -> None:
    """Write what became of it, in the order in which it happened."""
    competition = competitions[document("teams")["key"]]
    first, final = competition.rounds.order_by("number")
    rng = random.Random(6)  # noqa: S311 - sample data, not a draw
    _sit(competition, first, rng)
    promote(round=first, now=first.closes_at + timedelta(hours=10))
    _name(final)
    _sit(competition, final, rng)


def _sit(competition, round, rng) -> None:
    for number, days, clock, username, elapsed, right in document("teams")["sits"]:
        if number == round.number:
            record_attempt(
                competition=competition, member=Member.objects.get(username=username),
                started_at=at(days, clock), elapsed=elapsed, right=right, round=round, rng=rng,
            )  # fmt: skip


def _name(final) -> None:
    """The teams as the organiser named them, the first of each its captain."""
    found = [
        (row["name"], row["union"], login, place == 0)
        for row in rows("teams", "team")
        for place, login in enumerate(row["members"])
    ]
    lines = [Line(number, *line) for number, line in enumerate(found, start=1)]
    organiser = Member.objects.get(username="organiser")
    plan = save_teams(
        round=final, lines=lines, by=organiser, now=at(document("teams")["named_days"], "10:00")
    )
    if plan.errors:
        raise ValueError([error.message for error in plan.errors])
