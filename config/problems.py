"""Errors as programs get them: one shape, whoever made the error.

{"code", "message_zh", "retryable", "request_id"} and what an app adds, such as the answer that the
server has instead. Apps answer with the first three; what comes from Django itself (a missing
page, a wrong method, a crash) gets them here.
"""

import json
import logging
import re
import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

JSON_TYPE = "application/json"
HEADER = "X-Request-ID"
# The admin's own scripts read the admin's own errors.
ADMIN = "/cms/"
# An identifier that a web server in front gave; anything else is not written to a log.
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
MEANINGS = {
    400: ("bad_request", _("请求无法识别，没有处理。")),
    401: ("signed_out", _("请先登录。")),
    403: ("forbidden", _("没有权限做这件事。")),
    404: ("not_found", _("没有找到。")),
    405: ("method_not_allowed", _("这个地址不接受这种请求。")),
    410: ("gone", _("内容已经撤下。")),
    429: ("too_many", _("请求太频繁，请稍后再试。")),
    500: ("server_error", _("系统出了问题，没有完成，请稍后再试。")),
}
OTHER = ("refused", _("请求没有完成。"))
RETRYABLE = frozenset({429, 500, 502, 503, 504})


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asks for or sends JSON, so that errors answer in kind."""
    return request.content_type == JSON_TYPE or JSON_TYPE in request.headers.get("Accept", "")


class ProblemMiddleware:
    """Give every error that a program meets the one shape, with an identifier that is logged.

    The identifier is the one that the web server in front gave in `X-Request-ID`, or a new one;
    it stands in the body, in the header of the same name and in the log.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or response.streaming or request.path.startswith(ADMIN):
            return response
        made = response.get("Content-Type", "").startswith(JSON_TYPE)
        return _shaped(request, response, made=made) if made or wants_json(request) else response


def _shaped(request: HttpRequest, response: HttpResponse, *, made: bool) -> HttpResponse:
    """`response` (`made`: of JSON already) with the shape completed; it keeps its headers."""
    status = response.status_code
    given = request.headers.get(HEADER, "")
    request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
    code, message = MEANINGS.get(status, OTHER)
    own = json.loads(response.content) if made and response.content else None
    body = {
        "code": code,
        "message_zh": str(message),
        "retryable": status in RETRYABLE,
        **(own if isinstance(own, dict) else {}),
        "request_id": request_id,
    }
    level = logging.ERROR if status >= 500 else logging.INFO
    logger.log(
        level, "%s %s: %s %s, %s", request.method, request.path, status, body["code"], request_id
    )
    response.content = json.dumps(body)
    response["Content-Type"] = JSON_TYPE
    response["Content-Length"] = str(len(response.content))
    response[HEADER] = request_id
    return response
