"""Entries in and out as a file, in the admin: look first, then write; and how far search is."""

import secrets
from urllib.parse import quote

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import permission_required

from helpdesk import services, table
from helpdesk.documents import EntryDocument
from helpdesk.errors import HelpdeskError
from helpdesk.forms import EntryUploadForm
from helpdesk.models import Category, Entry
from search.models import PendingSync

PREVIEW_SECONDS = 30 * 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
may_import = permission_required("helpdesk.add_entry")
may_change = permission_required("helpdesk.change_entry")


def workbook(content, name):
    """A response that saves `content` as `name`.xlsx."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


@require_safe
@may_import
def template(request):
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


admin_urls = [
    path("helpdesk/import/", import_entries, name="helpdesk_import"),
    path("helpdesk/import/done/", imported, name="helpdesk_imported"),
    path("helpdesk/import/template.xlsx", template, name="helpdesk_template"),
    path("helpdesk/export.xlsx", export, name="helpdesk_export"),
]
