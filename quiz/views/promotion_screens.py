"""Who goes on from a round, in the admin: look at the list, then make it stand."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from quiz import services
from quiz.display import duration
from quiz.errors import MESSAGES, QuizError
from quiz.models import Case, Promotion, Round
from quiz.ordering import ranks, worth
from quiz.services.rounds import candidates, check_promotion
from quiz.services.waiting import undecided
from quiz.workbooks import saved_as, workbook
from unions.models import Member

SHOWN = 200
may_promote = permission_required("quiz.change_competition")


@dataclass(frozen=True)
class Line:
    """One of those who go on."""

    rank: int
    name: str
    union: str
    points: int
    elapsed: int


def _round_or_404(pk: int) -> Round:
    return get_object_or_404(Round.objects.for_promotion().select_related("competition"), pk=pk)


def _lines(best: list[services.Best]) -> list[Line]:
    people = Member.objects.select_related("union").in_bulk([entry.member for entry in best])
    return [
        Line(
            rank,
            people[entry.member].get_full_name(),
            people[entry.member].union.label if people[entry.member].union else "",
            *worth(entry.cost),
        )
        for entry, rank in zip(best, ranks([entry.cost for entry in best]), strict=True)
    ]


def _written(round: Round) -> list[services.Best]:
    rows = Promotion.objects.listed(round).values_list("member_id", "cost")
    return [services.Best(*row) for row in rows]


def _refusal(round: Round) -> str:
    """Why the list can't be made now, or ""."""
    try:
        check_promotion(round=round, now=timezone.now())
    except QuizError as error:
        return error.message
    return ""


def _undecided(round: Round) -> str:
    """Why results of the round may still change, or ""."""
    code = undecided(round.competition, round)
    return MESSAGES[code] if code else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_promote
def promotion(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it stands, or as it would be now; a press makes it stand.

    One that stands is compared with the attempts when that is asked for: it reads all of the round.
    """
    found = _round_or_404(pk)
    if request.method == "POST":
        return _promote(request, found)
    compared = bool(found.promoted_at) and "compare" in request.GET
    written = _written(found) if found.promoted_at else []
    fresh = candidates(round=found) if compared or not found.promoted_at else []
    shown = written if found.promoted_at else fresh
    context = {
        "round": found,
        "count": len(shown),
        "most_shown": SHOWN,
        "lines": _lines(shown[:SHOWN]),
        "refusal": _refusal(found),
        "undecided": _undecided(found),
        "cases": Case.objects.waiting().filter(attempts__round=found).distinct().count(),
        "compared": compared,
        "changed": len({entry.member for entry in fresh} ^ {entry.member for entry in written}),
    }
    return render(request, "quiz/admin/promotion.html", context)


def _promote(request: HttpRequest, found: Round) -> HttpResponse:
    anyway = bool(request.POST.get("anyway"))
    try:
        services.promote(round=found, by=request.user, anyway=anyway)
    except QuizError as error:
        messages.error(request, error.message)
    else:
        count = found.promotions.count()
        messages.success(request, _("已定晋级名单，共 %(count)d 人。") % {"count": count})
    return redirect("quiz_promotion", found.pk)


@require_safe
@never_cache
@may_promote
def promotion_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as a workbook."""
    found = _round_or_404(pk)
    best = _written(found) if found.promoted_at else candidates(round=found)
    head = [_("名次"), _("姓名"), _("单位"), _("得分"), _("用时")]
    lines = [
        [line.rank, line.name, line.union, line.points, duration(line.elapsed)]
        for line in _lines(best)
    ]
    state = _("晋级名单") if found.promoted_at else _("晋级名单（预览）")
    return saved_as(f"{found} {state}", workbook({state: [head, *lines]}))


admin_urls = [
    path("quiz/rounds/<int:pk>/promotion/", promotion, name="quiz_promotion"),
    path("quiz/rounds/<int:pk>/promotion.xlsx", promotion_file, name="quiz_promotion_file"),
]
