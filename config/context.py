"""What every template of the public site may use."""

from django.conf import settings
from django.utils import timezone

TEXT_SIZES = {"m": "标准", "l": "大", "xl": "特大"}


def site(request):
    """Return today, the text size from the cookie, and the legal lines of the footer."""
    size = request.COOKIES.get("text", "m")
    return {
        "today": timezone.localdate(),
        "text_size": size if size in TEXT_SIZES else "m",
        "text_sizes": TEXT_SIZES,
        "icp_number": settings.ICP_NUMBER,
    }
