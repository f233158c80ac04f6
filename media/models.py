"""The library of pictures, documents, sound and film."""

from celery import signature
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    ImageQuerySet,
    get_upload_to,
)
from wagtailmedia.models import AbstractMedia, MediaQuerySet

from media import fields

# After so many failures a picture's file is taken for lost, and the safety net lets it be.
MAX_FAILURES = 5


def order_renditions(image_pk: int) -> None:
    """Send the task by its name, for its module imports this one.

    A broker that is down costs nothing but time: the safety net finds the picture.
    """
    signature("media.tasks.make_renditions", args=(image_pk,)).apply_async()


class SiteImageQuerySet(ImageQuerySet):
    def lacking_renditions(self, specs: tuple[str, ...]):
        """Pictures for which one of the renditions `specs` has not been made, newest first."""
        made = Count(
            "renditions__filter_spec", filter=Q(renditions__filter_spec__in=specs), distinct=True
        )
        return (
            self.filter(rendition_failures__lt=MAX_FAILURES)
            .annotate(made=made)
            .filter(made__lt=len(specs))
            .order_by("-pk")
        )


class SiteImage(AbstractImage):
    """A picture with its alternative text (Wagtail's `description`, required) and its credit.

    The stored file was drawn anew by `media.pictures` and has a random name. The row is the order
    for its renditions: what is missing is made by `media.tasks`, again and again until it is there.
    """

    file = fields.PictureField(
        _("图片文件"), upload_to=get_upload_to, width_field="width", height_field="height"
    )
    credit = models.CharField(_("来源或作者"), max_length=100, blank=True)
    rendition_failures = models.PositiveSmallIntegerField(default=0, editable=False)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    objects = SiteImageQuerySet.as_manager()

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")

    def get_upload_to(self, filename: str) -> str:
        return fields.random_name("original_images", filename)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: order_renditions(self.pk), robust=True)


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            ),
        ]


class SiteDocument(AbstractDocument):
    """An uploaded file (an *index* document is something else: see `search`).

    It is stored under a random name and downloaded under `original_name`.
    """

    file = fields.DocumentField(_("文件"), upload_to=fields.document_path)
    original_name = models.CharField(_("文件名"), max_length=100, blank=True, editable=False)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文档")
        verbose_name_plural = _("文档")

    @property
    def filename(self) -> str:
        return self.original_name or super().filename

    @property
    def content_disposition(self) -> str:
        """Always a download: nothing that was uploaded is drawn inside our pages."""
        return "attachment"


class SiteMediaQuerySet(MediaQuerySet):
    def stored_at(self, field: str, name: str):
        """The sound or film whose `field` (file, thumbnail, captions) is the stored file `name`."""
        return self.filter(**{field: name}).select_related("collection")


class SiteMedia(AbstractMedia):
    """A sound or film, with captions for those who can't hear it."""

    file = fields.SoundOrFilmField(_("文件"), upload_to=fields.media_path)
    thumbnail = fields.ThumbnailField(_("封面"), upload_to=fields.thumbnail_path, blank=True)
    captions = fields.CaptionsField(_("字幕（WebVTT）"), upload_to=fields.captions_path, blank=True)

    admin_form_fields = (*AbstractMedia.admin_form_fields, "captions")

    objects = SiteMediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("音视频")
        verbose_name_plural = _("音视频")
