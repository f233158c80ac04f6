"""The team board's part of the leaderboard's pages."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from quiz import boards
from quiz.boards import TEAM, Choice
from quiz.display import duration
from quiz.models import Competition, Round
from unions.models import Member


def round_or_404(competition: Competition) -> Round:
    """The round that teams play."""
    found = competition.team_round
    if found is None:
        raise Http404
    return found


def context(competition: Competition, choice: Choice, member: Member) -> dict[str, object]:
    """The best teams and the own one."""
    now = timezone.now()
    team_round = round_or_404(competition)
    rows = boards.team_board(team_round, member, now)
    own = boards.own_team_row(rows)
    shown = rows[: boards.TOP_TEAMS]
    return {
        "team_round": team_round,
        "not_begun": now < team_round.opens_at,
        "rows": shown,
        "own_team": own,
        "own_beyond": own if own and own not in shown else None,
        "team_count": len(rows),
        "as_of": now,
    }


def tabs(competition: Competition, choice: Choice) -> list[dict[str, object]]:
    """The tab of the team board, where there is one."""
    if competition.team_round is None:
        return []
    return [
        {"title": _("团队"), "url": choice.address(scope=TEAM), "current": choice.scope == TEAM}
    ]


def sheet(competition: Competition, now: datetime) -> list[list[object]]:
    """The whole board as the lines of a workbook."""
    head = [_("名次"), _("队名"), _("代表的工会"), _("得分"), _("用时"), _("已交卷"), _("队员")]
    return [
        head,
        *(
            [row.rank, row.name, row.union, *_result(row), row.finished, row.size]
            for row in boards.team_board(round_or_404(competition), None, now)
        ),
    ]


def _result(row: boards.TeamRow) -> list[object]:
    return [row.points, duration(row.elapsed)] if row.rank else ["", ""]
