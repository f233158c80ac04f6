"""Judge an uploaded document, sound, film or captions by what it holds, not by its name. Pure."""

import io
import re
import stat
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from media.errors import MediaError
from media.names import extension

MIB = 1024 * 1024
MAX_DOCUMENT_BYTES = 20 * MIB
MAX_MEDIA_BYTES = 500 * MIB
MAX_CAPTIONS_BYTES = MIB
# An archive is a bomb when it is both large and absurdly well packed.
BOMB_BYTES = 64 * MIB
BOMB_RATIO = 50
MAX_ENTRIES = 5_000

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = {
    "pdf": PDF,
    "zip": ZIP,
    "docx": ZIP,
    "xlsx": ZIP,
    "pptx": ZIP,
    "doc": OLE,
    "xls": OLE,
    "ppt": OLE,
}
OFFICE_FOLDER = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
RUNNABLE = re.compile(
    r"\.(exe|com|scr|bat|cmd|msi|ps1|vbs|js|jse|wsf|hta|lnk|jar|apk|dll|html?|svg|"
    r"docm|dotm|xlsm|xltm|xlam|pptm|potm|ppsm)$",
    re.IGNORECASE,
)
AUDIO = frozenset({"mp3", "m4a", "ogg"})
VIDEO = frozenset({"mp4", "webm"})

EXTENSION = _("不能传这种文件。可以传：%(allowed)s。")
TOO_LARGE = _("文件过大，最大 %(size)s MB。")
WRONG_TYPE = _("文件内容与扩展名不符，请用原来的软件重新导出后再传。")
MACRO = _("文件里有宏，不能发布。请另存为不含宏的格式或 PDF。")
BAD_ARCHIVE = _("压缩内容不安全或已损坏，不能发布。请重新打包后再传。")


def size_of(file: BinaryIO) -> int:
    """Return the length of `file` in bytes and leave it at its start."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    return length


def check_document(
    file: BinaryIO, name: str, *, allowed: list[str], max_bytes: int = MAX_DOCUMENT_BYTES
) -> None:
    """Refuse with `MediaError` a document that isn't what its name says, or that could do harm.

    `file` is seekable and binary and stands at its start afterwards. Codes: `extension`,
    `too_large`, `wrong_type`, `macro`, `bad_archive`.
    """
    kind = extension(name)
    if kind not in allowed:
        raise MediaError("extension", EXTENSION % {"allowed": " ".join(sorted(allowed))})
    _check_size(file, max_bytes)
    try:
        if kind == "txt":
            _check_text(file)
        elif not file.read(8).startswith(SIGNATURES.get(kind, b"")):
            raise MediaError("wrong_type", WRONG_TYPE)
        if SIGNATURES.get(kind) == ZIP:
            _check_archive(file, kind)
        if SIGNATURES.get(kind) == OLE:
            file.seek(0)
            if OLE_MACROS in file.read():
                raise MediaError("macro", MACRO)
    finally:
        file.seek(0)


def check_media(file: BinaryIO, name: str, *, kind: str, max_bytes: int = MAX_MEDIA_BYTES) -> None:
    """Refuse with `MediaError` what isn't a sound (`kind="audio"`) or film (`"video"`) we play."""
    allowed = AUDIO if kind == "audio" else VIDEO
    found = extension(name)
    if found not in allowed:
        raise MediaError("extension", EXTENSION % {"allowed": " ".join(sorted(allowed))})
    _check_size(file, max_bytes)
    head = file.read(64)
    file.seek(0)
    matches = {
        "mp4": head[4:8] == b"ftyp",
        "m4a": head[4:8] == b"ftyp",
        "webm": head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head,
        "ogg": head.startswith(b"OggS"),
        "mp3": head.startswith(b"ID3")
        or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0),
    }
    if not matches[found]:
        raise MediaError("wrong_type", WRONG_TYPE)


def check_captions(file: BinaryIO) -> None:
    """Refuse with `MediaError` captions that aren't WebVTT in UTF-8 of at most 1 MiB."""
    message = _("字幕要用 WebVTT 格式（.vtt，UTF-8 编码，第一行是 WEBVTT）。")
    if size_of(file) > MAX_CAPTIONS_BYTES:
        raise MediaError("too_large", _("字幕文件过大，最大 1 MB。"))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaError("bad_captions", message) from error
    finally:
        file.seek(0)
    if not re.match(r"WEBVTT([ \t].*)?(\r?\n|$)", text) or "\x00" in text:
        raise MediaError("bad_captions", message)


def _check_size(file: BinaryIO, max_bytes: int) -> None:
    if size_of(file) > max_bytes:
        raise MediaError("too_large", TOO_LARGE % {"size": max_bytes // MIB})


def _check_text(file: BinaryIO) -> None:
    data = file.read()
    if b"\x00" in data:
        raise MediaError("wrong_type", WRONG_TYPE)
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise MediaError("wrong_type", WRONG_TYPE)


def _check_archive(file: BinaryIO, kind: str) -> None:
    """Read the directory only: nothing is unpacked here."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            packed = size_of(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise MediaError("bad_archive", BAD_ARCHIVE) from error
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len({name.casefold() for name in names}) != len(names):
        raise MediaError("bad_archive", BAD_ARCHIVE)
    if any(_leads_out(entry) for entry in entries):
        raise MediaError("bad_archive", BAD_ARCHIVE)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > BOMB_BYTES and unpacked > packed * BOMB_RATIO:
        raise MediaError("bad_archive", BAD_ARCHIVE)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise MediaError("macro", MACRO)
    if kind in OFFICE_FOLDER:
        if "[Content_Types].xml" not in names or not any(
            name.startswith(OFFICE_FOLDER[kind]) for name in names
        ):
            raise MediaError("wrong_type", WRONG_TYPE)
    elif any(RUNNABLE.search(name) for name in names):
        raise MediaError("macro", _("压缩包里有程序、网页或带宏的文件，不能发布。"))


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Whether unpacking the entry could write outside the target folder."""
    # `filename` has lost what followed a NUL and `orig_filename` hasn't.
    name = entry.orig_filename
    link = stat.S_ISLNK(entry.external_attr >> 16)
    return (
        link
        or name.startswith("/")
        or "\\" in name
        or "\x00" in name
        or re.match("[A-Za-z]:", name) is not None
        or ".." in name.split("/")
    )
