"""What a member says against a result that was taken away."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quiz.models.attempt import Attempt
from quiz.models.competition import Competition
from unions.models import Member


class AppealQuerySet(models.QuerySet):
    def waiting(self) -> "AppealQuerySet":
        """Appeals without an answer."""
        return self.filter(decided_at__isnull=True)

    def for_lists(self) -> "AppealQuerySet":
        """Those that wait first, the oldest of them on top."""
        found = self.select_related("attempt__competition", "attempt__member", "decided_by")
        return found.order_by(models.F("decided_at").asc(nulls_first=True), "created_at")

    def pending(self, competition: Competition) -> "AppealQuerySet":
        """Those of `competition` that nobody has decided."""
        return self.filter(attempt__competition=competition, decided_at__isnull=True)


class Appeal(models.Model):
    """One appeal for one attempt, by its owner, decided once by staff."""

    wagtail_reference_index_ignore = True

    attempt = models.OneToOneField(
        Attempt, models.PROTECT, related_name="appeal", verbose_name=_("答卷")
    )
    text = models.TextField(_("申诉"), max_length=1000)
    created_at = models.DateTimeField(_("提交时间"))
    accepted = models.BooleanField(_("成立"), null=True, blank=True)
    answer = models.TextField(_("答复"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_appeals",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    accepted__isnull=True,
                    answer="",
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                )
                | Q(
                    accepted__isnull=False,
                    answer__gt="",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="appeal_is_decided_with_an_answer",
            ),
        ]

    def __str__(self):
        return self.attempt.reference

    @property
    def state(self) -> str:
        """In words."""
        if self.accepted is None:
            return _("等待处理")
        return _("成立") if self.accepted else _("不成立")
