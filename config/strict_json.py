"""Parse JSON from clients so that SQLite and PostgreSQL see the same, storable values."""

import json
from typing import Any

from django.utils.translation import gettext as _

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
MAX_INTEGER = 2**53
UNSTORABLE = "\x00"


class StrictJSONError(ValueError):
    """The body is not JSON that we take; `str(error)` says why, in Chinese."""


def storable(text: str) -> bool:
    """Whether `text` can be stored by every database: no NUL, no lone surrogate."""
    return UNSTORABLE not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def parse(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body` (UTF-8).

    Refused with `StrictJSONError`: more than 64 KiB, anything but an object at the top, nesting
    over 20 levels, integers beyond 2**53, NaN and infinities, repeated names, text with NUL or
    lone surrogates.
    """
    if len(body) > MAX_BYTES:
        raise StrictJSONError(_("请求内容过大，请分批提交。"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJSONError(_("请求内容不是 UTF-8 编码。")) from error
    if _depth(text) > MAX_DEPTH:
        raise StrictJSONError(_("请求内容嵌套过深。"))
    try:
        value = json.loads(
            text, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except StrictJSONError:
        raise
    except ValueError as error:
        raise StrictJSONError(_("请求内容不是有效的 JSON。")) from error
    if not isinstance(value, dict):
        raise StrictJSONError(_("请求内容应为一个对象。"))
    _check_text(value)
    return value


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings, found without recursion."""
    depth = deepest = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise StrictJSONError(_("请求中的整数超出范围。"))
    return int(digits)


def _constant(name: str) -> float:
    raise StrictJSONError(_("请求中不能有 %(name)s。") % {"name": name})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise StrictJSONError(_("请求中有重复的字段。"))
    return found


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        if not storable(value):
            raise StrictJSONError(_("请求中有无法保存的字符。"))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
