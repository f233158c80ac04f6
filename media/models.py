"""The library of pictures, documents, sound and film."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia


class SiteImage(AbstractImage):
    """A picture with its alternative text (Wagtail's `description`, required) and its credit."""

    credit = models.CharField(_("来源或作者"), max_length=100, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            ),
        ]


class SiteDocument(AbstractDocument):
    """An uploaded file (an *index* document is something else: see `search`)."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文档")
        verbose_name_plural = _("文档")


class SiteMedia(AbstractMedia):
    """A sound or film, with captions for those who can't hear it."""

    captions = models.FileField(_("字幕（WebVTT）"), upload_to="captions", blank=True)

    admin_form_fields = (*AbstractMedia.admin_form_fields, "captions")

    class Meta:
        verbose_name = _("音视频")
        verbose_name_plural = _("音视频")
