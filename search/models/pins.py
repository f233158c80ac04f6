"""Results that editors put first."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from search.models.suggestions import SuggestionTerm
from search.text import key_of

MOST_PINNED = 3


class Pin(ClusterableModel):
    """What an editor puts first for one thing that readers search in one or several wordings."""

    class Meta:
        verbose_name = _("置顶结果")
        verbose_name_plural = _("置顶结果")
        ordering = ["-pk"]

    def __str__(self):
        return "、".join(wording.text for wording in self.wordings.all())


class PinWording(models.Model):
    """One wording of a pin. `key` is what counts: width, script and marks make no difference."""

    pin = ParentalKey(Pin, on_delete=models.CASCADE, related_name="wordings")
    text = models.CharField(_("搜索词"), max_length=100, help_text=_("读者会输入的词，例如：入会"))
    key = models.CharField(
        max_length=100,
        unique=True,
        editable=False,
        error_messages={"unique": _("这个搜索词已经有置顶。")},
    )

    class Meta:
        verbose_name = _("置顶的搜索词")
        verbose_name_plural = _("置顶的搜索词")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="pin_wording_has_letters"),
        ]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Keep `key` in step with `text`."""
        self.key = key_of(self.text)
        super().save(*args, **kwargs)

    def clean(self):
        """The text holds letters, and no other pin has it."""
        self.key = key_of(self.text)
        if not self.key:
            raise ValidationError({"text": _("要有文字。")})
        if PinWording.objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise ValidationError({"text": _("这个搜索词已经有置顶。")})


class PinnedResultQuerySet(models.QuerySet):
    """Reads of the pinned results."""

    def for_key(self, key: str) -> list[tuple[str, str]]:
        """Pairs (kind, key of the row) that editors put first for the folded query `key`, in
        order. Whether they are public is for the caller to see."""
        if not key:
            return []
        rows = self.filter(pin__wordings__key=key).order_by("sort_order", "pk")
        return list(rows.values_list("kind", "key")[:MOST_PINNED])


class PinnedResult(Orderable):
    """A row put first. It is named by its address and kept by kind and key, so that a new address
    changes nothing."""

    pin = ParentalKey(Pin, on_delete=models.CASCADE, related_name="results")
    address = models.CharField(
        _("网址"),
        max_length=500,
        help_text=_("在网站上打开要置顶的内容，复制它的网址贴在这里。"),
    )
    kind = models.CharField(_("类型"), max_length=40, editable=False)
    key = models.CharField(_("编号"), max_length=64, editable=False)

    objects = PinnedResultQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("置顶的内容")
        verbose_name_plural = _("置顶的内容")
        constraints = [
            models.UniqueConstraint(fields=["pin", "kind", "key"], name="one_place_per_pin"),
            models.CheckConstraint(
                condition=Q(sort_order__lt=MOST_PINNED), name="three_pinned_at_most"
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="pinned_is_a_row"),
        ]

    def __str__(self):
        return self.address

    def clean(self):
        """The address is that of something that can be found."""
        try:
            path = urlsplit(self.address.strip()).path
        except ValueError:  # as for http://[abc
            path = ""
        term = SuggestionTerm.objects.filter(url=path).exclude(url="").first()
        if term is None:
            raise ValidationError(
                {"address": _("搜索里没有这个网址的内容。要是刚发布的，过一分钟再试。")}
            )
        self.address, self.kind, self.key = path, term.kind, term.key
