"""The question desk: one box, headings, entries, and a word on whether an answer helped; in the
admin entries in and out as a file: look first, then write, and how far search is."""

import secrets
from urllib.parse import quote

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import permission_required

from helpdesk import ballots, services, table
from helpdesk.answering import Verdict, reply_to
from helpdesk.documents import EntryDocument
from helpdesk.errors import HelpdeskError
from helpdesk.forms import EntryUploadForm, read_question
from helpdesk.models import Category, Entry, Feedback
from search.models import PendingSync
from search.text import MAX_CHARACTERS

MOST_SHOWN = 8
ENTRIES_PER_PAGE = 20
PREVIEW_SECONDS = 30 * 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
may_import = permission_required("helpdesk.add_entry")
may_change = permission_required("helpdesk.change_entry")


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


# Entries as a file, in the admin


def workbook(content, name):
    """A response that saves `content` as `name`.xlsx."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


@require_safe
@may_import
def import_template(request):
    """The workbook to fill in."""
    return workbook(table.written([]), _("问答模板"))


@require_safe
@may_change
def export(request):
    """Every entry, retired ones too, in the form that the import takes."""
    return workbook(table.written(Entry.objects.for_lists()), _("问答"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_import
@may_change
def import_entries(request):
    """Upload, look at what would happen, then write: two steps on one address."""
    context = {"form": EntryUploadForm(), "categories": Category.objects.all()}
    if request.method == "POST" and "token" in request.POST:
        return _write(request, context)
    if request.method == "POST":
        context |= _preview(request)
    status = 422 if context.get("failed") else 200
    return render(request, "helpdesk/admin/import.html", context, status=status)


def _preview(request):
    """Read the file and keep its rows for the second step."""
    form = EntryUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"form": form, "failed": True}
    found = form.cleaned_data["file"]
    plan = services.plan_entries(rows=found.rows)
    token = secrets.token_urlsafe(24)
    if not plan.errors:
        cache.set(_key(request, token), found.rows, PREVIEW_SECONDS)
    return {"plan": plan, "token": token, "ignored": found.ignored, "failed": bool(plan.errors)}


def _write(request, context):
    """Import the rows that were looked at; a second time they change nothing."""
    rows = cache.get(_key(request, request.POST["token"][:64]))
    if rows is None:
        context["problem"] = _("预览已过期，没有写入。请重新选择文件。")
        return render(request, "helpdesk/admin/import.html", context, status=422)
    try:
        plan = services.import_entries(rows=rows)
    except HelpdeskError as error:
        context["problem"] = error.message
        return render(request, "helpdesk/admin/import.html", context, status=422)
    if plan.errors:
        context["plan"] = plan
        return render(request, "helpdesk/admin/import.html", context, status=422)
    counts = f"new={len(plan.new)}&changed={len(plan.changed)}&same={plan.same}"
    return redirect(f"{reverse('helpdesk_imported')}?{counts}")


def _key(request, token):
    """Bound to the editor: another's token opens nothing."""
    return f"helpdesk-import:{request.user.pk}:{quote(token, safe='')}"


@require_safe
@never_cache
@may_import
def imported(request):
    """What was written, and how many of the entries search still has to take in.

    The page asks again by itself until none is left but what search could not take.
    """
    counts = {name: _count(request.GET.get(name, "")) for name in ("new", "changed", "same")}
    written = counts["new"] + counts["changed"]
    rows = PendingSync.objects.filter(kind=EntryDocument.kind)
    left = min(written, rows.under_way().count())
    failed = min(written - left, rows.given_up().count())
    context = {**counts, "written": written, "left": left, "failed": failed}
    context["findable"] = written - left - failed
    return render(request, "helpdesk/admin/imported.html", context)


def _count(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
