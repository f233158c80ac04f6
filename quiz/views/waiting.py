"""Waiting for the opening: a page that costs next to nothing, and moves on by itself."""

from datetime import datetime
from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quiz import opening
from quiz.views.competitions import published_or_404

KEEP_SECONDS = 30


class Coming(NamedTuple):
    """What the page shows of a competition."""

    title: str
    opens_at: datetime


@require_safe
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """The countdown alone, without session and without a query while it is kept."""
    key = f"quiz:waiting:{slug}"
    kept = cache.get(key)
    if kept is None:
        competition = published_or_404(slug)
        kept = Coming(competition.title, competition.opens_at)
        cache.set(key, kept, KEEP_SECONDS)
    now = timezone.now()
    if not opening.is_soon(kept.opens_at, now):
        return redirect("quiz:competition", slug)
    context = {"competition": kept, "slug": slug, "waits": opening.wait_for(kept.opens_at, now)}
    response = render(request, "quiz/waiting.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
