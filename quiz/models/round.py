"""Rounds (场次, 关卡) of a competition, and who goes on from one to a later one."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from quiz import drawing
from quiz.models.competition import Competition
from unions.models import Member

MOST_ROUNDS = 100
MOST_MEMBERS = 20


class RoundQuerySet(models.QuerySet):
    def for_promotion(self) -> "RoundQuerySet":
        """Rounds whose best go on, the latest close first."""
        return self.filter(promotes__isnull=False).order_by("-closes_at", "pk")

    def of_teams(self) -> "RoundQuerySet":
        """Rounds that teams play, with what the rules of their competitions read."""
        found = self.filter(for_teams=True).select_related("competition__union")
        return found.prefetch_related("competition__admissions__union")


class Round(ClusterableModel):
    """One level of a competition, open from `opens_at` (in) to `closes_at` (out)."""

    competition = ParentalKey(Competition, related_name="rounds", verbose_name=_("竞赛"))
    number = models.PositiveSmallIntegerField(
        _("第几关"), validators=[MinValueValidator(1), MaxValueValidator(MOST_ROUNDS)]
    )
    title = models.CharField(
        _("名称"), max_length=30, blank=True, help_text=_("如“初赛”“决赛”；留空则称“第 3 关”。")
    )
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    promotes = models.PositiveIntegerField(
        _("晋级人数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("取前多少名晋级，末位并列的都算；留空则不设晋级，人人可以进下一关。"),
    )
    promoted_only = models.BooleanField(
        _("只限晋级者"),
        default=False,
        help_text=_("只有在前面最近一个设了晋级人数的关里晋级的人可以参加。"),
    )
    for_teams = models.BooleanField(
        _("团队赛"),
        default=False,
        help_text=_("只有参赛队的队员可以参加，一场竞赛最多一关；参赛队在保存后设，开始时截止。"),
    )
    team_least = models.PositiveSmallIntegerField(
        _("每队最少人数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEMBERS)],
    )
    team_most = models.PositiveSmallIntegerField(
        _("每队最多人数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEMBERS)],
    )
    team_counts = models.PositiveSmallIntegerField(
        _("计入团队的人数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEMBERS)],
        help_text=_("每队取成绩最好的几人相加；留空则全队都算。"),
    )
    promoted_at = models.DateTimeField(_("晋级确定时间"), null=True, blank=True, editable=False)
    cut = models.BigIntegerField(_("晋级线"), null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("关卡")
        verbose_name_plural = _("关卡")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "number"], name="one_round_per_number"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_opens"
            ),
            models.CheckConstraint(
                condition=Q(promotes__isnull=True) | Q(promotes__gte=1),
                name="round_promotes_someone",
            ),
            models.CheckConstraint(
                condition=Q(promoted_at__isnull=True) | Q(promotes__isnull=False),
                name="round_promotes_if_promoted",
            ),
            models.UniqueConstraint(
                fields=["competition"], condition=Q(for_teams=True), name="one_team_round"
            ),
            models.CheckConstraint(
                condition=Q(
                    for_teams=False,
                    team_least__isnull=True,
                    team_most__isnull=True,
                    team_counts__isnull=True,
                )
                | (
                    Q(for_teams=True, promotes__isnull=True, promoted_only=False)
                    & Q(team_least__isnull=False, team_most__isnull=False)
                    & Q(team_least__gte=1, team_most__gte=F("team_least"))
                    & Q(team_most__lte=MOST_MEMBERS)
                    & (Q(team_counts__isnull=True) | Q(team_counts__range=(1, F("team_most"))))
                ),
                name="team_round_says_how_many",
            ),
        ]

    def __str__(self):
        return f"{self.competition.title} · {self.label}"

    @property
    def label(self) -> str:
        """What it is called: its title, or 第 3 关."""
        return self.title or str(_("第 %(number)d 关") % {"number": self.number})

    def clean(self):
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("截止时间要晚于开始时间。")})
        self._clean_teams()

    def _clean_teams(self):
        least, most, counts = self.team_least, self.team_most, self.team_counts
        errors = {}
        if not self.for_teams:
            if least or most or counts:
                errors["for_teams"] = _("写了每队人数，就要勾选团队赛。")
        elif self.promotes or self.promoted_only:
            errors["for_teams"] = _("团队赛按参赛队进，不能同时设个人晋级。")
        elif not least or not most:
            errors["team_least"] = _("团队赛要写每队最少和最多几人。")
        elif least > most:
            errors["team_most"] = _("最多人数不能比最少人数少。")
        elif counts and counts > most:
            errors["team_counts"] = _("计入的人数不能比每队最多的人数多。")
        before = Round.objects.filter(pk=self.pk).values_list("for_teams", flat=True).first()
        if before not in (None, self.for_teams) and self.attempts.exists():
            errors["for_teams"] = _("这一关已经有人答过，是不是团队赛不能再改。")
        if errors:
            raise ValidationError(errors)

    def is_open(self, now: datetime) -> bool:
        """Whether `now` is in its own window."""
        return self.opens_at <= now < self.closes_at

    @property
    def may_be_caught_up(self) -> bool:
        """Whether it may be answered after its close: never where places are at stake."""
        at_stake = self.promotes is not None or self.promoted_only or self.for_teams
        return self.competition.catch_up and not at_stake

    @property
    def ends_at(self) -> datetime:
        """From when on nothing of it can be answered any more."""
        until = self.competition.closes_at
        return until if self.may_be_caught_up else min(self.closes_at, until)

    def has_successor_open(self, now: datetime) -> bool:
        """Whether the next round, or one that takes its members from here, has opened."""
        later = list(self.competition.rounds.filter(number__gt=self.number))
        taking = [found for found in later if source_of(found, [self, *later]) == self]
        return any(found.opens_at <= now for found in [*later[:1], *taking])

    def draw_rules(self) -> list[drawing.Rule]:
        """Its own paper rules, else those of the competition, as the draw reads them."""
        return [rule.as_rule() for rule in self.rules.all()] or self.competition.draw_rules()

    @property
    def question_count(self) -> int:
        """The number of questions of a paper of this round."""
        return sum(rule.count for rule in self.draw_rules())


def source_of(target: Round, rounds: list[Round]) -> Round | None:
    """The round that `target` takes its members from, None where everyone may come.

    `rounds` are those of the competition, in order.
    """
    if not target.promoted_only:
        return None
    before = [found for found in rounds if found.number < target.number and found.promotes]
    return before[-1] if before else None


class PromotionQuerySet(models.QuerySet):
    def rounds_of(self, competition: Competition, member: Member) -> set[int]:
        """Keys of the rounds of `competition` from which `member` went on."""
        found = self.filter(round__competition=competition, member=member)
        return set(found.values_list("round_id", flat=True))

    def listed(self, round: Round) -> "PromotionQuerySet":
        """Who went on, the best first."""
        found = self.filter(round=round).select_related("member__union")
        return found.order_by("cost", "member_id")


class Promotion(models.Model):
    """`member` was among the best of `round` and goes on; `cost` is that of the best attempt."""

    wagtail_reference_index_ignore = True

    round = models.ForeignKey(Round, models.PROTECT, related_name="promotions")
    member = models.ForeignKey(Member, models.PROTECT, related_name="promotions")
    cost = models.BigIntegerField(_("排序值"))

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("晋级")
        verbose_name_plural = _("晋级")
        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="one_promotion_each"),
        ]
        indexes = [models.Index(fields=["round", "cost", "member"], name="promotion_list")]

    def __str__(self):
        return f"{self.round_id}/{self.member_id}"
