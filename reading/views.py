"""Rooms, books and the reader's own loans. Every action is a form; a GET on it leads back."""

import csv

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reading import door, services
from reading.clc import BASE_CLASSES
from reading.models import CheckIn, Holding, Loan, ReadingRoom, Reservation, Title
from reading.offers import best, offers_for
from unions.spreadsheets import neutral

ROOMS_PER_PAGE = 12
BOOKS_PER_PAGE = 24
LOANS_PER_PAGE = 20
NEW_TITLES = 9
ROOM_SHELF = 12
DOOR_REFRESH = 30  # seconds; half a token's life, so that the code shown is always good

action = require_http_methods(["GET", "HEAD", "POST"])


def page_of(request, rows, per_page):
    """The page that `?page=` names; the nearest one for nonsense."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def number_or_404(text: str) -> int:
    """A primary key from a query string, or Http404."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise Http404


def back_to(request, default: str):
    """Redirect to the form's `next` if it is an address of this site."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else default)


@require_safe
def index(request):
    """Rooms with their hours, by city, and the newest books."""
    rooms = ReadingRoom.objects.for_list()
    cities = list(ReadingRoom.objects.cities())
    city = None
    if wanted := request.GET.get("city", ""):
        wanted = number_or_404(wanted)
        city = next((found for found in cities if found.pk == wanted), None)
        if city is None:
            raise Http404
        rooms = rooms.of(city)
    context = {
        "section": "read",
        "page": page_of(request, rooms, ROOMS_PER_PAGE),
        "cities": [(each.pk, each.label) for each in cities],
        "city": city,
        "new_titles": Title.objects.for_shelf()[:NEW_TITLES],
    }
    return render(request, "reading/index.html", context)


@require_safe
def room(request, pk):
    """One room: open now, check-in, facts, what is on its shelves, today's figures."""
    rooms = ReadingRoom.objects.for_list()
    shown = get_object_or_404(rooms, pk=pk)
    now = timezone.now()
    member = request.user if request.user.is_authenticated else None
    context = {
        "section": "read",
        "room": shown,
        "state": shown.state_at(now),
        "state_at": now,
        "check_in": CheckIn.objects.today(shown, member) if member else None,
        "at_door": door.was_at_door(request.session, shown.pk, now),
        "keeps_it": bool(member) and ReadingRoom.objects.kept_by(member).filter(pk=pk).exists(),
        "titles": Title.objects.held_in(shown).for_shelf(shown)[:ROOM_SHELF],
        "crumbs": [(_("首页"), "/"), (_("职工书屋"), reverse("reading:index"))],
    }
    return render(request, "reading/room.html", context)


@require_safe
def books(request):
    """The catalogue, by class and room."""
    titles = Title.objects.all()
    shown_room = None
    if wanted := request.GET.get("room", ""):
        shown_room = get_object_or_404(ReadingRoom.objects.public(), pk=number_or_404(wanted))
        titles = titles.held_in(shown_room)
    classes = [(letter, f"{letter} {name}") for letter, name in titles.classes()]
    letter = request.GET.get("class", "")
    if letter:
        titles = titles.in_class(letter)
    context = {
        "section": "read",
        "page": page_of(request, titles.for_shelf(shown_room), BOOKS_PER_PAGE),
        "classes": classes,
        "letter": letter,
        "class_name": BASE_CLASSES.get(letter, ""),
        "room": shown_room,
        "crumbs": [(_("首页"), "/"), (_("职工书屋"), reverse("reading:index"))],
    }
    return render(request, "reading/books.html", context)


@require_safe
def book(request, pk):
    """One title: where it is, and what this reader can do about it."""
    title = get_object_or_404(Title.objects.for_shelf(), pk=pk)
    offers = offers_for(title, request.user if request.user.is_authenticated else None)
    listing = reverse("reading:books")
    context = {
        "section": "read",
        "title": title,
        "offers": offers,
        "main": best(offers),
        "waiting": sum(offer.waiting for offer in offers),
        "crumbs": [
            (_("首页"), "/"),
            (_("职工书屋"), reverse("reading:index")),
            (
                f"{title.base_class} {BASE_CLASSES.get(title.base_class, '')}",
                f"{listing}?class={title.base_class}",
            ),
        ],
    }
    return render(request, "reading/book.html", context)


@action
@login_required
def borrow(request, pk):
    """Borrow a copy here; who comes second gets a place in the queue and is told so."""
    holding = get_object_or_404(Holding.objects.public(), pk=pk)
    if request.method == "POST":
        try:
            done = services.borrow_or_queue(member=request.user, holding=holding)
        except services.ReadingError as error:
            messages.warning(request, error.message)
        else:
            if done.loan:
                due = date_format(done.loan.due_on, _("n月j日"))
                messages.success(request, _("借好了，%(due)s前归还。") % {"due": due})
            else:
                text = _("最后一本刚被借走，已替你排队，排第 %(place)d 位，可以随时取消。")
                messages.warning(request, text % {"place": done.place})
    return redirect("reading:book", holding.title_id)


@action
@login_required
def reserve(request, pk):
    """Join the queue for the copies here."""
    holding = get_object_or_404(Holding.objects.public(), pk=pk)
    if request.method == "POST":
        try:
            reservation = services.reserve(member=request.user, holding=holding)
        except services.ReadingError as error:
            messages.warning(request, error.message)
        else:
            text = _("预约好了，排第 %(place)d 位。到你时书会保留 24 小时。")
            messages.success(request, text % {"place": reservation.place_in_line()})
    return redirect("reading:book", holding.title_id)


@action
@login_required
def cancel(request, pk):
    """Give up the own place in the queue."""
    reservation = get_object_or_404(Reservation, pk=pk, member=request.user)
    if request.method == "POST":
        services.cancel_reservation(reservation=reservation)
        messages.success(request, _("预约已取消。"))
    return back_to(request, reverse("reading:loans"))


@action
@login_required
def give_back(request, pk):
    """Return an own loan; a second time says the same."""
    loan = get_object_or_404(Loan.objects.of(request.user), pk=pk)
    if request.method == "POST":
        services.return_loan(loan=loan)
        messages.success(request, _("%(title)s已还，谢谢。") % {"title": loan.holding.title})
    return back_to(request, reverse("reading:loans"))


@action
@login_required
def renew(request, pk):
    """Keep an own loan for another period."""
    loan = get_object_or_404(Loan.objects.of(request.user), pk=pk)
    if request.method == "POST":
        try:
            loan = services.renew(loan=loan)
        except services.ReadingError as error:
            messages.warning(request, error.message)
        else:
            due = date_format(loan.due_on, _("n月j日"))
            messages.success(request, _("续借好了，%(due)s前归还。") % {"due": due})
    return back_to(request, reverse("reading:loans"))


@require_safe
@login_required
def loans(request):
    """The reader's own: at home, in line, and read before. Nobody else sees this."""
    returned = Loan.objects.of(request.user).filter(returned_at__isnull=False)
    context = {
        "section": "me",
        "open_loans": Loan.objects.open_of(request.user),
        "reservations": Reservation.objects.of(request.user),
        "page": page_of(request, returned, LOANS_PER_PAGE),
        "crumbs": [(_("我的"), "/me/")],
    }
    return render(request, "reading/loans.html", context)


@require_safe
@login_required
def export_loans(request):
    """The reader's own loans as CSV in UTF-8 with a byte order mark, for spreadsheets."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="loans.csv"'
    response.write("\ufeff")
    rows = csv.writer(response)
    rows.writerow([_("书名"), _("作者"), _("书屋"), _("借出日期"), _("应还日期"), _("归还日期")])
    for loan in Loan.objects.of(request.user):
        title = loan.holding.title
        returned = timezone.localdate(loan.returned_at) if loan.returned_at else ""
        days = (timezone.localdate(loan.borrowed_at), loan.due_on, returned)
        texts = (title.title, title.author, loan.holding.room.name)
        rows.writerow([*map(neutral, texts), *days])
    return response


@action
@login_required
def check_in(request, pk):
    """Count today's visit, from the room's page or after the scan at the door."""
    shown = get_object_or_404(ReadingRoom.objects.public(), pk=pk)
    if request.method == "POST":
        at_door = door.was_at_door(request.session, shown.pk, timezone.now())
        try:
            _row, new = services.check_in(member=request.user, room=shown, at_door=at_door)
        except services.ReadingError as error:
            messages.warning(request, error.message)
        else:
            text = _("打卡成功，欢迎来读书。") if new else _("今天已经打过卡，一人一天计一次。")
            messages.success(request, text)
    return redirect(shown)


@require_safe
def scan(request, token):
    """Where the code at the door leads: notes the visit in the session, counts nothing yet."""
    now = timezone.now()
    try:
        shown = get_object_or_404(ReadingRoom.objects.public(), pk=door.read_token(token, now))
    except door.TokenInvalid:
        raise Http404 from None
    except door.TokenExpired:
        return render(request, "reading/expired.html", {"section": "read"}, status=410)
    door.remember_scan(request.session, shown.pk, now)
    return redirect(shown)


@require_safe
@login_required
def door_screen(request, pk):
    """The screen at the door, for the room's keepers: a code that changes while it is shown."""
    shown = get_object_or_404(ReadingRoom.objects.kept_by(request.user), pk=pk)
    now = timezone.now()
    token = door.make_token(shown.pk, now)
    address = request.build_absolute_uri(reverse("reading:scan", args=[token]))
    code = segno.make(address, error="m").svg_inline(omitsize=True, border=4, light="#FFFFFF")
    context = {
        "section": "read",
        "room": shown,
        "code": mark_safe(code),  # noqa: S308 - drawn by segno from our own address
        "made_at": now,
        "refresh": DOOR_REFRESH,
    }
    return render(request, "reading/door.html", context)
