"""Certificates: the member's own, as a page and as a file, and the public check."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quiz import throttle
from quiz.certificate_file import as_pdf, as_svg, qr_path
from quiz.certificate_layout import wording
from quiz.models import Certificate


def check_address(certificate: Certificate) -> str:
    """The whole address of the public check page."""
    return settings.SITE_URL.rstrip("/") + certificate.check_url()


def _own_or_404(request: HttpRequest, code: str) -> Certificate:
    return get_object_or_404(Certificate.objects.of(request.user), code=code)


@require_safe
@login_required
def own_certificates(request: HttpRequest) -> HttpResponse:
    """The member's certificates of all competitions, void ones too."""
    context = {
        "section": "me",
        "crumbs": [(_("我的"), "/me/")],
        "certificates": list(Certificate.objects.of(request.user)),
    }
    return render(request, "quiz/own_certificates.html", context)


@require_safe
@login_required
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One own certificate, to look at and to print; anyone else's does not exist."""
    found = _own_or_404(request, code)
    context = {
        "section": "me",
        "crumbs": [(_("我的"), "/me/"), (_("证书"), "/competitions/mine/certificates/")],
        "certificate": found,
        "wording": wording(found),
        "qr": qr_path(check_address(found)),
    }
    return render(request, "quiz/certificate.html", context)


def _kept(request: HttpRequest, code: str, make: Callable, kind: str, end: str) -> HttpResponse:
    """The own certificate as a file that `make` makes; a void one has none."""
    found = _own_or_404(request, code)
    if found.is_void:
        message = _("这张证书已作废，不能下载。")
        return render(request, "problem.html", {"message": message, "status": 410}, status=410)
    response = HttpResponse(make(found, address=check_address(found)), content_type=kind)
    name = f"certificate-{found.code[:8]}.{end}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@login_required
def certificate_file(request: HttpRequest, code: str) -> HttpResponse:
    """As PDF."""
    return _kept(request, code, as_pdf, "application/pdf", "pdf")


@require_safe
@login_required
def certificate_picture(request: HttpRequest, code: str) -> HttpResponse:
    """As a picture (SVG), of which the page's script makes a PNG."""
    return _kept(request, code, as_svg, "image/svg+xml", "svg")


@require_safe
def certificate_check(request: HttpRequest, code: str) -> HttpResponse:
    """For anyone: whether the certificate of this code is genuine and valid, names masked."""
    if throttle.is_blocked(request, "certificate"):
        message = _("这里查了太多不存在的核验码，请十分钟后再查。")
        return render(request, "problem.html", {"message": message, "status": 429}, status=429)
    plain = code.replace("-", "").lower()
    found = Certificate.objects.filter(code=plain).first()
    if found is None:
        throttle.count_miss(request, "certificate")
    context = {"section": "contest", "certificate": found, "code": code[:64]}
    response = render(request, "quiz/check.html", context, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    return response
