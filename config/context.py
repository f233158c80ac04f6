"""What every template of the public site may use."""

from django.utils import timezone

from cms.text_sizes import TEXT_SIZES, text_size_of


def site(request):
    """Return today, the text size from the cookie."""
    return {
        "today": timezone.localdate(),
        "text_size": text_size_of(request),
        "text_sizes": TEXT_SIZES,
    }
