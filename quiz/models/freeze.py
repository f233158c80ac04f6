"""The order to freeze a draw's tickets, while it is carried out."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz.models.draw import Draw
from unions.models import Member

# So long a worker may be silent about a freeze before another one takes it over.
LEASE = timedelta(minutes=3)


class FreezeOrderQuerySet(models.QuerySet):
    def under_way(self) -> "FreezeOrderQuerySet":
        """Neither done nor given up."""
        return self.filter(ended_at__isnull=True)

    def due(self, now: datetime) -> "FreezeOrderQuerySet":
        """Under way, and nobody has been at it for a while: lost, or its worker died."""
        return self.under_way().filter(touched_at__lte=now - LEASE).order_by("pk")


class FreezeOrder(models.Model):
    """Somebody had the tickets of `draw` frozen; the latest order is the one that counts.

    `run` names the worker that is at it: another one that takes over writes its own, and the
    former one stops. `problem` is why it was given up; the tickets written so far are no list.
    """

    wagtail_reference_index_ignore = True

    draw = models.ForeignKey(
        Draw, models.CASCADE, related_name="freeze_orders", verbose_name=_("抽奖")
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("谁要封存"))
    run = models.UUIDField(null=True, editable=False)
    total = models.PositiveIntegerField(_("奖券数"), null=True)
    written = models.PositiveIntegerField(_("已写"), default=0)
    problem = models.CharField(_("没有封存的原因"), max_length=200, blank=True)
    touched_at = models.DateTimeField(_("最后进展"), default=timezone.now)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    objects = FreezeOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("封存奖券")
        verbose_name_plural = _("封存奖券")
        constraints = [
            models.UniqueConstraint(
                fields=["draw"], condition=Q(ended_at__isnull=True), name="one_freeze_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"], condition=Q(ended_at__isnull=True), name="freeze_order_due"
            )
        ]

    def __str__(self):
        return f"{self.draw}: {self.written}"

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None
