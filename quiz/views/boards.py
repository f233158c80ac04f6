"""The leaderboard: persons, unions and industries, on screen, in a hall and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quiz import boards
from quiz.boards import INDUSTRY, PERSON, TEAM, UNION, By, Choice
from quiz.models import Competition, Disqualification
from quiz.views import person_board, team_board
from quiz.views.competitions import crumbs, published_or_404
from quiz.workbooks import saved_as, workbook
from unions.models import Member, Union


def _choice(request: HttpRequest, competition: Competition) -> tuple[Choice, list[Union.Level]]:
    """The board of the address, and the levels that can be shown."""
    levels = boards.levels_of(competition)
    try:
        return boards.chosen_board(request.GET, levels[0] if levels else Union.Level.CITY), levels
    except boards.UnknownBoard as error:
        raise Http404 from error


@require_safe
def leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    """The own place first, then the best; or unions or industries in the order asked for."""
    now = timezone.now()
    competition = published_or_404(slug)
    choice, levels = _choice(request, competition)
    board = {PERSON: person_board.context, TEAM: team_board.context}.get(choice.scope, _units)
    context = {
        "section": "contest",
        "crumbs": crumbs(competition),
        "competition": competition,
        "state": competition.state_at(now),
        "phase": competition.phase_at(now),
        "frozen": competition.is_frozen(now),
        "barred": _is_out(competition, request.user),
        "joinable": competition.state_at(now) == Competition.State.OPEN,
        "now": now,
        "scope": choice.scope,
        "choice": choice,
        "level": Union.Level(choice.level),
        "tabs": [*_tabs(choice, levels), *team_board.tabs(competition, choice)],
        **board(competition, choice, request.user),
    }
    return render(request, "quiz/leaderboard.html", context)


def _is_out(competition: Competition, member: Member) -> bool:
    return (
        member.is_authenticated
        and Disqualification.objects.against(competition, member) is not None
    )


def _units(competition: Competition, choice: Choice, member: Member) -> dict[str, object]:
    """Unions of a level, or industries; their sums may be a little older than the page."""
    rows = _unit_rows(competition, choice, member)
    own = boards.own_union_row(rows)
    shown = rows[: boards.TOP_UNIONS]
    orders = [
        {"title": by.label, "url": choice.address(by=by.value), "current": choice.by == by}
        for by in By
    ]
    return {
        "rows": shown,
        "own_beyond": own if own and own not in shown else None,
        "own_union": own,
        "place": boards.place_of(competition, member),
        "participants": boards.participants(competition),
        "chip_groups": [{"label": _("按什么排"), "chips": orders}],
        "by": By(choice.by),
        "as_of": boards.union_totals(competition).at,
    }


def _unit_rows(
    competition: Competition, choice: Choice, member: Member | None
) -> list[boards.UnionRow]:
    if choice.scope == INDUSTRY:
        return boards.industry_board(competition, member, by=choice.by)
    return boards.union_board(competition, choice.level, member, by=choice.by)


def _tabs(choice: Choice, levels: list[Union.Level]) -> list[dict]:
    tabs = [
        {
            "title": _("个人"),
            "url": choice.address(scope=PERSON),
            "current": choice.scope == PERSON,
        }
    ]
    for shown in levels or [Union.Level.CITY]:
        tabs.append(
            {
                "title": _("城市") if shown == Union.Level.CITY else shown.label,
                "url": choice.address(scope=UNION, level=shown.value),
                "current": choice.scope == UNION and choice.level == shown.value,
            }
        )
    current = choice.scope == INDUSTRY
    return [*tabs, {"title": _("行业"), "url": choice.address(scope=INDUSTRY), "current": current}]


@require_safe
def leaderboard_screen(request: HttpRequest, slug: str) -> HttpResponse:
    """For a hall: the first ten persons and unions, or teams, in large type; refreshes itself."""
    now = timezone.now()
    competition = published_or_404(slug)
    choice, _levels = _choice(request, competition)
    if choice.scope == TEAM:
        return _team_screen(request, competition, choice)
    unions = boards.union_board(competition, choice.level, None)
    context = {
        "competition": competition,
        "phase": competition.phase_at(now),
        "choice": choice,
        "level": Union.Level(choice.level),
        "union_rows": unions[: person_board.ON_A_SCREEN],
        "as_of": boards.union_totals(competition).at,
        **person_board.screen(competition, choice),
    }
    return render(request, "quiz/screen.html", context)


def _team_screen(request: HttpRequest, competition: Competition, choice: Choice) -> HttpResponse:
    context = {
        "competition": competition,
        "phase": competition.phase_at(timezone.now()),
        "choice": choice,
        **team_board.context(competition, choice, request.user),
    }
    context["rows"] = context["rows"][: person_board.ON_A_SCREEN]
    return render(request, "quiz/screen_teams.html", context)


@require_safe
def leaderboard_file(request: HttpRequest, slug: str) -> HttpResponse:
    """What the screen shows, as a workbook."""
    competition = published_or_404(slug)
    choice, _levels = _choice(request, competition)
    if choice.scope == TEAM:
        lines = team_board.sheet(competition, timezone.now())
        return saved_as(f"{competition.slug}-{TEAM}", workbook({_("团队榜"): lines}))
    if choice.scope == PERSON:
        lines = person_board.sheet(competition, choice, request.user)
    else:
        lines = _unit_sheet(competition, choice, request.user)
    name = person_board.file_name(competition, choice)
    return saved_as(name, workbook({_("排行榜"): lines}))


def _unit_sheet(
    competition: Competition, choice: Choice, member: Member | None
) -> list[list[object]]:
    what = _("行业") if choice.scope == INDUSTRY else _("单位")
    head = [_("名次"), what, _("参与率（%）"), _("参与人数"), _("在册会员")]
    head += [_("完成次数"), _("人均得分")]
    return [
        head,
        *(
            [row.rank, row.name, row.rate, row.participants, row.members, row.completions, row.mean]
            for row in _unit_rows(competition, choice, member)[: boards.TOP_UNIONS]
        ),
    ]
