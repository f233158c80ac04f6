"""Uploads on their way out."""

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve

from media.serving import PUBLIC_FOLDERS, stored_file_response


@require_safe
def uploaded_file(request, path):
    """A public upload with byte ranges. Originals of pictures and documents are not among them."""
    folder, _, rest = path.partition("/")
    if folder not in PUBLIC_FOLDERS or not rest or "\\" in path or "//" in path:
        raise Http404
    try:
        full_path = safe_join(settings.MEDIA_ROOT, path)
    except SuspiciousFileOperation as error:
        raise Http404 from error
    if not full_path.endswith(f"/{path}"):  # `..` inside the path, normalised away
        raise Http404
    return stored_file_response(request, full_path, folder=folder)


@require_safe
def document(request, document_id, document_filename):
    """Wagtail's view, which checks the collection's privacy, with a stricter content policy."""
    response = serve(request, document_id, document_filename)
    if response.has_header("Content-Disposition"):
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-cache"
    return response
