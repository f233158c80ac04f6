"""Prize draws: announced, then frozen, then drawn, or withdrawn; see `quiz.lottery` for how."""

from collections.abc import Iterable
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quiz import lottery
from quiz.models.attempt import Attempt
from quiz.models.competition import Competition
from unions.models import Member

MOST_REASON = 200


class DrawQuerySet(models.QuerySet):
    def waiting(self, now: datetime) -> "DrawQuerySet":
        """Announced or frozen, and still to be drawn; without those whose list came too late."""
        missed = Q(state=Draw.State.ANNOUNCED, value_due_at__lte=now)
        going = self.filter(state__in=[Draw.State.ANNOUNCED, Draw.State.FROZEN])
        return going.exclude(missed)

    def public(self) -> "DrawQuerySet":
        """Draws that anyone may see."""
        return self.filter(competition__published=True)

    def for_lists(self) -> "DrawQuerySet":
        """The latest first, without what is secret."""
        return self.select_related("competition").defer("secret", "salt").order_by("-pk")


class Draw(models.Model):
    """One prize draw.

    `secret` is shown to nobody before the draw is over, drawn or withdrawn; `salt` never.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("已公布规则")
        FROZEN = "frozen", _("奖券已封存")
        DRAWN = "drawn", _("已开奖")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Rule(models.TextChoices):
        FINISHED = "finished", _("交过一份有效答卷")
        POINTS = "points", _("有一份有效答卷达到最低得分")

    competition = models.ForeignKey(
        Competition, models.PROTECT, related_name="draws", verbose_name=_("竞赛")
    )
    title = models.CharField(_("名称"), max_length=60)
    rule = models.CharField(
        _("谁得奖券"), max_length=10, choices=Rule.choices, default=Rule.FINISHED
    )
    minimum_points = models.PositiveIntegerField(_("最低得分"), default=0)
    alternates = models.PositiveSmallIntegerField(
        _("候补人数"), default=0, validators=[MaxValueValidator(1000)]
    )
    named_value = models.TextField(
        _("约定的公开数值"),
        max_length=300,
        help_text=_("截止之后才产生、人人查得到的数，如某彩票某一期的开奖号码，写明期号和写法。"),
    )
    # None: announced before draws said so.
    value_due_at = models.DateTimeField(
        _("公开数值产生的时间"),
        null=True,
        help_text=_(
            "要在竞赛截止、公示结束以后。奖券必须在这之前封存，在这以后才能开奖；"
            "到时还没有封存的，这次抽奖就不能进行了，请留够处理申诉的时间。"
        ),
    )
    claim_days = models.PositiveSmallIntegerField(
        _("领取期（天）"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("从开奖起算。"),
    )
    # "": announced before draws said so.
    claim_place = models.CharField(
        _("领取地点"),
        max_length=200,
        default="",
        help_text=_("中奖的人会看到。写清地址、时间和要带的证件；寄送或线上发放的，写明怎样发。"),
    )
    secret = models.CharField(max_length=64, editable=False)
    secret_hash = models.CharField(_("密数指纹"), max_length=64, editable=False)
    salt = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.ANNOUNCED, editable=False
    )
    list_hash = models.CharField(_("名单指纹"), max_length=64, blank=True, editable=False)
    list_file = models.FileField(_("名单文件"), blank=True, editable=False)
    ticket_count = models.PositiveIntegerField(_("奖券数"), null=True, blank=True, editable=False)
    public_value = models.CharField(_("公开数值"), max_length=200, blank=True, editable=False)
    announced_at = models.DateTimeField(_("公布时间"), editable=False)
    frozen_at = models.DateTimeField(_("封存时间"), null=True, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("开奖时间"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("撤回的原因"), max_length=MOST_REASON, blank=True, editable=False
    )

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽奖")
        verbose_name_plural = _("抽奖")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="announced",
                    list_hash="",
                    public_value="",
                    frozen_at__isnull=True,
                    drawn_at__isnull=True,
                    withdrawn_at__isnull=True,
                    withdrawn_reason="",
                )
                | Q(
                    state="frozen",
                    list_hash__gt="",
                    ticket_count__gt=0,
                    public_value="",
                    frozen_at__isnull=False,
                    drawn_at__isnull=True,
                    withdrawn_at__isnull=True,
                    withdrawn_reason="",
                )
                | Q(
                    state="drawn",
                    list_hash__gt="",
                    ticket_count__gt=0,
                    public_value__gt="",
                    frozen_at__isnull=False,
                    drawn_at__isnull=False,
                    withdrawn_at__isnull=True,
                    withdrawn_reason="",
                )
                | Q(
                    state="withdrawn",
                    list_hash="",
                    public_value="",
                    frozen_at__isnull=True,
                    drawn_at__isnull=True,
                    withdrawn_at__isnull=False,
                    withdrawn_reason__gt="",
                ),
                name="draw_goes_step_by_step",
            ),
            models.CheckConstraint(
                condition=Q(value_due_at__isnull=True)
                | (
                    (Q(frozen_at__isnull=True) | Q(frozen_at__lt=F("value_due_at")))
                    & (Q(drawn_at__isnull=True) | Q(drawn_at__gte=F("value_due_at")))
                ),
                name="draw_list_stands_before_its_value",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quiz:draw", args=[self.competition.slug, self.pk])

    @property
    def is_frozen(self) -> bool:
        """Whether the list of tickets is fixed and public."""
        return self.state in {self.State.FROZEN, self.State.DRAWN}

    @property
    def is_drawn(self) -> bool:
        return self.state == self.State.DRAWN

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def secret_is_out(self) -> bool:
        """Whether nothing more can come of the secret, so that it is public."""
        return self.is_drawn or self.is_withdrawn

    def obstacle_to_withdrawal(self) -> str:
        """The code of what speaks against taking the draw back; "" where nothing does."""
        if self.state != self.State.ANNOUNCED:
            return {
                self.State.FROZEN: "withdraw_frozen",
                self.State.DRAWN: "withdraw_drawn",
                self.State.WITHDRAWN: "draw_withdrawn",
            }[self.State(self.state)]
        return "withdraw_freezing" if self.freeze_orders.under_way().exists() else ""

    def has_list(self) -> bool:
        """Whether the published list stands in its file."""
        return bool(self.list_file) and self.list_file.storage.exists(self.list_file.name)

    def value_is_out(self, now: datetime) -> bool:
        """Whether the public value may be known."""
        return self.value_due_at is None or now >= self.value_due_at

    def is_missed(self, now: datetime) -> bool:
        """Whether the list was not fixed before the value existed: there will be no draw."""
        late = self.value_due_at is not None and now >= self.value_due_at
        return late and self.state == self.State.ANNOUNCED

    def state_at(self, now: datetime) -> str:
        """Where the draw stands, in words."""
        return gettext("没有封存，不再进行") if self.is_missed(now) else self.get_state_display()

    @property
    def who(self) -> str:
        """Who gets a ticket, in a sentence."""
        if self.rule == self.Rule.POINTS:
            return gettext("至少有一份有效答卷得分不低于 %(points)d 分的人，每人一张奖券。") % {
                "points": self.minimum_points
            }
        return gettext("交过一份有效答卷的人，每人一张奖券；答得多不多、好不好都一样。")

    def entitled(self, now: datetime) -> models.QuerySet:
        """The ids of the members who get a ticket, each once."""
        found = Attempt.objects.counting(self.competition, now)
        if self.rule == self.Rule.POINTS:
            found = found.filter(points__gte=self.minimum_points)
        return found.order_by().values_list("member_id", flat=True).distinct()

    def voided_among(self, members: Iterable[int], now: datetime) -> dict[int, datetime]:
        """Of the ids `members` those whom a voided result left without a right to the ticket.

        Each with when the last of the results was voided.
        """
        voided = Attempt.objects.filter(
            competition=self.competition_id, void_at__isnull=False, member__in=set(members)
        )
        since = dict(voided.order_by().values_list("member").annotate(Max("void_at")))
        entitled = self.entitled(now).filter(member__in=list(since)) if since else ()
        return {member: at for member, at in since.items() if member not in set(entitled)}

    def record(self) -> lottery.Record:
        """What is published; only of a draw that is done. Who moves up later changes nothing."""
        wins = list(self.wins.order_by("place").values_list("ticket__number", "alternate"))
        return lottery.Record(
            draw=self.pk,
            list_hash=self.list_hash,
            ticket_count=self.ticket_count,
            secret=self.secret,
            secret_hash=self.secret_hash,
            value=self.public_value,
            frozen_at=lottery.moment(self.frozen_at),
            value_due_at=lottery.moment(self.value_due_at),
            winners=tuple(number for number, alternate in wins if not alternate),
            alternates=tuple(number for number, alternate in wins if alternate),
        )

    def withdrawal(self) -> lottery.Withdrawal:
        """What is published in place of a record; only of a draw that was withdrawn."""
        return lottery.Withdrawal(
            draw=self.pk,
            secret=self.secret,
            secret_hash=self.secret_hash,
            announced_at=lottery.moment(self.announced_at),
            value_due_at=lottery.moment(self.value_due_at),
            withdrawn_at=lottery.moment(self.withdrawn_at),
            reason=self.withdrawn_reason,
        )


class DrawPrizeQuerySet(models.QuerySet):
    def total(self) -> int:
        """How many win."""
        return self.aggregate(total=Sum("count"))["total"] or 0


class DrawPrize(models.Model):
    """One line of a draw's prizes: `count` winners get it. The first line is drawn first."""

    wagtail_reference_index_ignore = True

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="prizes", verbose_name=_("抽奖"))
    place = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("奖项"), max_length=60)
    count = models.PositiveIntegerField(_("名额"))

    objects = DrawPrizeQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽奖奖项")
        verbose_name_plural = _("抽奖奖项")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="one_prize_per_place"),
            models.CheckConstraint(condition=Q(count__gte=1), name="draw_prize_has_a_winner"),
        ]

    def __str__(self):
        return f"{self.name} × {self.count}"


class TicketQuerySet(models.QuerySet):
    def lines(self, draw: Draw) -> models.QuerySet:
        """(number, code) in the order of the published list."""
        return self.filter(draw=draw).order_by("number").values_list("number", "code")

    def own(self, draw: Draw, member: Member) -> "Ticket | None":
        if not member.is_authenticated or not draw.is_frozen:
            return None  # what is written before the list is fixed is no ticket yet
        return self.filter(draw=draw, member=member).first()


class Ticket(models.Model):
    """One entrant of a frozen draw. The public list holds `number` and `code` alone."""

    wagtail_reference_index_ignore = True

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="tickets", verbose_name=_("抽奖"))
    number = models.PositiveIntegerField(_("号码"))
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="draw_tickets", verbose_name=_("会员")
    )
    code = models.CharField(_("验证码"), max_length=lottery.CODE_DIGITS)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("奖券")
        verbose_name_plural = _("奖券")
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="one_ticket_per_number"),
            models.UniqueConstraint(fields=["draw", "member"], name="one_ticket_per_member"),
        ]

    def __str__(self):
        return f"{self.draw_id}/{self.number}"
