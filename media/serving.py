"""Send a stored file as a browser's player wants it: whole, in ranges, or not again.

What may be read by whom is decided before, in `media.views`.
"""

from http import HTTPStatus
from mimetypes import guess_type

from django.http import Http404, HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseFileResponse
from whitenoise.responders import NotARegularFileError, Response, SlicedFile, StaticFile

# Renditions are for everyone. Everything under var/media that has no folder here stays in.
RENDITIONS = "images"
# Folders of sound and film, of their covers and captions, with the field that names the file.
LIBRARY = {"media": "file", "media_thumbnails": "thumbnail", "captions": "captions"}
# A name says what is in the file (random, with the spec): a change has a new name.
CACHE = "public, max-age=31536000, immutable"
LIBRARY_CACHE = "public, max-age=86400"
# Whether it may still be read is asked each time.
PRIVATE_CACHE = "private, no-cache"
TYPES = {".webp": "image/webp", ".vtt": "text/vtt; charset=utf-8", ".m4a": "audio/mp4"}
SHOWN = ("image/", "audio/", "video/")


class RangedFile(StaticFile):
    """WhiteNoise's file, with what players need besides: `If-Range` and ranges of one byte."""

    def get_response(self, method, request_headers):
        condition = request_headers.get("HTTP_IF_RANGE")
        if condition and condition not in {self.etag, self.last_modified_text}:
            request_headers = {**request_headers}
            request_headers.pop("HTTP_RANGE", None)
        return super().get_response(method, request_headers)

    def get_headers(self, headers_list, files):
        headers = super().get_headers(headers_list, files)
        self.last_modified_text = headers["Last-Modified"]
        return headers

    def get_range_response(self, range_header, base_headers, file_handle):
        headers = dict(base_headers)
        size = int(headers.pop("Content-Length"))
        start, end = self.get_byte_range(range_header, size)
        if start > end or start >= size:
            return self.get_range_not_satisfiable_response(file_handle, size)
        if file_handle is not None:
            file_handle = SlicedFile(file_handle, start, end)
        headers |= {
            "Content-Range": f"bytes {start}-{end}/{size}",
            "Content-Length": str(end - start + 1),
        }
        return Response(HTTPStatus.PARTIAL_CONTENT, list(headers.items()), file_handle)


def content_type(path: str) -> str:
    """Return the content type by the extension, for files that were checked when they came."""
    suffix = path[path.rfind(".") :].lower()
    return TYPES.get(suffix) or guess_type(path)[0] or "application/octet-stream"


def stored_file_response(request: HttpRequest, full_path: str, *, cache: str) -> HttpResponse:
    """Answer GET or HEAD for the regular file at `full_path`; raises `Http404` for anything else.

    200, 206 with `Content-Range`, 304 or 416; `cache` is its `Cache-Control`. What isn't a
    picture, a sound or a film is a download.
    """
    kind = content_type(full_path)
    headers = [
        ("Content-Type", kind),
        ("Cache-Control", cache),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Accept-Ranges", "bytes"),
    ]
    if not kind.startswith(SHOWN) or kind == "image/svg+xml":
        headers.append(("Content-Disposition", "attachment"))
    try:
        answer = RangedFile(full_path, headers).get_response(request.method, request.META)
    except (NotARegularFileError, OSError, ValueError) as error:
        raise Http404 from error
    response = WhiteNoiseFileResponse(answer.file or (), status=int(answer.status))
    del response["Content-Type"]
    for name, value in answer.headers:
        response[name] = value
    return response
