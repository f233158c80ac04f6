"""Keys that were wrong: who corrected them, by which rule, and what results were before."""

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quiz import corrections
from quiz.models.attempt import Attempt
from quiz.models.bank import Question, QuestionBank, QuestionVersion
from quiz.models.competition import Competition
from unions.models import Member


class RegradeQuerySet(models.QuerySet):
    def waiting(self) -> "RegradeQuerySet":
        """Asked for, and not confirmed by a second person."""
        return self.filter(state=Regrade.State.REQUESTED)

    def for_lists(self) -> "RegradeQuerySet":
        return self.select_related("question", "requested_by", "confirmed_by").order_by("-pk")

    def running(self) -> "RegradeQuerySet":
        """Confirmed and not through yet, the oldest first."""
        return self.filter(state=Regrade.State.RUNNING).order_by("confirmed_at", "pk")

    def pending(self, competition: Competition) -> "RegradeQuerySet":
        """Asked for or running, of a question that papers of `competition` may hold."""
        waiting = [Regrade.State.REQUESTED, Regrade.State.RUNNING]
        return self.filter(question__bank=competition.bank_id, state__in=waiting)

    def corrections(self, bank: QuestionBank) -> dict[int, dict]:
        """What differs in the content of corrected versions of `bank`, by version id."""
        return self.filter(question__bank=bank)._by_version()

    def corrections_of(self, questions: Collection[int]) -> dict[int, dict]:
        """The same of the versions of `questions` (ids), whatever their banks."""
        return self.filter(question__in=set(questions))._by_version()

    def _by_version(self) -> dict[int, dict]:
        found: dict[int, dict] = {}
        confirmed = self.filter(confirmed_at__isnull=False)
        for regrade in confirmed.order_by("confirmed_at", "pk"):
            found |= {int(version): put for version, put in regrade.correction.items()}
        return found

    def notices(self, competition: Competition) -> "RegradeQuerySet":
        """With a public notice, and with a result of `competition` changed; the latest first."""
        changed = PastResult.objects.filter(
            regrade=models.OuterRef("pk"), attempt__competition=competition
        )
        published = self.filter(notice_at__isnull=False).filter(models.Exists(changed))
        return published.order_by("-notice_at")


class Regrade(models.Model):
    """One correction: asked for by one person, confirmed by another, then run in the background.

    `key` holds the places of the right options, of a fill-in `accepted` its forms; `versions` the
    ids of the versions that had the wrong one, and `correction` what to put over the content of
    each, by its id, once it is confirmed. `cursor` is the last attempt that was looked at.
    `notice` is what was published last, at `notice_at`; see `quiz.notices` for what it begins as.
    """

    wagtail_reference_index_ignore = True

    class Rule(models.TextChoices):
        NEW = corrections.NEW, _("只认新答案")
        BOTH = corrections.BOTH, _("新旧答案都算对")
        ALL = corrections.ALL, _("这道题人人得满分")

    class State(models.TextChoices):
        REQUESTED = "requested", _("等另一人确认")
        RUNNING = "running", _("正在重新计分")
        DONE = "done", _("已完成")
        WITHDRAWN = "withdrawn", _("已撤回")

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="regrades", verbose_name=_("题目")
    )
    old_version = models.ForeignKey(
        QuestionVersion, models.PROTECT, related_name="corrected_by", verbose_name=_("原版本")
    )
    new_version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="made_by",
        verbose_name=_("新版本"),
    )
    versions = models.JSONField(_("涉及的版本"), default=list)
    key = models.JSONField(_("新答案"))
    accepted = models.JSONField(_("新的可接受答案"), default=list, blank=True)
    correction = models.JSONField(_("更正内容"), default=dict)
    rule = models.CharField(_("怎样计分"), max_length=8, choices=Rule.choices)
    reason = models.CharField(_("原因"), max_length=300)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.REQUESTED
    )
    requested_by = models.ForeignKey(
        Member, models.PROTECT, related_name="requested_regrades", verbose_name=_("提出人")
    )
    requested_at = models.DateTimeField(_("提出时间"))
    confirmed_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_regrades",
        verbose_name=_("确认人"),
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    cursor = models.BigIntegerField(default=0)
    seen = models.PositiveIntegerField(_("已看答卷"), default=0)
    changed = models.PositiveIntegerField(_("得分有变的答卷"), default=0)
    notice = models.TextField(_("公告"), max_length=500, blank=True)
    notice_at = models.DateTimeField(_("公告时间"), null=True, blank=True)

    objects = RegradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("答案更正")
        verbose_name_plural = _("答案更正")
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(state__in=["requested", "running"]),
                name="one_regrade_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("requested_by")),
                name="regrade_takes_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"], confirmed_at__isnull=True)
                | Q(
                    state__in=["running", "done"],
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                ),
                name="regrade_runs_once_confirmed",
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} #{self.pk}"

    @property
    def concerns_one(self) -> bool:
        """Whether every result that changed is of the same competition."""
        changed = PastResult.objects.filter(regrade=self).order_by()
        return changed.values("attempt__competition").distinct().count() == 1

    @property
    def wanted(self) -> corrections.Key:
        """The new key."""
        return corrections.Key(tuple(self.key), tuple(self.accepted))


class PastResult(models.Model):
    """What an attempt had brought before a key was corrected; `new_points` is what it got."""

    wagtail_reference_index_ignore = True

    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="past_results", verbose_name=_("答卷")
    )
    regrade = models.ForeignKey(
        Regrade, models.PROTECT, related_name="past_results", verbose_name=_("答案更正")
    )
    number = models.PositiveSmallIntegerField(_("第几题"))
    right = models.PositiveSmallIntegerField(_("原答对题数"))
    points = models.PositiveIntegerField(_("原得分"))
    cost = models.BigIntegerField(_("原排序值"))
    new_points = models.PositiveIntegerField(_("新得分"))

    class Meta:
        verbose_name = _("原成绩")
        verbose_name_plural = _("原成绩")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "regrade"], name="one_past_result_each"),
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.points}"
