"""Uploads on their way out."""

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve
from wagtail.documents.wagtail_hooks import check_view_restrictions

from media.models import SiteMedia
from media.serving import (
    CACHE,
    LIBRARY,
    LIBRARY_CACHE,
    PRIVATE_CACHE,
    RENDITIONS,
    stored_file_response,
)


@require_safe
def uploaded_file(request, path):
    """An upload with byte ranges. Originals of pictures and documents are not among them.

    Sound, film and what belongs to them obey the privacy of their collection as documents do.
    """
    folder, _, rest = path.partition("/")
    if folder not in {RENDITIONS, *LIBRARY} or not rest or "\\" in path or "//" in path:
        raise Http404
    full_path = _stored(path)
    if folder == RENDITIONS:
        return stored_file_response(request, full_path, cache=CACHE)
    media = SiteMedia.objects.stored_at(LIBRARY[folder], path).first()
    if media is None:
        raise Http404
    if refusal := check_view_restrictions(media, request):
        return refusal
    private = media.collection.get_view_restrictions().exists()
    return stored_file_response(
        request, full_path, cache=PRIVATE_CACHE if private else LIBRARY_CACHE
    )


def _stored(path: str) -> str:
    """The file of `path` under var/media; raises `Http404` where the path leads elsewhere."""
    try:
        full_path = safe_join(settings.MEDIA_ROOT, path)
    except SuspiciousFileOperation as error:
        raise Http404 from error
    if not full_path.endswith(f"/{path}"):  # `..` inside the path, normalised away
        raise Http404
    return full_path


@require_safe
def document(request, document_id, document_filename):
    """Wagtail's view, which checks the collection's privacy, with a stricter content policy."""
    response = serve(request, document_id, document_filename)
    if response.has_header("Content-Disposition"):
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-cache"
    return response
