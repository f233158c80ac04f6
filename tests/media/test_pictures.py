"""The corpus of hostile and merely awkward pictures, made here byte by byte."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from media.errors import MediaError
from media.pictures import clean_picture
from tests.factories.media import picture_bytes

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG_BOMB = (
    b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&b;&b;&b;&b;</text></svg>'
)
SVG_OF_A_FILE = (
    b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bare_png(width: int, height: int, *, depth: int = 1, rows: int | None = None) -> bytes:
    """A grey PNG whose zero pixels pack a thousandfold; `rows` fewer than `height` truncates it."""
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    line = bytes(1 + (width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    count = height if rows is None else rows
    data = b"".join(packer.compress(line) for _ in range(count)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def animation(format: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (30, 20), ("red", "lime", "blue")[n % 3]) for n in range(frames)]
    buffer = io.BytesIO()
    pictures[0].save(buffer, format=format, save_all=True, append_images=pictures[1:])
    return buffer.getvalue()


def photograph(*, orientation: int = 6) -> bytes:
    """A JPEG, lying on its side, that tells where it was taken and by which camera."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Spycam"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (36.0, 40.0, 12.5)
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("#A61B1B", (0, 0, 60, 8))
    buffer = io.BytesIO()
    picture.save(
        buffer, format="JPEG", exif=exif, comment=b"Spycam comment", quality=95, subsampling=0
    )
    return buffer.getvalue()


def cleaned(data: bytes):
    return clean_picture(io.BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(MediaError) as raised:
        cleaned(data)
    return raised.value.code


def test_a_picture_of_sixty_thousand_pixels_squared_is_refused_by_its_header():
    data = bare_png(60_000, 60_000, rows=10)
    with pytest.raises(MediaError, match="图片像素过大") as raised:
        cleaned(data)
    assert raised.value.code == "too_many_pixels"


def test_a_tiny_file_that_unpacks_to_121_megapixels_is_refused():
    data = bare_png(11_000, 11_000)
    assert len(data) < 20_000
    assert refusal(data) == "too_many_pixels"


def test_forty_megapixels_are_the_limit_and_one_row_more_is_refused():
    assert refusal(bare_png(8_000, 5_001, rows=1)) == "too_many_pixels"
    with pytest.raises(MediaError) as raised:
        clean_picture(io.BytesIO(bare_png(100, 101)), max_pixels=10_000)
    assert raised.value.code == "too_many_pixels"
    assert clean_picture(io.BytesIO(bare_png(100, 100)), max_pixels=10_000).width == 100


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused(format):
    assert refusal(animation(format, 3)) == "animated"


def test_a_still_gif_becomes_a_png_of_the_same_size():
    picture = cleaned(picture_bytes(format="GIF"))
    assert (picture.format, picture.width, picture.height) == ("PNG", 60, 40)


@pytest.mark.parametrize(
    "data",
    [
        HTML,
        b"",
        b"\x89PNG\r\n\x1a\n",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        SVG_BOMB,
        SVG_OF_A_FILE,
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1000000000" height="1"/>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"BM" + bytes(60),
    ],
    ids=[
        "html",
        "empty",
        "only a signature",
        "svg",
        "svg with entities in entities",
        "svg that names a file",
        "svg of a thousand million pixels",
        "postscript",
        "bitmap",
    ],
)
def test_what_is_no_picture_of_an_accepted_kind_is_refused(data):
    with pytest.raises(MediaError, match="不是有效图片") as raised:
        cleaned(data)
    assert raised.value.code == "not_an_image"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_short_is_refused_as_damaged(format):
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, format=format)
    assert refusal(buffer.getvalue()[: len(buffer.getvalue()) // 2]) in {"damaged", "not_an_image"}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_page_appended_to_a_picture_is_gone(format):
    data = picture_bytes(format=format) + HTML + b"PK\x03\x04 and an archive"
    assert b"script" in data
    picture = cleaned(data)
    assert b"script" not in picture.bytes
    assert b"PK\x03\x04" not in picture.bytes


def test_place_camera_and_comment_are_gone_and_the_photograph_stands_upright():
    data = photograph()
    assert b"Spycam" in data
    picture = cleaned(data)
    again = Image.open(io.BytesIO(picture.bytes))
    assert (picture.width, picture.height) == again.size == (40, 60)
    assert dict(again.getexif()) == {}
    assert b"Spycam" not in picture.bytes
    assert b"Exif" not in picture.bytes
    # The red band lay at the top of the stored pixels; turned right it stands at the right edge.
    assert again.convert("RGB").getpixel((37, 30))[1] < 100
    assert again.convert("RGB").getpixel((5, 30))[1] > 200


def test_text_in_a_png_is_gone():
    data = bare_png(10, 10)
    at = data.index(b"IDAT") - 4
    data = data[:at] + chunk(b"tEXt", b"Comment\x00" + HTML) + data[at:]
    assert b"script" not in cleaned(data).bytes


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_stays_and_a_false_one_goes(format):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = cleaned(picture_bytes(format=format, icc_profile=profile))
    assert Image.open(io.BytesIO(kept.bytes)).info["icc_profile"] == profile
    dropped = cleaned(picture_bytes(format=format, icc_profile=HTML * 4))
    assert "icc_profile" not in Image.open(io.BytesIO(dropped.bytes)).info
    assert b"script" not in dropped.bytes


def test_printing_inks_become_screen_colours():
    picture = cleaned(picture_bytes(format="JPEG", mode="CMYK", colour=(0, 255, 255, 0)))
    red, green, blue = Image.open(io.BytesIO(picture.bytes)).getpixel((5, 5))
    assert red > 200
    assert green < 60
    assert blue < 60


def test_sixteen_bit_grey_keeps_its_tones():
    data = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(data, format="PNG")
    picture = cleaned(data.getvalue())
    assert 120 <= Image.open(io.BytesIO(picture.bytes)).getpixel((2, 2)) <= 136


def test_transparency_survives():
    picture = cleaned(picture_bytes(mode="RGBA", colour=(10, 20, 30, 0)))
    assert Image.open(io.BytesIO(picture.bytes)).getpixel((1, 1))[3] == 0


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_a_picture_ends_in_a_picture_or_in_a_clear_refusal(data):
    format = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
    original = bytearray(picture_bytes(format=format))
    for _ in range(data.draw(st.integers(1, 6))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = cleaned(bytes(original))
    except MediaError:
        return
    assert Image.open(io.BytesIO(picture.bytes)).size == (picture.width, picture.height)
