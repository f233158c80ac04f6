"""What every template of the public site may use."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TEXT_SIZES = {"m": _("标准"), "l": _("大"), "xl": _("特大")}


def site(request):
    """Return today, the text size from the cookie."""
    size = request.COOKIES.get("text", "m")
    return {
        "today": timezone.localdate(),
        "text_size": size if size in TEXT_SIZES else "m",
        "text_sizes": TEXT_SIZES,
    }
