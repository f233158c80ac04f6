"""The leaderboard: persons and unions, on screen and as a file."""

from io import BytesIO

import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quiz import boards
from quiz.display import duration
from quiz.models import Competition
from quiz.views.competitions import crumbs, published_or_404
from unions.models import Member, Union
from unions.spreadsheets import neutral

PERSON, UNION = "person", "union"
UNIONS_BESIDE = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _scope(request: HttpRequest, competition: Competition) -> tuple[str, str, list]:
    """(scope, level, levels that can be shown) from the address."""
    scope = request.GET.get("scope", PERSON)
    levels = boards.levels_of(competition)
    level = request.GET.get("level") or (levels[0] if levels else Union.Level.CITY)
    if scope not in {PERSON, UNION} or level not in Union.Level.values:
        raise Http404
    return scope, str(level), levels


@require_safe
def leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    """The own place first, then the best; or the unions of one level by participation rate."""
    now = timezone.now()
    competition = published_or_404(slug)
    scope, level, levels = _scope(request, competition)
    board = _persons if scope == PERSON else _unions
    context = {
        "section": "contest",
        "crumbs": crumbs(competition),
        "competition": competition,
        "state": competition.state_at(now),
        "frozen": competition.is_frozen(now),
        "now": now,
        "scope": scope,
        "level": Union.Level(level),
        "tabs": _tabs(scope, level, levels),
        "participants": boards.participants(competition),
        "place": boards.place_of(competition, request.user),
        **board(competition, level, request.user),
    }
    return render(request, "quiz/leaderboard.html", context)


def _persons(competition: Competition, level: str, member: Member) -> dict[str, object]:
    """The best persons, and beside them the first unions of `level`."""
    return {
        "rows": boards.top(competition, member),
        "union_rows": boards.union_board(competition, level, member)[:UNIONS_BESIDE],
        "as_of": timezone.now(),
    }


def _unions(competition: Competition, level: str, member: Member) -> dict[str, object]:
    """The unions of `level`; their sums may be a little older than the page."""
    rows = boards.union_board(competition, level, member)
    return {
        "rows": rows,
        "own_union": boards.own_union_row(rows),
        "as_of": boards.union_totals(competition).at,
    }


def _tabs(scope: str, level: str, levels: list) -> list[dict]:
    tabs = [{"title": _("个人"), "url": "?scope=person", "current": scope == PERSON}]
    for shown in levels or [Union.Level.CITY]:
        tabs.append(
            {
                "title": shown.label,
                "url": f"?scope=union&level={shown.value}",
                "current": scope == UNION and level == shown.value,
            }
        )
    return tabs


@require_safe
def leaderboard_file(request: HttpRequest, slug: str) -> HttpResponse:
    """What the screen shows, as a workbook."""
    competition = published_or_404(slug)
    scope, level, _levels = _scope(request, competition)
    if scope == PERSON:
        head = [_("名次"), _("姓名"), _("单位"), _("得分"), _("用时")]
        lines = [
            [row.rank, row.name, row.union, row.points, duration(row.elapsed)]
            for row in boards.top(competition, request.user)
        ]
    else:
        head = [_("名次"), _("单位"), _("参与率（%）"), _("参与人数"), _("在册会员")]
        lines = [
            [row.rank, row.name, row.rate, row.participants, row.members]
            for row in boards.union_board(competition, level, request.user)
        ]
    response = HttpResponse(_workbook([head, *lines]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{competition.slug}-{scope}.xlsx"'
    return response


def _workbook(lines: list[list]) -> bytes:
    buffer = BytesIO()
    # Nicknames are typed by members: they become no formula, also where the cells go next.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, [neutral(value) for value in line])
    return buffer.getvalue()
