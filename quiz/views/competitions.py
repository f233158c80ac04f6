"""The list, a competition's home and its rules."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quiz import boards, opening, rules, wording
from quiz.models import (
    Allowance,
    Attempt,
    Competition,
    Disqualification,
    Regrade,
    Round,
    configuration,
)
from quiz.situation import situation_of
from quiz.teammates import own_team

CLOSED_PER_PAGE = 12
MOST_TOLD = 3


def published_or_404(slug: str) -> Competition:
    """The competition as the public may see it, with what every screen reads."""
    found = configuration.published(slug)
    if found is None:
        raise Http404
    return found


def any_or_404(slug: str) -> Competition:
    """The competition, published or not: only for editors."""
    return get_object_or_404(Competition.objects.for_screens(), slug=slug)


def round_or_404(competition: Competition, number: str | None) -> Round | None:
    """The round that a form or an address names by its number; None without one."""
    if not number:
        return None
    for found in competition.rounds.all():
        if str(found.number) == number:
            found.competition = competition
            return found
    raise Http404


def crumbs(competition: Competition | None = None) -> list[tuple[str, str]]:
    """The path to a page below the list, or below `competition`."""
    path = [(_("首页"), "/"), (_("竞赛"), reverse("quiz:list"))]
    if competition is not None:
        path.append((competition.title, competition.get_absolute_url()))
    return path


@require_safe
def competition_list(request: HttpRequest) -> HttpResponse:
    """All published competitions: open, coming, closed."""
    now = timezone.now()
    everything = Competition.objects.published().with_question_count().select_related("union")
    running = list(everything.open_at(now).prefetch_related("rounds"))
    if request.user.is_authenticated and running:
        used = Attempt.objects.tries_on(timezone.localdate(now), request.user)
        barred = Disqualification.objects.barred_from(request.user)
        for competition in running:
            competition.barred = competition.pk in barred
            if not competition.rounds.all():  # else it depends on the round
                left = competition.daily_tries - used.get(competition.pk, 0)
                competition.tries_left = max(left, 0)
    page = Paginator(everything.closed_at(now), CLOSED_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "contest",
        "crumbs": [(_("首页"), "/")],
        "running": running,
        "coming": list(everything.coming_at(now)),
        "page": page,
    }
    return render(request, "quiz/list.html", context)


@require_safe
def competition_home(request: HttpRequest, slug: str) -> HttpResponse:
    """One competition: its state, what the member can do now, rules, prizes, dates."""
    now = timezone.now()
    competition = published_or_404(slug)
    situation = situation_of(competition, request.user, now)
    own = boards.place_of(competition, request.user)
    best = None
    if request.user.is_authenticated and situation.latest:
        best = Attempt.objects.of(competition, request.user).best_first()
        best = best.select_related("round").first()
    taken = []
    if situation.latest:
        taken = Disqualification.objects.single_voids(request.user)
        taken = taken.filter(competition=competition)[:MOST_TOLD]
    context = {
        "section": "contest",
        "crumbs": crumbs(),
        "taken": taken,
        "competition": competition,
        "state": competition.state_at(now),
        "situation": situation,
        "reason": (
            wording.why_not_eligible(competition, request.user, situation.obstacle)
            if situation.obstacle
            else ("", "")
        ),
        "notes": wording.promotion_notes(situation.levels),
        "team": own_team(competition, request.user, now),
        "choices": [  # besides the one that the button begins
            level for level in situation.levels if level.can_start and level != situation.level
        ],
        "now": now,
        "waits": opening.wait_for(competition.opens_at, now),
        "place": own,
        "best": best,
        "extra_seconds": Allowance.objects.seconds_for(competition, request.user),
        "own_union": boards.own_union(competition, request.user),
        "phase": competition.phase_at(now),
        "frozen": competition.is_frozen(now),
        "rules": rules.short_rules(competition),
        "prizes": competition.prizes.all(),
        "corrections": Regrade.objects.notices(competition),
        "draws": [
            {"title": d.title, "url": d.get_absolute_url(), "value": d.state_at(now)}
            for d in competition.draws.for_lists()
        ],
    }
    return render(request, "quiz/competition.html", context)


@require_safe
def competition_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole rules, as the configuration has them."""
    competition = published_or_404(slug)
    context = {
        "section": "contest",
        "crumbs": crumbs(competition),
        "competition": competition,
        "rules": rules.full_rules(competition),
        "prizes": competition.prizes.all(),
    }
    return render(request, "quiz/rules.html", context)
