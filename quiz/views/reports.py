"""The report of a closed competition: for officers in their scope, and for staff."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quiz import services
from quiz.errors import MESSAGES
from quiz.kept_reports import report_of
from quiz.models import Competition
from quiz.postmortem import PostMortem, sheets_of
from quiz.workbooks import saved_as, workbook
from unions import desk
from unions.models import Union
from unions.scope import Scope

PER_PAGE = 20


def _reported():
    """Competitions that have a report: published and closed long enough to show their key."""
    return Competition.objects.published().closed_at(timezone.now()).select_related("union")


def _report_or_404(slug: str, unit: Union | None) -> PostMortem:
    now = timezone.now()
    competition = get_object_or_404(_reported(), slug=slug)
    if not competition.reveals_key(now):
        # For the seconds of grace it is as if it were still open.
        competition = get_object_or_404(_reported().none(), slug=slug)
    return report_of(competition, unit, now=now)


@desk.desk_view("GET", "HEAD")
def unit_competitions(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """The closed competitions, each with the way to its report for this unit."""
    page = Paginator(_reported(), PER_PAGE).get_page(request.GET.get("page"))
    context = {**desk.frame(scope, unit, "manage_competitions"), "page": page}
    return render(request, "quiz/unit_competitions.html", context)


@desk.desk_view("GET", "HEAD")
def unit_report(request: HttpRequest, scope: Scope, unit: Union, slug: str) -> HttpResponse:
    """What one closed competition was for this unit and below."""
    report = _report_or_404(slug, unit)
    address = reverse("manage_competition_file", args=[unit.pk, slug])
    context = {**desk.frame(scope, unit, "manage_competitions"), "file_url": address}
    return render(request, "quiz/unit_report.html", {**context, "report": report})


@desk.desk_view("GET", "HEAD")
def unit_report_file(request: HttpRequest, scope: Scope, unit: Union, slug: str) -> HttpResponse:
    """The same as a workbook."""
    return _file(_report_or_404(slug, unit))


def _file(report: PostMortem) -> HttpResponse:
    whole = report.unit.name if report.unit else _("全部")
    return saved_as(f"{report.competition.title} {whole}", workbook(sheets_of(report)))


def _for_staff(request: HttpRequest) -> None:
    if not request.user.has_perm("quiz.change_competition"):
        raise PermissionDenied


@require_safe
def staff_report(request: HttpRequest, slug: str) -> HttpResponse:
    """What one closed competition was, for those who run competitions."""
    _for_staff(request)
    report = _report_or_404(slug, None)
    context = {
        "report": report,
        "file_url": reverse("quiz_staff_report_file", args=[slug]),
        "certificates_wait": _why_no_certificates(report.competition),
    }
    return render(request, "quiz/staff_report.html", context)


def _why_no_certificates(competition: Competition) -> str:
    """What holds the certificates back although nobody can answer any more."""
    if competition.certificate_points is None or competition.certified_at is not None:
        return ""
    code = services.undecided(competition)
    return str(MESSAGES[code]) if code else ""


@require_safe
def staff_report_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a workbook."""
    _for_staff(request)
    return _file(_report_or_404(slug, None))
