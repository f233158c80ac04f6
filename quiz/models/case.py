"""The fair-play desk: what a signal raised and a person decides."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quiz import fairplay
from quiz.models.attempt import Attempt
from quiz.models.competition import Competition
from unions.models import Member


class CaseQuerySet(models.QuerySet):
    def waiting(self) -> "CaseQuerySet":
        """Cases that nobody has decided."""
        return self.filter(state=Case.State.OPEN)

    def for_lists(self) -> "CaseQuerySet":
        """Those that wait first, the latest of them on top, with `size`, the number of attempts."""
        waiting = models.Case(
            models.When(state=Case.State.OPEN, then=0),
            default=1,
            output_field=models.IntegerField(),
        )
        found = self.select_related("competition", "decided_by")
        return found.annotate(size=models.Count("attempts")).order_by(waiting, "-pk")

    def pending(self, competition: Competition) -> "CaseQuerySet":
        """Those of `competition` that nobody has decided."""
        return self.filter(competition=competition, state=Case.State.OPEN)


class Case(models.Model):
    """Attempts that a signal points at. Nothing happens to them before a person decides."""

    wagtail_reference_index_ignore = True

    class Signal(models.TextChoices):
        PACE = fairplay.PACE, _("答得太快")
        TWINS = fairplay.TWINS, _("几个账号像是一个人在答")
        HABIT = fairplay.HABIT, _("多次答得太快")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        DISMISSED = "dismissed", _("没有问题")
        UPHELD = "upheld", _("成立，成绩已取消")

    competition = models.ForeignKey(
        Competition, models.PROTECT, related_name="cases", verbose_name=_("竞赛")
    )
    signal = models.CharField(_("线索"), max_length=8, choices=Signal.choices)
    day = models.DateField(_("答题日期"))
    key = models.CharField(_("线索标识"), max_length=32)
    attempts = models.ManyToManyField(Attempt, related_name="cases", verbose_name=_("答卷"))
    evidence = models.JSONField(_("依据"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    note = models.TextField(_("处理说明"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("发现时间"))
    decided_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_cases",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("核查单")
        verbose_name_plural = _("核查单")
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "day", "signal", "key"], name="one_case_per_signal"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=["dismissed", "upheld"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    note__gt="",
                ),
                name="case_is_decided_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.get_signal_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def summary(self) -> str:
        """The evidence in a sentence."""
        found = self.evidence
        if self.signal == fairplay.PACE:
            return gettext("%(replies)d 题，平均每题 %(seconds)s 秒") % {
                "replies": found["replies"],
                "seconds": found["seconds_per_question"],
            }
        if self.signal == fairplay.TWINS:
            if "common" not in found:  # raised when only exact copies were
                return gettext("%(count)d 个账号，所选和逐题秒数都相同") % {
                    "count": found["accounts"]
                }
            return gettext(
                "%(count)d 个账号；最像的两份共有 %(common)d 题，选同样错项的 %(alike)d 题，"
                "用时相差不到 1 秒的 %(near)d 题"
            ) % {**found, "count": found["accounts"]}
        paces = "、".join(map(str, found["seconds_per_question"]))
        return gettext("当天 %(count)d 次，平均每题 %(paces)s 秒") % {
            "count": found["attempts"],
            "paces": paces,
        }


class ScannedDay(models.Model):
    """A local day of a competition that was looked through after its last attempt had ended."""

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(
        Competition, models.CASCADE, related_name="scanned_days", verbose_name=_("竞赛")
    )
    day = models.DateField(_("答题日期"))
    scanned_at = models.DateTimeField(_("扫描时间"))

    class Meta:
        verbose_name = _("疑点扫描")
        verbose_name_plural = _("疑点扫描")
        constraints = [
            models.UniqueConstraint(fields=["competition", "day"], name="one_scan_per_day")
        ]

    def __str__(self):
        return f"{self.competition_id}/{self.day}"
