"""Factories of the library: small files, but real ones."""

import io
import zipfile

import factory
from django.core.files.base import ContentFile
from PIL import Image
from wagtail.models import Collection

from media.models import SiteDocument, SiteImage, SiteMedia


def picture_bytes(*, format="PNG", size=(60, 40), colour="#A61B1B", mode="RGB", **options) -> bytes:
    """A picture of one colour, as its file's bytes."""
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, format=format, **options)
    return buffer.getvalue()


def zip_bytes(entries: dict[str, bytes]) -> bytes:
    """A compressed archive with `entries` (name → content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx_bytes(body: str, *, doctype: str = "", **parts: str) -> bytes:
    """A Word file with `body` as its WordprocessingML; `parts` are further ones, by path."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def part(root: str, inside: str) -> bytes:
        return f'{doctype}<w:{root} xmlns:w="{name}">{inside}</w:{root}>'.encode()

    return zip_bytes(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            **{path: part("part", inside) for path, inside in parts.items()},
        }
    )


def pdf_bytes(
    *pages: str, raw_last_page: tuple[bytes, str] | None = None, repeat_last: int = 1
) -> bytes:
    """A PDF with one line per page; `raw_last_page` is (content stream, its filters), repeated so
    often."""
    streams = [
        (f"BT /F1 12 Tf 50 700 Td <{text.encode('utf-16-be').hex()}> Tj ET", "") for text in pages
    ]
    contents = [(stream.encode(), filters) for stream, filters in streams]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        b"/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
    ]
    kids = []
    if raw_last_page:
        contents += [raw_last_page]
    for number, (stream, filters) in enumerate(contents):
        head = f"<</Length {len(stream)}{f'/Filter {filters}' if filters else ''}>>".encode()
        objects.append(head + b"\nstream\n" + stream + b"\nendstream")
        last = raw_last_page and number == len(contents) - 1
        content = len(objects)
        for _again in range(repeat_last if last else 1):
            objects.append(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % content
            )
            kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()


def root_collection() -> Collection:
    """The root of the library; a test that flushes the database has taken it away."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")


PDF_BYTES = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MP4_BYTES = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(range(256)) * 8


class SiteImageFactory(factory.django.DjangoModelFactory):
    """A picture of 60 by 40 pixels; `size=` and `colour=` make others."""

    class Meta:
        model = SiteImage

    class Params:
        size = (60, 40)
        colour = "#A61B1B"

    title = factory.Sequence(lambda n: f"第{n}张照片")
    collection = factory.LazyFunction(root_collection)
    description = "车间里一台停着的行车"
    file = factory.LazyAttribute(
        lambda wanted: ContentFile(
            picture_bytes(size=wanted.size, colour=wanted.colour), name="photo.png"
        )
    )


class SiteDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteDocument

    title = factory.Sequence(lambda n: f"第{n}号附件")
    collection = factory.LazyFunction(root_collection)
    file = factory.LazyFunction(lambda: ContentFile(PDF_BYTES, name="附件.pdf"))


class SiteMediaFactory(factory.django.DjangoModelFactory):
    """A film that no player can play, but whose signature is right."""

    class Meta:
        model = SiteMedia

    title = factory.Sequence(lambda n: f"第{n}课")
    collection = factory.LazyFunction(root_collection)
    type = "video"
    duration = 400
    file = factory.LazyFunction(lambda: ContentFile(MP4_BYTES, name="lesson.mp4"))
