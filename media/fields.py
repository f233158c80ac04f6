"""Model fields that judge a file at the only door to the storage.

Wagtail's multiple upload, its choosers, commands and tests all end in `FieldFile.save`; what is
checked there holds for each of them. Forms check earlier, so that errors stand at their field.
"""

import uuid

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models.fields.files import FieldFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from media.files import check_captions, check_document, check_media
from media.names import extension, file_name
from media.pictures import clean_picture
from media.plain_text import captions_text


class CleanedPicture(ContentFile):
    """A picture that `clean_picture` has drawn; the fields take it as it is."""

    def __init__(self, file) -> None:
        picture = clean_picture(file)
        super().__init__(picture.bytes, name=f"picture.{picture.extension}")
        self.width, self.height = picture.width, picture.height


def cleaned(content: File) -> CleanedPicture:
    """Return `content` drawn anew, unless it has been. Raises `MediaError`."""
    source = getattr(content, "file", content)
    if isinstance(content, CleanedPicture):
        return content
    return source if isinstance(source, CleanedPicture) else CleanedPicture(content)


def random_name(folder: str, name: str) -> str:
    """Return a path in `folder` that can't be guessed and keeps nothing of `name` but its kind."""
    suffix = extension(name)
    return f"{folder}/{uuid.uuid4().hex}{'.' + suffix if suffix else ''}"


def document_path(instance, name: str) -> str:
    return random_name("documents", name)


def media_path(instance, name: str) -> str:
    return random_name("media", name)


def thumbnail_path(instance, name: str) -> str:
    return random_name("media_thumbnails", name)


def captions_path(instance, name: str) -> str:
    return random_name("captions", name)


class PictureFile(WagtailImageFieldFile):
    def save(self, name, content, save=True):
        picture = cleaned(content)
        super().save(picture.name, picture, save)


class PictureField(WagtailImageField):
    attr_class = PictureFile


class ThumbnailFile(FieldFile):
    def save(self, name, content, save=True):
        picture = cleaned(content)
        super().save(picture.name, picture, save)


class ThumbnailField(models.FileField):
    attr_class = ThumbnailFile


class DocumentFile(FieldFile):
    def save(self, name, content, save=True):
        check_document(
            content,
            name,
            allowed=settings.WAGTAILDOCS_EXTENSIONS,
            max_bytes=settings.WAGTAILDOCS_MAX_UPLOAD_SIZE,
        )
        self.instance.original_name = file_name(name)
        super().save(name, content, save)


class DocumentField(models.FileField):
    attr_class = DocumentFile


class SoundOrFilmFile(FieldFile):
    def save(self, name, content, save=True):
        check_media(content, name, kind=self.instance.type)
        super().save(name, content, save)


class SoundOrFilmField(models.FileField):
    attr_class = SoundOrFilmFile


class CaptionsFile(FieldFile):
    def save(self, name, content, save=True):
        check_captions(content)
        self.instance.captions_text = captions_text(content.read().decode("utf-8-sig"))
        content.seek(0)
        super().save("captions.vtt", content, save)


class CaptionsField(models.FileField):
    attr_class = CaptionsFile
