"""Views that belong to the whole site."""

from django.conf import settings
from django.db import connection
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.text_sizes import TEXT_SIZES
from config import samples
from config.middleware import problem

A_YEAR = 365 * 24 * 3600


@require_safe
@never_cache
def text_size(request, size):
    """Remember the text size in a cookie and go back to where the reader was."""
    if size not in TEXT_SIZES:
        raise Http404
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        "text", size, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@require_safe
@never_cache
def healthz(request):
    """Alive: the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request):
    """Ready: the database answers (search and Redis may be down without the site being so)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def csrf_failure(request, reason=""):
    """A form without a valid token: say what to do, keep what the browser still holds."""
    return problem(
        request,
        status=403,
        code="csrf",
        message=_(
            "页面停留太久或浏览器关闭了 Cookie，这次提交没有保存。请返回上一页刷新后再提交。"
        ),
    )


def gallery(request):
    """Every component in every state, for those who build screens (only mounted with DEBUG)."""
    return render(request, "gallery.html", samples.context())
