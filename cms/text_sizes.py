"""The sizes of text that a reader may choose; the browser keeps the choice in a cookie."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

TEXT_SIZES = {"m": _("标准"), "l": _("大"), "xl": _("特大")}


def text_size_of(request: HttpRequest) -> str:
    """The chosen size, a key of `TEXT_SIZES`; the usual one where none of ours was chosen."""
    size = request.COOKIES.get("text", "m")
    return size if size in TEXT_SIZES else "m"
