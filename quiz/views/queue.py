"""The queue before the start: a page that waits for its turn and then goes on by itself."""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from quiz import admission
from quiz.models import Competition
from quiz.situation import READY, situation_of

COOKIE = "queue"


def holds_place(request: HttpRequest, competition: Competition) -> bool:
    """Whether the member has asked to begin and was told to wait."""
    return _turn(request, competition) is not None


def seconds_to_wait(request: HttpRequest, competition: Competition) -> float:
    """0 when the member may begin now. Who has an attempt open, or may not begin, never waits."""
    turn = _turn(request, competition)
    if turn is not None:
        return max(turn - admission.time(), 0.0)
    busy = admission.is_busy()
    if busy and not _may_begin(request, competition):
        return 0.0  # before a slot is taken: those of the others are for who begins
    wait = admission.take_slot(f"{competition.pk}.{request.user.pk}")
    return wait if wait and (busy or _may_begin(request, competition)) else 0.0


def _may_begin(request: HttpRequest, competition: Competition) -> bool:
    return situation_of(competition, request.user, timezone.now()).code == READY


def round_asked(request: HttpRequest) -> str | None:
    """The number of the round that the member wants to begin; a page that waits keeps it."""
    return request.POST.get("round") or request.GET.get("round")


def waiting_page(request: HttpRequest, competition: Competition, wait: float) -> HttpResponse:
    """Place and time, and the place in a cookie, so that asking again doesn't lose it."""
    again = admission.ask_again_in(wait)
    context = {
        "section": "contest",
        "competition": competition,
        "place": admission.place_in_line(wait),
        "seconds": math.ceil(wait),
        "again": again,
        "round": round_asked(request),
    }
    response = render(request, "quiz/queue.html", context, status=503)
    response["Retry-After"] = str(again)
    # Django logs a 503 as an error; a queue of thousands is none.
    response._has_been_logged = True
    response["Cache-Control"] = "private, no-store"
    response.set_signed_cookie(
        COOKIE,
        f"{admission.time() + wait:.3f}",
        salt=_salt(request, competition),
        max_age=math.ceil(wait) + admission.KEPT_AFTER,
        path=request.path,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


def leave(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response` of a start that was made: the place is used."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=request.path)
    return response


def _turn(request: HttpRequest, competition: Competition) -> float | None:
    """When the member's turn comes (seconds of the clock), or None without a place."""
    salt = _salt(request, competition)
    kept = request.get_signed_cookie(COOKIE, None, salt=salt)
    if kept is None or float(kept) + admission.KEPT_AFTER < admission.time():
        return None
    return float(kept)


def _salt(request: HttpRequest, competition: Competition) -> str:
    return f"quiz.queue.{competition.pk}.{request.user.pk}"
