"""For whom a competition is beyond its union, and who is given more time."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from quiz.eligibility import Group
from quiz.models.competition import Competition
from unions.models import Member, Union
from unions.prepared import Given, PreparedRows

MOST_EXTRA = 4 * 3600


class Admission(Orderable):
    """One line of those admitted: a union with all below it, an industry, or the industry there.

    Where a competition has such lines, one of them has to fit.
    """

    competition = ParentalKey(Competition, related_name="admissions")
    union = models.ForeignKey(
        Union,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="admissions",
        verbose_name=_("工会"),
        help_text=_("含全部下级；留空为不限。"),
    )
    industry = models.CharField(
        _("行业"),
        max_length=16,
        choices=Union.Industry.choices,
        blank=True,
        help_text=_("按会员所在工会的行业；留空为不限。"),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("参赛条件")
        verbose_name_plural = _("参赛条件")
        constraints = [
            models.CheckConstraint(
                condition=Q(union__isnull=False) | ~Q(industry=""), name="admission_says_whom"
            )
        ]

    def __str__(self):
        names = [self.union.name if self.union else "", self.get_industry_display()]
        return " · ".join(str(name) for name in names if name)

    def clean(self):
        if self.union is None and not self.industry:
            raise ValidationError(_("工会和行业至少选一样。"))

    def as_group(self) -> Group:
        return Group(self.union.path if self.union else "", self.industry)


class AllowanceQuerySet(models.QuerySet):
    def seconds_for(self, competition: Competition, member: Member) -> int:
        """The extra seconds that `member` was granted; 0 for most."""
        if member is None or not member.is_authenticated:
            return 0
        found = _seconds.one(competition.pk, member.pk)
        return found[0] if found else 0


class Allowance(models.Model):
    """More time for one member in one competition, for a reason that only staff see."""

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(
        Competition, models.CASCADE, related_name="allowances", verbose_name=_("竞赛")
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="allowances", verbose_name=_("会员")
    )
    extra_seconds = models.PositiveIntegerField(
        _("每次延长（秒）"),
        validators=[MinValueValidator(30), MaxValueValidator(MOST_EXTRA)],
        help_text=_("加在每次限时之上；竞赛或本关截止时间仍然有效。"),
    )
    reason = models.CharField(_("理由"), max_length=100, help_text=_("只有管理人员看得到。"))
    granted_by = models.ForeignKey(
        Member,
        models.PROTECT,
        editable=False,
        related_name="granted_allowances",
        verbose_name=_("批准人"),
    )
    granted_at = models.DateTimeField(_("批准时间"), auto_now_add=True)

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("延时")
        verbose_name_plural = _("延时")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "member"], name="one_allowance_each"),
            models.CheckConstraint(
                condition=Q(extra_seconds__range=(30, MOST_EXTRA)), name="allowance_is_bounded"
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.competition}"


_seconds = PreparedRows(
    lambda: (
        Allowance.objects.order_by()
        .filter(competition=Given(0, Competition._meta.pk), member=Given(1, Member._meta.pk))
        .values_list("extra_seconds")
    )
)
