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
