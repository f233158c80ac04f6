"""What the bank's keepers read of each question; all of it can be computed again."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz import itemstats
from quiz.models.bank import QuestionBank, QuestionVersion
from quiz.models.dispute import count_of

# So long nobody may add to a run before it is sent again.
LEASE = timedelta(minutes=3)


class QuestionStatisticQuerySet(models.QuerySet):
    def for_report(self) -> "QuestionStatisticQuerySet":
        """Of the versions that are in force, those to look at first, each with `disputes`."""
        return (
            self.filter(version__current_of__isnull=False)
            .select_related("version__question__bank")
            .annotate(disputes=count_of("version__question"))
            .order_by("-flag_count", "facility", "pk")
        )


class QuestionStatistic(models.Model):
    """How one version of a question was answered in finished attempts.

    `picks` counts each option's choosers in the editors' order; `seconds` is the median; `flags`
    are names of `quiz.itemstats` with blanks between them; none is part of another.
    """

    class Flag(models.TextChoices):
        HARD = itemstats.HARD, _("太难")
        EASY = itemstats.EASY, _("太易")
        FLAT = itemstats.FLAT, _("区分度低")
        UNUSED = itemstats.UNUSED, _("有选项没人选")
        MISKEYED = itemstats.MISKEYED, _("选错的比选对的多")

    wagtail_reference_index_ignore = True

    version = models.OneToOneField(
        QuestionVersion, models.CASCADE, related_name="statistic", verbose_name=_("题目版本")
    )
    asked = models.PositiveIntegerField(_("出现次数"), default=0)
    right = models.PositiveIntegerField(_("答对次数"), default=0)
    omitted = models.PositiveIntegerField(_("未答次数"), default=0)
    picks = models.JSONField(_("各选项被选次数"), default=list)
    facility = models.FloatField(_("答对率"), null=True)
    discrimination = models.FloatField(_("区分度"), null=True)
    seconds = models.FloatField(_("用时（秒，中位数）"), null=True)
    flags = models.CharField(_("要看的原因"), max_length=60, blank=True)
    flag_count = models.PositiveSmallIntegerField(_("要看的原因数"), default=0)
    computed_at = models.DateTimeField(_("统计时间"))

    objects = QuestionStatisticQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目统计")
        verbose_name_plural = _("题目统计")
        constraints = [
            models.CheckConstraint(
                condition=Q(right__lte=models.F("asked"))
                & Q(omitted__lte=models.F("asked") - models.F("right")),
                name="statistic_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(seconds__isnull=True) | Q(seconds__gte=0),
                name="statistic_seconds_not_negative",
            ),
        ]

    def __str__(self):
        return f"{self.version_id}: {self.right}/{self.asked}"

    @property
    def reasons(self) -> str:
        """The flags in words."""
        return "、".join(str(self.Flag(name).label) for name in self.flags.split())

    @property
    def share(self) -> str:
        """The facility in per cent."""
        return "—" if self.facility is None else f"{self.facility:.0%}"

    @property
    def pace(self) -> int | None:
        """The median time in whole seconds."""
        return None if self.seconds is None else round(self.seconds)

    @property
    def picked(self) -> str:
        """How often each option was chosen: A 12 · B 3, the right ones with a mark."""
        key = set(self.version.content["key"])
        return " · ".join(
            f"{chr(65 + place)}{'✓' if place in key else ''} {count}"
            for place, count in enumerate(self.picks)
        )


class StatisticRunQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "StatisticRunQuerySet":
        """Runs that nobody has been at for a while: lost, or the worker died."""
        return self.filter(touched_at__lte=now - LEASE).order_by("pk")


class StatisticRun(models.Model):
    """The figures of a bank while they are computed; gone when they are.

    `tallies` are the sums by question version over the attempts up to the key `reached`, by the
    keys of the bank as of `bank_version`.
    """

    wagtail_reference_index_ignore = True

    bank = models.OneToOneField(
        QuestionBank, models.CASCADE, related_name="statistic_run", verbose_name=_("题库")
    )
    bank_version = models.UUIDField()
    reached = models.BigIntegerField(_("算到"), default=0)
    tallies = models.JSONField(default=dict)
    touched_at = models.DateTimeField(_("最后进展"), default=timezone.now)

    objects = StatisticRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目统计任务")
        verbose_name_plural = _("题目统计任务")

    def __str__(self):
        return f"{self.bank_id}: {self.reached}"
