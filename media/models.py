"""The library of pictures, documents, sound and film."""

from datetime import datetime, timedelta

from celery import signature
from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document, DocumentQuerySet
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    ImageQuerySet,
    get_upload_to,
)
from wagtail.models import CollectionViewRestriction
from wagtailmedia.models import AbstractMedia, MediaQuerySet

from media import fields
from media.reader import READABLE, UNREADABLE

# After so many failures a picture's file is taken for lost, and the safety net lets it be.
MAX_FAILURES = 5
# So long a worker may take over a document before another one is sent.
LEASE = timedelta(minutes=5)


def order_renditions(image_pk: int) -> None:
    """Send the task by its name, for its module imports this one.

    A broker that is down costs nothing but time: the safety net finds the picture.
    """
    signature("media.tasks.make_renditions", args=(image_pk,)).apply_async()


def outside_private_collections(rows: models.QuerySet) -> models.QuerySet:
    """Those of `rows` (of the library) that lie in no collection with a view restriction, and
    below none."""
    closed = CollectionViewRestriction.objects.annotate(
        of_row=models.ExpressionWrapper(OuterRef("collection__path"), models.CharField())
    )
    return rows.filter(~Exists(closed.filter(of_row__startswith=F("collection__path"))))


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


class SiteDocumentQuerySet(DocumentQuerySet):
    def public(self) -> "SiteDocumentQuerySet":
        """Documents that every reader may download."""
        return outside_private_collections(self)

    def lacking_text(self) -> "SiteDocumentQuerySet":
        """Documents with text that nobody has ordered yet: older than the order itself."""
        kinds = Q()
        for kind in sorted(READABLE | UNREADABLE):
            kinds |= Q(file__endswith=f".{kind}")
        return self.filter(kinds, text=None).order_by("-pk")

    def lacking_part_of_text(self) -> "SiteDocumentQuerySet":
        """Documents that the search knows not at all, or not wholly, newest first."""
        states = [DocumentText.State.FAILED, DocumentText.State.TOO_LARGE]
        return self.filter(text__state__in=states).select_related("text").order_by("-pk")


class SiteDocument(AbstractDocument):
    """An uploaded file (an *index* document is something else: see `search`).

    It is stored under a random name and downloaded under `original_name`.
    """

    file = fields.DocumentField(_("文件"), upload_to=fields.document_path)
    original_name = models.CharField(_("文件名"), max_length=100, blank=True, editable=False)

    admin_form_fields = Document.admin_form_fields

    objects = SiteDocumentQuerySet.as_manager()

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文档")
        verbose_name_plural = _("文档")

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Save it and, by the signal (`media.signals`), the order for its text, or neither."""
        super().save(*args, **kwargs)

    @property
    def filename(self) -> str:
        return self.original_name or super().filename

    @property
    def content_disposition(self) -> str:
        """Always a download: nothing that was uploaded is drawn inside our pages."""
        return "attachment"


class DocumentTextQuerySet(models.QuerySet):
    """Reads of the orders."""

    def due(self, now: datetime) -> "DocumentTextQuerySet":
        """What waits, and whose message was lost or whose worker died; oldest first."""
        return self.filter(state=DocumentText.State.PENDING, retry_at__lte=now).order_by("pk")


class DocumentText(models.Model):
    """The text of a document's file, for the search. The row is the order for it (an outbox):
    written with the upload, worked off by `media.tasks`, sent again until it is done."""

    class State(models.TextChoices):
        PENDING = "pending", _("等待读取")
        DONE = "done", _("已收录")
        FAILED = "failed", _("读不出")
        TOO_LARGE = "too_large", _("过大，只收录了一部分")

    document = models.OneToOneField(
        SiteDocument, models.CASCADE, related_name="text", verbose_name=_("文档")
    )
    source = models.CharField(_("读的文件"), max_length=100, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PENDING)
    # Why the state is what it is: a key of `REASONS`, or "".
    reason = models.CharField(_("原因"), max_length=20, blank=True)
    text = models.TextField(_("文字"), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(default=timezone.now)

    objects = DocumentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("文档文字")
        verbose_name_plural = _("文档文字")
        indexes = [
            models.Index(
                fields=["retry_at"], condition=Q(state="pending"), name="document_text_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(text=""), name="pending_document_has_no_text"
            )
        ]

    def __str__(self):
        return f"{self.document} {self.get_state_display()}"

    @property
    def outcome(self) -> str:
        """The state in a sentence that tells the editor what to do."""
        limits = {
            "pages": settings.DOCUMENT_TEXT["MAX_PAGES"],
            "characters": settings.DOCUMENT_TEXT["MAX_CHARACTERS"],
            "megabytes": settings.DOCUMENT_TEXT["MAX_MB"],
        }
        if self.state == self.State.PENDING:
            return str(_("附件文字正在读取，稍后可以搜到。"))
        if self.state == self.State.DONE:
            return str(_("附件文字已收录，共 %(count)d 字。") % {"count": len(self.text)})
        return str(REASONS.get(self.reason, REASONS["damaged"]) % limits)


# Why a text is lacking, for the editor.
REASONS = {
    "pages": _("超过 %(pages)d 页，搜索只收录了前面的部分。"),
    "characters": _("超过 %(characters)d 字，搜索只收录了前面的部分。"),
    "bytes": _("文件超过 %(megabytes)d MB，附件文字没有收录。请压缩或拆分后再传。"),
    "unpacked": _("文件展开后过大，搜索只收录了前面的部分。"),
    "memory": _("文件过于复杂，搜索只收录了能读出的部分。"),
    "time": _("读取超时，搜索只收录了能读出的部分。"),
    "encrypted": _("文件有打开密码，附件文字没有收录。请去掉密码后再传。"),
    "damaged": _("文件读不出，可能已损坏。请用原来的软件重新导出后再传。"),
    "empty": _("文件里没有文字，可能是扫描件。要能被搜到，请上传带文字的版本。"),
    "old_word": _("旧版 Word（.doc）读不出文字。要能被搜到，请另存为 .docx 或 PDF 再传。"),
    # Out of reach, or each try ended with its worker: from outside it is the same.
    "unreachable": _("读了几次都没有读完，附件文字没有收录。请另存后再传，或联系管理员。"),
}


class SiteMediaQuerySet(MediaQuerySet):
    def public(self) -> "SiteMediaQuerySet":
        """Sound and film in no private collection."""
        return outside_private_collections(self)

    def stored_at(self, field: str, name: str):
        """The sound or film whose `field` (file, thumbnail, captions) is the stored file `name`."""
        return self.filter(**{field: name}).select_related("collection")


class SiteMedia(AbstractMedia):
    """A sound or film, with captions for those who can't hear it."""

    file = fields.SoundOrFilmField(_("文件"), upload_to=fields.media_path)
    thumbnail = fields.ThumbnailField(_("封面"), upload_to=fields.thumbnail_path, blank=True)
    captions = fields.CaptionsField(_("字幕（WebVTT）"), upload_to=fields.captions_path, blank=True)
    # What is spoken, for the search. Stands after `captions`, which writes it.
    captions_text = models.TextField(blank=True, default="", editable=False)

    admin_form_fields = (*AbstractMedia.admin_form_fields, "captions")

    objects = SiteMediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("音视频")
        verbose_name_plural = _("音视频")

    def save(self, *args, **kwargs):
        if not self.captions:
            self.captions_text = ""
        super().save(*args, **kwargs)
