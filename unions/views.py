"""The door of the admin, the name on boards, and the roster on the officers' desk."""

import secrets
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from unions import desk, roster, services
from unions.forms import NicknameForm, RosterUploadForm
from unions.masking import mask_name
from unions.models import Member, Union
from unions.names import clean_name
from unions.scope import Scope, scope_of
from unions.tabs import all_tabs

PAGE_SIZE = 50
PREVIEW_SECONDS = 30 * 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the admin sends who may not enter: visitors to sign in, others to a clear answer."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        # Read, so that the admin's own message does not turn up on a later page.
        list(messages.get_messages(request))
        return render(request, "account/no_admin.html", status=403)
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("account_login") + (f"?{query}" if query else ""))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def nickname(request: HttpRequest) -> HttpResponse:
    """Choose the name that boards show, or leave it to the masked one."""
    # Another copy of the member: a refused name is not to stand in the page's head.
    member = Member.objects.get(pk=request.user.pk)
    form = NicknameForm(request.POST if request.method == "POST" else None, instance=member)
    if form.is_valid():
        chosen = form.cleaned_data["nickname"]
        stored = services.choose_nickname(member=request.user, nickname=chosen)
        messages.success(request, _("榜上现在显示“%(name)s”。") % {"name": stored.public_name})
        return redirect("/me/")
    context = {
        "section": "me",
        "form": form,
        "masked": mask_name(request.user.display_name),
        "crumbs": [(_("我的"), "/me/")],
    }
    return render(request, "unions/nickname.html", context, status=422 if form.is_bound else 200)


@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """To the first tab of the chosen unit, else of the first unit in scope."""
    scope = scope_of(request.user)
    unit = desk.first_unit(scope)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    chosen = request.GET.get("unit", "")
    if chosen:
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 18):
            raise Http404
        unit = scope.union_or_404(int(chosen))
    return redirect(all_tabs()[0].route, unit.pk)


@desk.desk_view("GET", "HEAD")
def people(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """Members of the unit and below, by name."""
    text = clean_name(request.GET.get("q", ""))[:50]
    members = Member.objects.of(unit).named_like(text).select_related("union").order_by("pk")
    page = Paginator(members, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **desk.frame(scope, unit, "manage_people"),
        "page": page,
        "q": text,
        "registered": Union.objects.registered(unit),
    }
    return render(request, "unions/people.html", context)


@desk.desk_view("GET", "HEAD")
def people_template(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """The workbook to fill in."""
    response = HttpResponse(roster.template(unit.code), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('名册模板'))}.xlsx"
    return response


@desk.desk_view("GET", "HEAD", "POST")
def people_import(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """Upload, look at what would happen, then write: two steps on one address."""
    inside = Scope((unit.path,))
    context = {**desk.frame(scope, unit, "manage_people"), "form": RosterUploadForm()}
    if request.method == "POST" and "token" in request.POST:
        context |= _write(request, inside, unit)
    elif request.method == "POST":
        context |= _preview(request, inside, unit)
    status = 422 if context.get("failed") else 200
    return render(request, "unions/people_import.html", context, status=status)


def _preview(request: HttpRequest, scope: Scope, unit: Union) -> dict[str, object]:
    """Read the file and keep its rows for the second step."""
    form = RosterUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"form": form, "failed": True}
    found = form.cleaned_data["file"]
    plan = services.plan_roster(scope=scope, rows=found.rows)
    token = secrets.token_urlsafe(24)
    if not plan.errors:
        cache.set(_key(request, unit, token), found.rows, PREVIEW_SECONDS)
    return {"plan": plan, "token": token, "ignored": found.ignored, "failed": bool(plan.errors)}


def _write(request: HttpRequest, scope: Scope, unit: Union) -> dict[str, object]:
    """Import the rows that were looked at; a second time they change nothing."""
    rows = cache.get(_key(request, unit, request.POST["token"][:64]))
    if rows is None:
        return {"failed": True, "problem": _("预览已过期，没有写入。请重新选择文件。")}
    try:
        plan = services.import_roster(scope=scope, rows=rows)
    except services.RegisterError as error:
        return {"failed": True, "problem": str(error)}
    return {"plan": plan, "done": not plan.errors, "failed": bool(plan.errors)}


def _key(request: HttpRequest, unit: Union, token: str) -> str:
    """Bound to the officer and the unit: another's token opens nothing."""
    return f"roster:{request.user.pk}:{unit.pk}:{quote(token, safe='')}"
