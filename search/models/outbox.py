"""The outbox: which rows must be looked at again."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# After so many failures (about an hour) a row waits for someone to look at it.
MOST_ATTEMPTS = 12


class PendingSyncQuerySet(models.QuerySet):
    """Reads of the outbox."""

    def due(self, now: datetime) -> "PendingSyncQuerySet":
        """Rows not yet done whose next try has come, oldest first; without those given up."""
        return self.under_way().filter(retry_at__lte=now).order_by("pk")

    def under_way(self) -> "PendingSyncQuerySet":
        """Rows not yet done that will be tried by themselves."""
        return self.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)

    def waiting(self) -> "PendingSyncQuerySet":
        """Rows not yet done, also those given up."""
        return self.filter(done_at=None)

    def touched_since(self, moment: datetime) -> "PendingSyncQuerySet":
        """Rows done since `moment` or not done yet: what an index begun then may lack."""
        return self.filter(Q(done_at=None) | Q(done_at__gte=moment))

    def failing(self) -> "PendingSyncQuerySet":
        """Rows not done that failed, or that wait for an engine that takes no writes."""
        return self.filter(done_at=None).exclude(error="").order_by("-attempts", "pk")

    def given_up(self) -> "PendingSyncQuerySet":
        """Rows that failed too often to be tried by themselves."""
        return self.filter(done_at=None, attempts__gte=MOST_ATTEMPTS)


class PendingSync(models.Model):
    """The outbox: a row that must be looked at again, written in the transaction that changed it.

    Rows are only added, never merged, so that no two transactions wait for each other; done rows
    are kept for a day, for rebuilds.
    """

    kind = models.CharField(_("类型"), max_length=40)
    key = models.CharField(_("编号"), max_length=64)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    retry_at = models.DateTimeField(_("下次处理"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("已试次数"), default=0)
    error = models.TextField(_("错误"), blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = PendingSyncQuerySet.as_manager()

    class Meta:
        verbose_name = _("待同步内容")
        verbose_name_plural = _("待同步内容")
        indexes = [
            models.Index(fields=["retry_at"], condition=Q(done_at=None), name="search_pending_due"),
            models.Index(fields=["done_at"], name="search_pending_done"),
        ]

    def __str__(self):
        return f"{self.kind}:{self.key}"
