"""Competitions: when, for whom, by which rules."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from quiz import drawing, eligibility, ordering
from quiz.models.bank import Question, QuestionBank
from unions.models import Member, Union

# Addresses of the site beside those of competitions.
TAKEN_SLUGS = {"mine", "practice"}


class CompetitionQuerySet(models.QuerySet):
    def published(self) -> "CompetitionQuerySet":
        """What the public may see, whatever its dates."""
        return self.filter(published=True)

    def for_screens(self) -> "CompetitionQuerySet":
        """Each with what every screen reads: bank, union, rules, rounds, whom it admits."""
        parts = ("rules", "rounds__rules", "admissions__union")
        return self.select_related("bank", "union").prefetch_related(*parts)

    def with_question_count(self) -> "CompetitionQuerySet":
        """Each with `drawn`, the number of questions of a paper."""
        return self.annotate(drawn=Sum("rules__count"))

    def open_at(self, now: datetime) -> "CompetitionQuerySet":
        """Running at `now`; what closes first stands first."""
        return self.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at", "pk")

    def coming_at(self, now: datetime) -> "CompetitionQuerySet":
        """Not yet open at `now`, the next one first."""
        return self.filter(opens_at__gt=now).order_by("opens_at", "pk")

    def closed_at(self, now: datetime) -> "CompetitionQuerySet":
        """Over at `now`, the latest first."""
        return self.filter(closes_at__lte=now).order_by("-closes_at", "-pk")

    def current_at(self, now: datetime) -> "CompetitionQuerySet":
        """Coming, running, or closed in the thirty days before `now`; the first close on top."""
        return self.filter(closes_at__gt=now - timedelta(days=30)).order_by("closes_at", "pk")

    def run_since(self, since: datetime, now: datetime) -> "CompetitionQuerySet":
        """Open at some time between `since` and `now`."""
        return self.filter(opens_at__lte=now, closes_at__gt=since)

    def to_certify(self, now: datetime) -> "CompetitionQuerySet":
        """Over and with certificates that are not issued yet."""
        return self.filter(
            certificate_points__isnull=False, certified_at__isnull=True, closes_at__lte=now
        )

    def to_thaw(self, now: datetime) -> "CompetitionQuerySet":
        """Over, and the board still as it was at the freeze."""
        return self.filter(freeze_at__isnull=False, thawed_at__isnull=True, closes_at__lte=now)


class Competition(ClusterableModel):
    """One knowledge competition. Times are aware; its days are those of the site's time zone."""

    class State(models.TextChoices):
        COMING = "coming", _("未开始")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已截止")

    class Phase(models.TextChoices):
        MOVING = "moving", _("未封榜")
        FROZEN = "frozen", _("已封榜")
        OBJECTION = "objection", _("公示期")
        FINAL = "final", _("最终名次")

    class Counting(models.TextChoices):
        BEST = ordering.BEST, _("取最好的一次")
        SUM_OF_DAYS = ordering.SUM_OF_DAYS, _("每天取最好的一次，各天相加")
        SUM_OF_ROUNDS = ordering.SUM_OF_ROUNDS, _("每关取最好的一次，各关相加")

    class Membership(models.TextChoices):
        ANYONE = eligibility.ANYONE, _("登录就可以")
        MEMBER = eligibility.MEMBER, _("要登记在工会")

    slug = models.SlugField(_("网址名"), max_length=60, unique=True)
    title = models.CharField(_("标题"), max_length=60)
    intro = models.TextField(_("一句话介绍"), blank=True, max_length=500)
    bank = models.ForeignKey(
        QuestionBank, models.PROTECT, related_name="competitions", verbose_name=_("题库")
    )
    union = models.ForeignKey(
        Union,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="competitions",
        verbose_name=_("参赛范围"),
        help_text=_("只有该工会及其下级的会员可以参加；留空则所有会员都可以。"),
    )
    membership = models.CharField(
        _("会员身份"),
        max_length=8,
        choices=Membership.choices,
        default=Membership.ANYONE,
        help_text=_("设了参赛范围或参赛条件时，总要登记在工会。"),
    )
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    freeze_at = models.DateTimeField(
        _("封榜时间"),
        null=True,
        blank=True,
        help_text=_("从这时起榜单停更，截止后再公布；留空则不封榜。"),
    )
    thawed_at = models.DateTimeField(_("解封时间"), null=True, blank=True, editable=False)
    daily_tries = models.PositiveSmallIntegerField(
        _("每天可答次数"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("分关卡的竞赛，每关每天各有这么多次。"),
    )
    catch_up = models.BooleanField(
        _("漏答的关可以补答"),
        default=False,
        help_text=_("关卡截止后，竞赛截止前仍可以答；有晋级的关不补答。"),
    )
    seconds = models.PositiveIntegerField(
        _("每次限时（秒）"),
        default=900,
        validators=[MinValueValidator(30), MaxValueValidator(4 * 3600)],
    )
    grace = models.PositiveSmallIntegerField(
        _("宽限（秒）"),
        default=10,
        validators=[MaxValueValidator(300)],
        help_text=_("到时后仍接收答案的秒数，抵消网络延迟；不计入用时。"),
    )
    counting = models.CharField(
        _("记分办法"), max_length=8, choices=Counting.choices, default=Counting.BEST
    )
    certificate_points = models.PositiveIntegerField(
        _("证书分数线"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("名次确定后，得分达到这个分数的人都发证书；留空则不发。"),
    )
    certificate_title = models.CharField(
        _("证书名称"), max_length=40, blank=True, default="", help_text=_("如：优秀学习证书。")
    )
    certified_at = models.DateTimeField(_("发证时间"), null=True, blank=True, editable=False)
    objection_days = models.PositiveSmallIntegerField(
        _("公示天数"),
        default=0,
        validators=[MaxValueValidator(60)],
        help_text=_("截止后公示的天数：期间可以提出异议，期满名次才最终生效；0 为不公示。"),
    )
    objection_contact = models.CharField(
        _("异议受理"),
        max_length=200,
        blank=True,
        help_text=_("公示期内向谁、怎样提出异议，例如：省总工会宣教部，0531-12345678。"),
    )
    published = models.BooleanField(_("已发布"), default=False)

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("竞赛")
        verbose_name_plural = _("竞赛")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="competition_closes_after_opens"
            ),
            models.CheckConstraint(
                condition=Q(freeze_at__isnull=True)
                | (Q(freeze_at__gt=F("opens_at")) & Q(freeze_at__lte=F("closes_at"))),
                name="competition_freezes_while_open",
            ),
            models.CheckConstraint(
                condition=Q(daily_tries__gte=1), name="competition_allows_a_try"
            ),
            models.CheckConstraint(
                condition=Q(seconds__gte=30), name="competition_gives_half_a_minute"
            ),
            models.CheckConstraint(
                condition=Q(certificate_points__isnull=True) | ~Q(certificate_title=""),
                name="competition_certificate_has_title",
            ),
        ]
        indexes = [models.Index(fields=["published", "closes_at"], name="competition_by_close")]

    def __str__(self):
        return self.title

    def clean(self):
        errors = {}
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("截止时间要晚于开始时间。")
        if (
            self.freeze_at
            and self.opens_at
            and self.closes_at
            and not self.opens_at < self.freeze_at <= self.closes_at
        ):
            errors["freeze_at"] = _("封榜时间要在开始之后、截止之前。")
        if self.certificate_points and not self.certificate_title:
            errors["certificate_title"] = _("设了证书分数线，就要写证书名称。")
        if self.slug in TAKEN_SLUGS:
            errors["slug"] = _("这个网址名是网站自己的页面，请换一个。")
        if self.objection_days and not self.objection_contact.strip():
            errors["objection_contact"] = _("有公示期，就要写明异议向谁提。")
        if errors:
            raise ValidationError(errors)

    def get_absolute_url(self) -> str:
        return reverse("quiz:competition", args=[self.slug])

    def state_at(self, now: datetime) -> "Competition.State":
        if now < self.opens_at:
            return self.State.COMING
        return self.State.OPEN if now < self.closes_at else self.State.CLOSED

    def is_frozen(self, now: datetime) -> bool:
        """Whether the board stands still: after the freeze, until it is made final."""
        return self.freeze_at is not None and self.freeze_at <= now and self.thawed_at is None

    @property
    def objections_until(self) -> datetime:
        """When the objection period (公示) ends: so many whole local days after that of the close.

        The close itself where there is none.
        """
        if not self.objection_days:
            return self.closes_at
        # The moment before midnight belongs to the day that ends.
        last = timezone.localdate(self.closes_at - timedelta(seconds=1))
        after = last + timedelta(days=self.objection_days + 1)
        return timezone.make_aware(datetime.combine(after, time.min))

    def phase_at(self, now: datetime) -> "Competition.Phase":
        """How final the board is at `now`."""
        if self.is_frozen(now):
            return self.Phase.FROZEN
        if now < self.closes_at:
            return self.Phase.MOVING
        return self.Phase.OBJECTION if now < self.objections_until else self.Phase.FINAL

    @property
    def standing(self) -> str:
        """Where it stands now, in a word for lists."""
        now = timezone.now()
        if not self.published:
            return _("未发布")
        if self.state_at(now) != self.State.CLOSED:
            return self.state_at(now).label
        return self.phase_at(now).label

    def reveals_key(self, now: datetime) -> bool:
        """Whether nobody can answer any more.

        What may be shown depends on the bank's other competitions too: `secrecy.may_show_key`.
        """
        return now > self.closes_at + timedelta(seconds=self.grace)

    def conditions(self) -> eligibility.Conditions:
        """For whom it is, as the pure rule reads it."""
        return eligibility.Conditions(
            membership=self.membership,
            path=self.union.path if self.union else "",
            groups=tuple(line.as_group() for line in self.admissions.all()),
        )

    def obstacle_for(self, member: Member) -> str:
        """Why `member` may not take part: a code of `quiz.eligibility`, or ""."""
        conditions = self.conditions()
        if not conditions.asks_for_union:
            return ""
        union = member.union
        place = eligibility.Place(union.path, union.industry) if union else eligibility.Place()
        return eligibility.obstacle(place, conditions)

    def is_settled(self, now: datetime) -> bool:
        """Whether points and ranks are final, so that certificates may be issued."""
        return self.reveals_key(now) and self.phase_at(now) == self.Phase.FINAL

    @property
    def settles_at(self) -> datetime:
        """When points and ranks are final, but for a board that is still being thawed."""
        return max(self.objections_until, self.closes_at + timedelta(seconds=self.grace))

    def admits(self, member: Member) -> bool:
        """Whether `member` belongs to those it is for."""
        return not self.obstacle_for(member)

    def deadline_from(
        self, started_at: datetime, *, extra: int = 0, ends_at: datetime | None = None
    ) -> datetime:
        """When an attempt begun at `started_at` is over, with `extra` seconds granted.

        Never after the close, nor after `ends_at`, the end of the attempt's round.
        """
        over = started_at + timedelta(seconds=self.seconds + extra)
        return min(over, self.closes_at, ends_at or self.closes_at)

    @property
    def team_round(self):
        """The `Round` that teams play, None without one."""
        for found in self.rounds.all():
            if found.for_teams:
                found.competition = self
                return found
        return None

    def draw_rules(self) -> list[drawing.Rule]:
        """The paper rules as the draw reads them."""
        return [rule.as_rule() for rule in self.rules.all()]

    @property
    def question_count(self) -> int:
        """The number of questions of a paper."""
        return sum(rule.count for rule in self.rules.all())


class PaperRule(Orderable):
    """One line of the draw: so many questions of a category and difficulty.

    It belongs to a competition, or to one round whose papers are drawn in another way.
    """

    competition = ParentalKey(Competition, related_name="rules", null=True, blank=True)
    round = ParentalKey("quiz.Round", related_name="rules", null=True, blank=True)
    category = models.CharField(
        _("类别"), max_length=30, blank=True, help_text=_("与题目的类别一致；留空为不限。")
    )
    difficulty = models.PositiveSmallIntegerField(
        _("难度"), choices=Question.Difficulty.choices, null=True, blank=True
    )
    count = models.PositiveSmallIntegerField(
        _("题数"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta(Orderable.Meta):
        verbose_name = _("组卷规则")
        verbose_name_plural = _("组卷规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(count__range=(1, 100)), name="paper_rule_draws_1_to_100"
            ),
            models.CheckConstraint(
                condition=Q(competition__isnull=False, round__isnull=True)
                | Q(competition__isnull=True, round__isnull=False),
                name="paper_rule_has_one_owner",
            ),
        ]

    def __str__(self):
        parts = [
            self.category or str(_("各类")),
            self.get_difficulty_display() or str(_("不限难度")),
        ]
        return f"{' · '.join(parts)} × {self.count}"

    def as_rule(self) -> drawing.Rule:
        return drawing.Rule(self.count, self.category, self.difficulty)


class Prize(Orderable):
    """One line of the prize table."""

    competition = ParentalKey(Competition, related_name="prizes")
    name = models.CharField(_("奖项"), max_length=40)
    ground = models.CharField(_("凭什么"), max_length=80)
    quota = models.CharField(_("名额"), max_length=20)

    class Meta(Orderable.Meta):
        verbose_name = _("奖项")
        verbose_name_plural = _("奖项")

    def __str__(self):
        return self.name
