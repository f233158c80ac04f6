"""The public pages of prize draws: rules, list of tickets, winners, and how to check them."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quiz import lottery, prizes, services
from quiz.errors import QuizError
from quiz.models import Draw, Ticket, Win
from quiz.views.competitions import crumbs
from unions.models import Member

LINES_PER_PART = 2000
WINS_SHOWN = 1000
FOREVER = "public, max-age=31536000, immutable"


def draw_or_404(slug: str, pk: int) -> Draw:
    """A draw of a published competition."""
    found = Draw.objects.public().select_related("competition")
    return get_object_or_404(found, competition__slug=slug, pk=pk)


@require_safe
def draw_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The announcement, then the list, then the winners."""
    draw = draw_or_404(slug, pk)
    wins = list(Win.objects.for_lists(draw)[:WINS_SHOWN]) if draw.is_drawn else []
    now = timezone.now()
    context = {
        "section": "contest",
        "crumbs": crumbs(draw.competition),
        "draw": draw,
        "competition": draw.competition,
        "prizes": draw.prizes.all(),
        "winner_count": draw.prizes.total(),
        **_own_part(draw, request.user, now),
        "wins": [win for win in wins if not win.alternate],
        "alternates": [win for win in wins if win.alternate],
        "missed": draw.is_missed(now),
        "state": draw.state_at(now),
        "withdrawn_late": draw.is_withdrawn and draw.withdrawal().value_was_out,
        "value_is_out": draw.value_is_out(now),
        "now": now,
    }
    return render(request, "quiz/draw.html", context)


def _own_part(draw: Draw, member: Member, now: datetime) -> dict:
    """The ticket of `member` and what came of it; nothing where there is none."""
    ticket = Ticket.objects.own(draw, member)
    if ticket is None:
        return {}
    win = Win.objects.filter(ticket=ticket).select_related("prize").first()
    claimable = win is not None and win.is_claimable(now)
    void = claimable and bool(draw.voided_among([ticket.member_id], now))
    return {
        "ticket": ticket,
        "own_win": win,
        "own_result": prizes.own_result(draw, win, now, void=void),
        "may_claim": claimable and not void,
    }


@require_safe
def draw_verify(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How anyone can compute the draw again: by hand, by a script, in the browser."""
    draw = draw_or_404(slug, pk)
    context = {
        "section": "contest",
        "crumbs": [*crumbs(draw.competition), (draw.title, draw.get_absolute_url())],
        "draw": draw,
        "competition": draw.competition,
    }
    return render(request, "quiz/draw_verify.html", context)


@require_safe
def draw_tickets(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The published list, byte for byte what the list hash is of: it never changes."""
    draw = draw_or_404(slug, pk)
    if not draw.is_frozen:
        raise Http404
    etag = quote_etag(draw.list_hash)
    response = get_conditional_response(request, etag=etag) or _list_of(draw)
    if response.status_code == HTTPStatus.NOT_MODIFIED or isinstance(response, FileResponse):
        response["ETag"], response["Cache-Control"] = etag, FOREVER
    return response


def _list_of(draw: Draw) -> StreamingHttpResponse:
    """The file; as long as it is lost, what the database holds, which nobody shall keep."""
    try:
        kept = draw.list_file.open("rb") if draw.list_file else None
    except FileNotFoundError:
        kept = None
    name, kind = f"draw-{draw.pk}-tickets.csv", "text/csv; charset=us-ascii"
    if kept is not None:
        return FileResponse(kept, as_attachment=True, filename=name, content_type=kind)
    services.ask_for_list(draw=draw)
    lines = lottery.list_bytes(Ticket.objects.lines(draw).iterator(chunk_size=LINES_PER_PART))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(_parts(lines), content_type=kind, headers=headers)


def _parts(lines: Iterator[bytes]) -> Iterator[bytes]:
    while part := b"".join(islice(lines, LINES_PER_PART)):
        yield part


@require_safe
def draw_record(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """What was drawn and with what, or why it was withdrawn, for programs that check it."""
    draw = draw_or_404(slug, pk)
    if not draw.secret_is_out:
        raise Http404
    return JsonResponse(vars(draw.withdrawal() if draw.is_withdrawn else draw.record()))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draw_claim(request: HttpRequest, slug: str, pk: int, place: int) -> HttpResponse:
    """The own prize is asked for, a GET leads back to the draw; anyone else's does not exist."""
    own = Win.objects.own(request.user)
    found = own.filter(prize__isnull=False, draw__competition__published=True)
    win = get_object_or_404(found, draw__competition__slug=slug, draw=pk, place=place)
    if request.method != "POST":
        return redirect(win.draw)
    try:
        services.claim_win(win=win)
    except QuizError as error:
        messages.warning(request, error.message)
    else:
        place = win.draw.claim_place or _("请问主办的工会")
        messages.success(request, _("已登记领取。领取地点：%(place)s") % {"place": place})
    return redirect(win.draw)
