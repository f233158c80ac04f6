"""Imports of questions: looked at first, then written in the background."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quiz.models.bank import QuestionBank
from unions.models import Member

# So long a worker may be silent about an import before another one is sent.
LEASE = timedelta(minutes=3)


class QuestionImportQuerySet(models.QuerySet):
    def of(self, member: Member) -> "QuestionImportQuerySet":
        """The member's own, without the rows of the files."""
        return self.filter(member=member).select_related("bank").defer("rows")

    def latest_of(self, member: Member) -> "QuestionImportQuerySet":
        """The member's last ten."""
        return self.of(member).order_by("-pk")[:10]

    def due(self, now: datetime) -> "QuestionImportQuerySet":
        """Ordered, and nobody has been at it for a while: lost, or its worker died."""
        return self.filter(
            state__in=[QuestionImport.State.QUEUED, QuestionImport.State.RUNNING],
            touched_at__lte=now - LEASE,
        ).order_by("pk")


class QuestionImport(models.Model):
    """One file of questions on its way into a bank; the row is the order for it.

    `rows` are [number, {head: text}] pairs of the file, until they are written.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        PREVIEW = "preview", _("等待确认")
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("正在写入")
        DONE = "done", _("已导入")
        FAILED = "failed", _("没有导入")

    bank = models.ForeignKey(
        QuestionBank, models.CASCADE, related_name="imports", verbose_name=_("题库")
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name=_("谁导入的"))
    filename = models.CharField(_("文件名"), max_length=100)
    digest = models.CharField(_("文件指纹"), max_length=64)
    word = models.BooleanField(_("Word 文件"), default=False)
    rows = models.JSONField(_("内容"), default=list)
    skip_duplicates = models.BooleanField(_("跳过重复的题"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PREVIEW)
    total = models.PositiveIntegerField(_("题数"), default=0)
    checked = models.PositiveIntegerField(_("已检查"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    same = models.PositiveIntegerField(_("没有变化"), default=0)
    skipped = models.PositiveIntegerField(_("跳过"), default=0)
    message = models.CharField(_("原因"), max_length=200, blank=True)
    touched_at = models.DateTimeField(_("最后进展"), auto_now_add=True)

    objects = QuestionImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目导入")
        verbose_name_plural = _("题目导入")
        indexes = [
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=["queued", "running"]),
                name="question_import_due",
            )
        ]

    def __str__(self):
        return f"{self.filename} → {self.bank}"

    @property
    def under_way(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}
