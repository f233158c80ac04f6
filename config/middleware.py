"""Rules for every request and response, each in one place."""

import re

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import activate
from django.utils.translation import gettext as _

from config import strict_json
from config.problems import JSON_TYPE, wants_json

# A step of a path that is a longer number, or one with a slug, is no identifier of ours and
# overflows SQLite's integers. The name of a file may hold as many digits as it likes.
OVERSIZED_ID = re.compile(r"/\d{19,}(?:-[^/]*/|/|$)")


def problem(
    request: HttpRequest, *, status: int, code: str, message: str, retryable: bool = False
) -> HttpResponse:
    """An error answer as the client wants it: our error object in JSON, or a page."""
    if wants_json(request):
        return JsonResponse(
            {"code": code, "message_zh": message, "retryable": retryable}, status=status
        )
    return render(request, "problem.html", {"message": message, "status": status}, status=status)


def int_above(text: str, limit: int) -> bool:
    """Whether `text` is anything but a number up to `limit`."""
    return not (text.isascii() and text.isdecimal()) or int(text[:20]) > limit


class LanguageMiddleware:
    """Say once for each request that it is answered in Chinese.

    While nobody has said it, Django finds that out anew for every text and every number.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        activate(settings.LANGUAGE_CODE)
        return self.get_response(request)


class BodyLimitMiddleware:
    """Answer 413 to a body that is too large, by its declared length, before a byte is parsed.

    A body without a length is read by Django as empty, so nothing slips past. Films are the one
    upload that may be larger, and only for those who are signed in.
    """

    LIMIT = 25 * 1024 * 1024
    FILM_LIMIT = 520 * 1024 * 1024
    FILM_PATH = "/cms/media/"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = self.LIMIT
        # Nobody reads the session for the common request: it stands further down the line.
        if int_above(length, limit) and request.path_info.startswith(self.FILM_PATH):
            key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            limit = self.FILM_LIMIT if SESSION_KEY in SessionStore(key) else self.LIMIT
        if int_above(length, limit):
            message = _("上传的内容过大，这里最多 %(size)s MB。请压缩或分开上传。") % {
                "size": limit // 1024 // 1024
            }
            return problem(request, status=413, code="too_large", message=message)
        return self.get_response(request)


class StrictInputMiddleware:
    """Refuse what no view of ours can use, the same on every database.

    Text with NUL or lone surrogates in path, query or form answers 400; so does a JSON body that
    `strict_json.parse` refuses. What it accepts stands in `request.json` (a dict).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if OVERSIZED_ID.search(request.path_info):
            return self.get_response_for_missing(request)
        if not strict_json.storable(request.path_info) or not self._storable(request.GET):
            return problem(
                request, status=400, code="bad_text", message=_("地址里有无法识别的字符。")
            )
        request.json = {}
        if request.content_type == JSON_TYPE and request.method not in {"GET", "HEAD"}:
            # Wagtail's admin has parsers of its own behind its own permission checks.
            if not request.path_info.startswith("/cms/"):
                try:
                    request.json = strict_json.parse(request.body)
                except strict_json.StrictJSONError as error:
                    return problem(request, status=400, code="bad_json", message=str(error))
        elif request.method == "POST" and not self._storable(request.POST):
            return problem(
                request, status=400, code="bad_text", message=_("提交的文字里有无法保存的字符。")
            )
        return self.get_response(request)

    def get_response_for_missing(self, request: HttpRequest) -> HttpResponse:
        return render(request, "404.html", status=404)

    @staticmethod
    def _storable(values) -> bool:
        return all(
            strict_json.storable(name) and all(map(strict_json.storable, found))
            for name, found in values.lists()
        )


class ContentPolicyMiddleware(CSPMiddleware):
    """The policy of pages for pages; JSON, which loads nothing, gets one that is not made anew."""

    NOTHING = "default-src 'none'; frame-ancestors 'none'"

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.get("Content-Type") == JSON_TYPE:
            response.setdefault(HEADER, self.NOTHING)
            return response
        return super().process_response(request, response)


class SecurityHeadersMiddleware:
    """Headers that Django has no setting for, and the admin's own content policy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=()"
        )
        if request.path_info.startswith("/cms/"):
            # A preview went through the middleware once before, as the page's public address.
            response.headers.pop("Content-Security-Policy", None)
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
            response.setdefault("X-Frame-Options", "SAMEORIGIN")  # the preview is a frame
        return response


class PrivateCacheMiddleware:
    """No shared cache keeps a page that was made for a signed-in member."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # In this order: a file with its own header costs neither a session nor `Vary: Cookie`.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
