"""Making a frozen board final, while it is done."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz.models.competition import Competition

# So long a worker may be silent about a run before another one takes it over.
LEASE = timedelta(minutes=3)


class ThawRunQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "ThawRunQuerySet":
        """Nobody has been at it for a while: lost, or its worker died."""
        return self.filter(touched_at__lte=now - LEASE).order_by("pk")


class ThawRun(models.Model):
    """The boards of a competition while they are made final; gone when they are.

    Members are done in the order of their keys, each on all boards at once: those up to `reached`
    are done. `run` names the worker that is at it: another one that takes over writes its own, and
    the former one stops.
    """

    wagtail_reference_index_ignore = True

    competition = models.OneToOneField(
        Competition, models.CASCADE, related_name="thaw_run", verbose_name=_("竞赛")
    )
    run = models.UUIDField(null=True, editable=False)
    reached = models.BigIntegerField(_("算到"), default=0)
    started_at = models.DateTimeField(_("开始时间"))
    touched_at = models.DateTimeField(_("最后进展"), default=timezone.now)

    objects = ThawRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("解封任务")
        verbose_name_plural = _("解封任务")

    def __str__(self):
        return f"{self.competition_id}: {self.reached}"
