"""The question desk: one box, headings, entries, and a word on whether an answer helped."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk import ballots, services
from helpdesk.answering import Verdict, reply_to
from helpdesk.errors import HelpdeskError
from helpdesk.forms import read_question
from helpdesk.models import Category, Entry, Feedback
from search.text import MAX_CHARACTERS

MOST_SHOWN = 8
ENTRIES_PER_PAGE = 20


def crumbs():
    return [(_("首页"), "/"), (_("咨询台"), reverse("helpdesk:index"))]


@require_safe
def index(request):
    """The box; with `q` the best answer, what else was found, or what to do without one."""
    asked = read_question(request.GET)
    today = timezone.localdate()
    context = {"section": "ask", "asked": asked, "limit": MAX_CHARACTERS}
    context["categories"] = Category.objects.shown(today)
    if asked.problem:
        context["most_asked"] = Entry.objects.most_asked(today).for_lists()[:MOST_SHOWN]
        return render(request, "helpdesk/index.html", context)
    outcome = reply_to(asked.text, today)
    tells = outcome.verdict in {Verdict.ANSWERED, Verdict.UNANSWERED} and not outcome.degraded
    if tells and request.method == "GET":
        context["kept"] = services.note_asking(text=asked.text, day=today, entry=outcome.entry)
    context |= {"outcome": outcome, "verdict": outcome.verdict.value, "crumbs": crumbs()[:2]}
    context["voted"] = _vote_of(request, outcome.entry)
    return render(request, "helpdesk/outcome.html", context)


@require_safe
def category(request, slug):
    """The entries of one heading that hold today."""
    today = timezone.localdate()
    found = get_object_or_404(Category.objects.with_counts(today), slug=slug)
    rows = Entry.objects.in_force(today).filter(category=found).order_by("pk")
    page = Paginator(rows, ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"section": "ask", "category": found, "page": page, "crumbs": crumbs()}
    return render(request, "helpdesk/category.html", context)


@require_safe
def entry(request, pk):
    """One entry; 410 once its last day is over, 404 before it holds or when it was taken back."""
    today = timezone.localdate()
    found = get_object_or_404(Entry.objects.public().for_lists(), pk=pk)
    if found.has_ended(today):
        return render(request, "helpdesk/ended.html", {"entry": found}, status=410)
    if not found.holds_on(today):
        raise Http404
    near = Entry.objects.in_force(today).filter(category=found.category).exclude(pk=pk)
    context = {
        "section": "ask",
        "entry": found,
        "voted": _vote_of(request, found),
        "near": near.order_by("pk")[:MOST_SHOWN],
        "crumbs": [*crumbs(), (found.category.name, found.category.get_absolute_url())],
    }
    return render(request, "helpdesk/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request, pk):
    """Take one word on an entry; a GET leads back to it."""
    found = get_object_or_404(Entry.objects.public(), pk=pk)
    response = redirect(found)
    if request.method != "POST":
        return response
    word = request.POST.get("helpful", "")
    if word not in {"1", "0"}:
        messages.error(request, _("没有看懂这次评价，请再点一次。"))
        return response
    visitor = ballots.visitor_of(request) or ballots.new_visitor()
    try:
        services.vote(
            entry=found,
            ballot=ballots.ballot(visitor, found.pk),
            helpful=word == "1",
            day=timezone.localdate(),
        )
    except HelpdeskError as error:
        messages.error(request, error.message)
        return response
    ballots.keep(response, visitor)
    return response


def _vote_of(request, shown):
    """This visitor's word on the entry: True, False, or None for none yet."""
    visitor = ballots.visitor_of(request) if shown else ""
    if not visitor:
        return None
    own = Feedback.objects.filter(entry=shown, ballot=ballots.ballot(visitor, shown.pk))
    return own.values_list("helpful", flat=True).first()
