"""Persons who were taken out of a competition: none of their attempts counts, none can be begun."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quiz.display import appeal_step
from quiz.models.attempt import Attempt, AttemptQuerySet
from quiz.models.competition import Competition
from unions.models import Member
from unions.prepared import Given, PreparedObjects

# So long the member is told on the own page of what was decided.
TOLD_FOR = timedelta(days=30)


class DisqualificationQuerySet(models.QuerySet):
    def standing(self) -> "DisqualificationQuerySet":
        """Those that nobody lifted."""
        return self.filter(lifted_at__isnull=True)

    def against(self, competition: Competition, member: Member) -> "Disqualification | None":
        """The one that keeps `member` out of `competition` now."""
        return _standing.one(competition.pk, member.pk)

    def of(self, competition: Competition, member: Member) -> "DisqualificationQuerySet":
        """All that `member` ever had in `competition`, the latest first, with their appeals."""
        found = self.filter(competition=competition, member=member)
        return found.select_related("appeal").order_by("-pk")

    def barred_from(self, member: Member) -> set[int]:
        """The ids of the competitions in which `member` is out."""
        return set(self.standing().filter(member=member).values_list("competition_id", flat=True))

    def members_out_of(self, competition: Competition) -> set[int]:
        """The ids of the members who are out of `competition`."""
        return set(
            self.standing().filter(competition=competition).values_list("member_id", flat=True)
        )

    def to_tell(self, member: Member, now: datetime) -> "DisqualificationQuerySet":
        """Those that stand and of which `member` should hear: news, or an appeal that waits."""
        since = now - TOLD_FOR
        news = (
            Q(at__gte=since)
            | Q(appeal__decided_at__gte=since)
            | Q(appeal__isnull=False, appeal__decided_at__isnull=True)
        )
        found = self.standing().filter(news, member=member)
        return found.select_related("competition", "appeal").order_by("-pk")

    def single_voids(self, member: Member) -> AttemptQuerySet:
        """The attempts of `member` whose result was taken away by itself, the latest first, with
        their appeals; not what went with a disqualification that stands."""
        went_along = self.standing().filter(member=member, attempts__isnull=False)
        found = Attempt.objects.filter(member=member, void_at__isnull=False)
        found = found.exclude(pk__in=went_along.values("attempts"))
        return found.select_related("competition").prefetch_related("appeals").order_by("-void_at")

    def for_lists(self) -> "DisqualificationQuerySet":
        """Those that stand first, the latest of them on top."""
        found = self.select_related("competition", "member__union", "by", "lifted_by", "appeal")
        return found.order_by(models.F("lifted_at").desc(nulls_first=True), "-pk")


class Disqualification(models.Model):
    """One member out of one competition, until it is lifted.

    `attempts` are those that were made void by it; lifted, they count again. Whatever was void
    before stays void for its own reason.
    """

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(
        Competition, models.PROTECT, related_name="disqualifications", verbose_name=_("竞赛")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="disqualifications", verbose_name=_("会员")
    )
    attempts = models.ManyToManyField(
        Attempt, related_name="disqualifications", verbose_name=_("答卷")
    )
    reason = models.CharField(_("原因"), max_length=300)
    by = models.ForeignKey(
        Member, models.PROTECT, related_name="imposed_disqualifications", verbose_name=_("取消人")
    )
    at = models.DateTimeField(_("取消时间"))
    lifted_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    lifted_reason = models.CharField(_("恢复原因"), max_length=1000, blank=True)
    lifted_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lifted_disqualifications",
        verbose_name=_("恢复人"),
    )

    objects = DisqualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("取消资格")
        verbose_name_plural = _("取消资格")
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "member"],
                condition=Q(lifted_at__isnull=True),
                name="one_disqualification_stands",
            ),
            models.CheckConstraint(
                condition=Q(reason__gt=""), name="disqualification_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_reason="", lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_reason__gt="", lifted_by__isnull=False),
                name="disqualification_is_lifted_for_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.competition}"

    def get_absolute_url(self) -> str:
        """Where the member reads the reason and appeals."""
        return reverse("quiz:disqualification", args=[self.competition.slug])

    @property
    def stands(self) -> bool:
        return self.lifted_at is None

    @property
    def next_step(self) -> str:
        """What of the appeal is to be done or read."""
        appeal = getattr(self, "appeal", None)
        return appeal_step(made=appeal is not None, decided=bool(appeal and appeal.decided_at))

    @property
    def state(self) -> str:
        """In words."""
        return _("资格已取消") if self.stands else _("资格已恢复")


_standing = PreparedObjects(
    lambda: Disqualification.objects.order_by().filter(
        competition=Given(0, Competition._meta.pk),
        member=Given(1, Member._meta.pk),
        lifted_at__isnull=True,
    )
)
