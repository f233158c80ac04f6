"""The officers' desk: a unit's figures, on screen and as files."""

from collections.abc import Mapping
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from engagement import export
from engagement.periods import PERIODS, Period
from engagement.report import Report
from unions import desk
from unions.models import Union
from unions.scope import Scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@desk.desk_view("GET", "HEAD")
def unit_overview(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """The figures of a unit and of the units below it."""
    report = _report(request, unit)
    periods = {key: Period.asked(key, report.period.last).label for key in PERIODS}
    measures = {found.name: found.label for found in report.measures}
    charted = report.measure.name if report.measure else ""
    context = {
        **desk.frame(scope, unit, "manage_unit"),
        "report": report,
        "periods": _chips(request, "period", periods, report.period.key),
        "measures": _chips(request, "measure", measures, charted, anchor="#c1"),
        "todos": _todos(report),
    }
    return render(request, "engagement/overview.html", context)


def _todos(report: Report) -> list[dict[str, str]]:
    """The units to look at, where the page shows figures at all."""
    if report.too_small or report.empty:
        return []
    return [
        {
            "title": note.name,
            "url": reverse("manage_unit", args=[note.unit_id]),
            "note": note.why,
            "tag": _("查看"),
        }
        for note in report.table.attention
    ]


def _chips(
    request: HttpRequest, name: str, titles: Mapping[str, str], chosen: str, anchor: str = ""
) -> list[dict[str, object]]:
    """One chip per title: this address with another value of `name`."""
    query = request.GET.copy()
    chips = []
    for value, title in titles.items():
        query[name] = value
        url = f"?{query.urlencode()}{anchor}"
        chips.append({"title": title, "url": url, "current": value == chosen})
    return chips


@desk.desk_view("GET", "HEAD")
def unit_csv(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """The table of units as it stands on the screen."""
    report = _report(request, unit)
    return _file(report, export.as_csv(report), CSV, "csv")


@desk.desk_view("GET", "HEAD")
def unit_xlsx(request: HttpRequest, scope: Scope, unit: Union) -> HttpResponse:
    """The screen as a workbook."""
    report = _report(request, unit)
    return _file(report, export.as_xlsx(report), XLSX, "xlsx")


def _report(request: HttpRequest, unit: Union) -> Report:
    asked = {name: request.GET.get(name, "") for name in ("period", "sort", "measure")}
    return Report(unit, today=timezone.localdate(), **asked)


def _file(report: Report, content: bytes, kind: str, ending: str) -> HttpResponse:
    name = f"{report.unit.name} {report.period.label} {report.period.last}.{ending}"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
