"""Make an uploaded picture safe by drawing it anew. Pure: bytes in, bytes out.

What the camera or a prankster put beside the pixels (place, serial number, comments, a web page
after the last byte) doesn't survive, because only the pixels and the colour profile are written.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from media.errors import MediaError

# Decoded, 40 megapixels take up to 160 MB, and a second copy while turning.
MAX_PIXELS = 40_000_000
LARGEST_PROFILE = 64 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A telephone's JPEG may carry further views (MPO); the first one is the picture.
MOVING = {"GIF", "PNG", "WEBP"}
# Still GIFs become PNG: the same pixels, and one decoder less to trust.
WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
OPTIONS = {"JPEG": {"quality": 90}, "PNG": {}, "WEBP": {"quality": 90}}
MODES = {
    "JPEG": {"L", "RGB"},
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"},
    "WEBP": {"RGB", "RGBA"},
}
# What Pillow's decoders raise on files that only pretend.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
)

TOO_MANY_PIXELS = _("图片像素过大，最多 4000 万像素。请缩小后再传。")
NOT_AN_IMAGE = _("不是有效图片。请用 JPG、PNG 或 WebP 格式的照片。")


@dataclass(frozen=True)
class CleanPicture:
    """A picture drawn anew: `format` is JPEG, PNG or WEBP; sizes in pixels after turning."""

    bytes: bytes
    format: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.format]


def clean_picture(file: BinaryIO, *, max_pixels: int = MAX_PIXELS) -> CleanPicture:
    """Return the picture in `file` (seekable, binary) upright and without anything but its pixels.

    Raises `MediaError` with the code `not_an_image`, `too_many_pixels` (judged by the header,
    before a pixel is decoded), `animated` or `damaged`.
    """
    image = _opened(file)
    if image.width * image.height > max_pixels:
        raise MediaError("too_many_pixels", TOO_MANY_PIXELS)
    source = image.format
    try:
        if source in MOVING and getattr(image, "n_frames", 1) > 1:
            raise MediaError("animated", _("不能用动图。请换成静态图片，动态内容请传视频。"))
        image.load()
        upright = ImageOps.exif_transpose(image)
        written = WRITTEN_AS[source]
        upright, profile = _plain(upright, written)
        buffer = io.BytesIO()
        upright.save(buffer, format=written, icc_profile=profile, **OPTIONS[written])
    except MemoryError as error:
        raise MediaError("too_many_pixels", TOO_MANY_PIXELS) from error
    except BROKEN as error:
        raise MediaError("damaged", _("图片已损坏，打不开。请重新导出后再传。")) from error
    return CleanPicture(buffer.getvalue(), written, upright.width, upright.height)


def _opened(file: BinaryIO) -> Image.Image:
    try:
        file.seek(0)
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise MediaError("too_many_pixels", TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise MediaError("not_an_image", NOT_AN_IMAGE) from error
    except BROKEN as error:
        raise MediaError("not_an_image", NOT_AN_IMAGE) from error


def _plain(image: Image.Image, written: str) -> tuple[Image.Image, bytes | None]:
    """Return the image in a mode that every browser draws, with a profile that is one."""
    profile = _profile(image.info.get("icc_profile"))
    transparency = image.info.get("transparency")
    if image.mode == "CMYK":
        image, profile = _from_print(image, image.info.get("icc_profile")), None
    elif image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode not in MODES[written]:
        see_through = image.mode in {"LA", "PA", "RGBa", "La"} or transparency is not None
        image = image.convert("RGBA" if see_through and written != "JPEG" else "RGB")
        transparency = None
    # Pillow writes some of `info` back (a JPEG's comment, a PNG's resolution): start from nothing.
    image.info = {} if transparency is None else {"transparency": transparency}
    return image, profile


def _profile(found: bytes | None) -> bytes | None:
    """The colour profile if it is one: bytes that merely claim to be would be a hiding place."""
    if not found or len(found) > LARGEST_PROFILE:
        return None
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(found))
    except (OSError, ImageCms.PyCMSError):
        return None
    return found


def _from_print(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Four printing inks to screen colours, by the picture's own profile when it has one."""
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile or b"")),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (OSError, ImageCms.PyCMSError):
        return image.convert("RGB")
