"""Rules for every request and response, each in one place."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config import strict_json

# Longer runs of digits in a path are no identifier of ours and overflow SQLite's integers.
OVERSIZED_ID = re.compile(r"\d{19,}")
JSON_TYPE = "application/json"


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asks for or sends JSON, so that errors answer in kind."""
    return request.content_type == JSON_TYPE or JSON_TYPE in request.headers.get("Accept", "")


def problem(
    request: HttpRequest, *, status: int, code: str, message: str, retryable: bool = False
) -> HttpResponse:
    """An error answer as the client wants it: our error object in JSON, or a page."""
    if wants_json(request):
        return JsonResponse(
            {"code": code, "message_zh": message, "retryable": retryable}, status=status
        )
    return render(request, "problem.html", {"message": message, "status": status}, status=status)


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
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
            response.setdefault("X-Frame-Options", "SAMEORIGIN")  # the preview is a frame
        return response


class PrivateCacheMiddleware:
    """No shared cache keeps a page that was made for a signed-in member."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
