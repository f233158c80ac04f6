"""The boards of persons on screen, in a hall and as a file: total, of a day, of a round."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quiz import boards, wording
from quiz.boards import UNION, Choice, Row
from quiz.display import duration
from quiz.models import Competition, Round
from quiz.rollup import FEWEST_SHOWN
from quiz.views.competitions import round_or_404
from unions.models import Member

UNIONS_BESIDE = 5
CHIPS_BESIDE = 5
ON_A_SCREEN = 10  # at least FEWEST_SHOWN: what is read tells whether there are as many


def _round(competition: Competition, choice: Choice) -> Round | None:
    """The round that the board is of; 404 where the competition has none of that number."""
    return round_or_404(competition, str(choice.round or ""))


def context(competition: Competition, choice: Choice, member: Member) -> dict[str, object]:
    """The best persons, the own place, and beside them the first unions."""
    now = timezone.now()
    round = _round(competition, choice)
    part = {"day": choice.day, "round": round}
    rows = boards.top(competition, member, **part)
    return {
        "round": round,
        "not_begun": round is not None and now < round.opens_at,
        "joinable": _joinable(competition, choice, round, now),
        "rows": _public(rows),
        "too_few": _too_few(rows),
        "place": boards.place_of(competition, member, **part),
        "participants": boards.participants(competition, **part),
        "union_rows": boards.union_board(competition, choice.level, member)[:UNIONS_BESIDE],
        "units_url": choice.address(scope=UNION),
        "chip_groups": _chip_groups(competition, choice, now),
        "as_of": now,
    }


def _public(rows: list[Row]) -> list[Row]:
    """The `rows` that may be listed: all, or none of a board on which so few stand that masked
    names tell who they are."""
    return rows if len(rows) >= FEWEST_SHOWN else []


def _too_few(rows: list[Row]) -> int | None:
    """How many it takes to list them, where `rows` are too few; None where they are not."""
    return FEWEST_SHOWN if 0 < len(rows) < FEWEST_SHOWN else None


def _joinable(competition: Competition, choice: Choice, round: Round | None, now: datetime) -> bool:
    """Whether who hands in now comes onto this board."""
    if competition.state_at(now) != Competition.State.OPEN:
        return False
    if round is not None:
        return round.opens_at <= now < round.ends_at
    return choice.day in (None, timezone.localdate(now))


def _chip_groups(
    competition: Competition, choice: Choice, now: datetime
) -> list[dict[str, object]]:
    """The total board with the rounds that have opened, then the days, the latest first.

    Beside rounds the days are folded away: on a phone two rows of chips would hide the board.
    """
    begun = [found for found in competition.rounds.all() if found.opens_at <= now]
    begun.sort(key=lambda found: (found.opens_at, found.number), reverse=True)
    rounds = [_chip(choice, found.label, round=found.number) for found in begun]
    days = [_chip(choice, _on(day), day=day) for day in boards.days_of(competition)]
    total = _chip(choice, _("总榜"))
    if len(days) < 2:
        days = []
    if rounds:
        found = [
            _group([total, *rounds], CHIPS_BESIDE + 1, _("总榜和关卡榜"), _("更早的关卡榜")),
            _group(days, 0, _("日榜"), _("日榜")),
        ]
    else:
        days = [total, *days] if days else []
        found = [_group(days, CHIPS_BESIDE + 1, _("总榜和日榜"), _("更早的日榜"))]
    return [group for group in found if group["chips"] or group["more"]]


def _group(chips: list[dict], beside: int, label: str, more_label: str) -> dict[str, object]:
    more = chips[beside:]
    return {
        "label": label,
        "chips": chips[:beside],
        "more": more,
        "more_label": more_label,
        "opened": any(chip["current"] for chip in more),
    }


def _chip(
    choice: Choice, title: str, *, day: date | None = None, round: int | None = None
) -> dict[str, object]:
    current = (choice.day, choice.round) == (day, round)
    return {"title": title, "url": choice.address(day=day, round=round), "current": current}


def _on(day: date) -> str:
    return date_format(day, _("n月j日"))


def screen(competition: Competition, choice: Choice) -> dict[str, object]:
    """The first ten for a hall, with the name of their board."""
    round = _round(competition, choice)
    part = {"day": choice.day, "round": round}
    rows = boards.top(competition, None, **part, most=ON_A_SCREEN)
    return {
        "board_name": round.label if round else _on(choice.day) if choice.day else "",
        "participants": boards.participants(competition, **part),
        "rows": _public(rows),
        "too_few": _too_few(rows),
    }


def sheet(competition: Competition, choice: Choice, member: Member) -> list[list[object]]:
    """What the screen lists, as the lines of a workbook."""
    round = _round(competition, choice)
    head = [_("名次"), _("姓名"), _("单位"), _("得分"), _("用时")]
    rows = boards.top(competition, member, day=choice.day, round=round)
    lines = [
        [row.rank, row.name, row.union, row.points, duration(row.elapsed)] for row in _public(rows)
    ]
    return [head, *lines, *([[wording.too_few()]] if _too_few(rows) else [])]


def file_name(competition: Competition, choice: Choice) -> str:
    """What the file of this board is called, without its ending."""
    part = f"round-{choice.round}" if choice.round else choice.day or choice.scope
    return f"{competition.slug}-{part}"
