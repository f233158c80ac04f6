"""What a member says against a result that was taken away, or against being out altogether."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quiz.models.attempt import Attempt
from quiz.models.competition import Competition
from quiz.models.disqualification import Disqualification
from quiz.models.round import Round
from unions.models import Member


class AppealQuerySet(models.QuerySet):
    def waiting(self) -> "AppealQuerySet":
        """Appeals without an answer."""
        return self.filter(decided_at__isnull=True)

    def for_lists(self) -> "AppealQuerySet":
        """Those that wait first, the oldest of them on top."""
        found = self.select_related(
            "attempt__competition",
            "attempt__member",
            "disqualification__competition",
            "disqualification__member",
            "decided_by",
        )
        return found.order_by(models.F("decided_at").asc(nulls_first=True), "created_at")

    def pending(self, competition: Competition) -> "AppealQuerySet":
        """Those of `competition` that nobody has decided."""
        ours = Q(attempt__competition=competition) | Q(disqualification__competition=competition)
        return self.waiting().filter(ours)

    def touching(self, round: Round) -> "AppealQuerySet":
        """Those on which results of `round` hang."""
        return self.filter(Q(attempt__round=round) | Q(disqualification__attempts__round=round))

    def on(self, attempt: Attempt) -> tuple["Appeal | None", list["Appeal"]]:
        """The one against the present void of `attempt`, and those against earlier ones, the
        latest first."""
        found = list(self.filter(attempt=attempt).order_by("-pk"))
        present = [one for one in found if one.void_at == attempt.void_at]
        return (present or [None])[0], [one for one in found if one not in present]

    def appellants(self) -> set[int]:
        """The ids of the members who made them."""
        pairs = self.values_list("attempt__member", "disqualification__member")
        return {member for pair in pairs for member in pair if member is not None}


class Appeal(models.Model):
    """One appeal by the member concerned, decided once by staff.

    Against a disqualification, or against one void of an attempt: `void_at`, `void_reason` and
    `voided_by` keep what it was, since it may be given back and taken away again.
    """

    wagtail_reference_index_ignore = True

    attempt = models.ForeignKey(
        Attempt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name=_("答卷"),
    )
    void_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    void_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    voided_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取消人"),
    )
    disqualification = models.OneToOneField(
        Disqualification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeal",
        verbose_name=_("取消资格"),
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
            models.UniqueConstraint(fields=["attempt", "void_at"], name="one_appeal_per_void"),
            models.CheckConstraint(
                condition=Q(
                    attempt__isnull=False, void_at__isnull=False, disqualification__isnull=True
                )
                | Q(
                    attempt__isnull=True,
                    void_at__isnull=True,
                    void_reason="",
                    voided_by__isnull=True,
                    disqualification__isnull=False,
                ),
                name="appeal_is_against_one_thing",
            ),
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
        return self.reference

    @property
    def reference(self) -> str:
        """What it is against: the number of the attempt, or that it is the whole."""
        return self.attempt.reference if self.attempt else gettext("取消资格")

    @property
    def competition(self) -> Competition:
        return (self.attempt or self.disqualification).competition

    @property
    def member(self) -> Member:
        return (self.attempt or self.disqualification).member

    @property
    def taken_by_id(self) -> int | None:
        """Who took away what it is about."""
        return self.voided_by_id if self.attempt else self.disqualification.by_id

    @property
    def reason(self) -> str:
        """Why that was taken away."""
        return self.void_reason if self.attempt else self.disqualification.reason

    @property
    def is_settled(self) -> bool:
        """Whether what it is about was given back."""
        if self.attempt:
            return self.attempt.void_at != self.void_at
        return not self.disqualification.stands

    @property
    def state(self) -> str:
        """In words."""
        if self.accepted is None:
            return _("等待处理")
        return _("成立") if self.accepted else _("不成立")
