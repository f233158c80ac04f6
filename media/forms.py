"""The forms of Wagtail's libraries, with our checks at their fields."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from tinytag import TinyTag, TinyTagException
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from media.errors import MediaError
from media.fields import cleaned
from media.files import check_captions, check_document, check_media
from media.models import DocumentText
from media.names import display_name
from media.pictures import NOT_AN_IMAGE, TOO_MANY_PIXELS


class CleanTitleMixin:
    """A title often is a file's name: it may not turn the line around or name a path."""

    def clean_title(self) -> str:
        # What was typed isn't shortened; the field says how much there may be.
        return display_name(self.cleaned_data["title"], longest=255)

    def checked(self, name: str, check):
        """Return the value of the file field `name`, after `check(file)` if it is a new upload."""
        value = self.cleaned_data.get(name)
        if not isinstance(value, UploadedFile):
            return value
        try:
            return check(value) or value
        except MediaError as error:
            raise ValidationError(error.message, code=error.code) from error


class ImageForm(CleanTitleMixin, BaseImageForm):
    """Draws the picture anew and asks for its alternative text."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].error_messages |= {
                "invalid_image": NOT_AN_IMAGE,
                "invalid_image_known_format": NOT_AN_IMAGE,
                "file_too_many_pixels": TOO_MANY_PIXELS,
            }
        if "description" in self.fields:
            self.fields["description"].required = True
            self.fields["description"].label = _("替代文字")
            self.fields["description"].help_text = _(
                "一句话说清图里有什么，读屏的人靠它。不要写“图片”二字，也不要重复标题。"
            )

    def clean_file(self):
        return self.checked("file", cleaned)


class DocumentForm(CleanTitleMixin, BaseDocumentForm):
    """Says at the file what the search knows of its text."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text = DocumentText.objects.filter(document=self.instance.pk).first()
        if "file" in self.fields and text:
            self.fields["file"].help_text = text.outcome

    def clean_file(self):
        return self.checked(
            "file",
            lambda file: check_document(
                file,
                file.name,
                allowed=settings.WAGTAILDOCS_EXTENSIONS,
                max_bytes=settings.WAGTAILDOCS_MAX_UPLOAD_SIZE,
            ),
        )


class MediaForm(CleanTitleMixin, BaseMediaForm):
    def clean_file(self):
        return self.checked(
            "file", lambda file: check_media(file, file.name, kind=self.instance.type)
        )

    def clean_thumbnail(self):
        return self.checked("thumbnail", cleaned)

    def clean_captions(self):
        return self.checked("captions", check_captions)

    def clean(self):
        values = super().clean()
        file = values.get("file")
        if isinstance(file, UploadedFile) and not values.get("duration"):
            values["duration"] = duration_of(file)
        return values


def duration_of(file: UploadedFile) -> float:
    """Return the length of a sound or film in seconds, 0 when its header doesn't say."""
    try:
        return round(TinyTag.get(filename=file.name, file_obj=file).duration or 0, 1)
    except (TinyTagException, OSError, ValueError):
        return 0
    finally:
        file.seek(0)
