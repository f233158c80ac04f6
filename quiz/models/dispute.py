"""What members say against a question once they may see its key."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from quiz.models.bank import Question, QuestionVersion
from unions.models import Member

MOST_TEXT = 300


class DisputeQuerySet(models.QuerySet):
    def waiting(self) -> "DisputeQuerySet":
        """Those that nobody has decided."""
        return self.filter(state=Dispute.State.OPEN)

    def of(self, member: Member) -> "DisputeQuerySet":
        """One member's own, the latest first."""
        return self.filter(member=member).select_related("version").order_by("-created_at", "-pk")

    def by_version(self, member: Member, versions: Iterable[int]) -> dict[int, "Dispute"]:
        """The own ones about `versions`, by version id."""
        found = self.filter(member=member, version__in=set(versions))
        return {dispute.version_id: dispute for dispute in found}

    def about(self, question: Question) -> "DisputeQuerySet":
        """All about any version of `question`, those that wait first, the oldest on top."""
        waiting = models.Case(models.When(state=Dispute.State.OPEN, then=0), default=1)
        found = self.filter(version__question=question).select_related("version", "decided_by")
        return found.order_by(waiting, "created_at", "pk")


class Dispute(models.Model):
    """One member's word against one version of a question; nobody but staff sees whose it is."""

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        KEY = "key", _("答案有误")
        WORDING = "wording", _("题干有歧义")
        SOURCE = "source", _("出处过时")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        OPEN = "open", _("已收到")
        ANSWERED = "answered", _("已答复")
        DISMISSED = "dismissed", _("不采纳")
        TAKEN = "taken", _("采纳")

    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, related_name="disputes", verbose_name=_("题目版本")
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="disputes", verbose_name=_("会员")
    )
    kind = models.CharField(_("哪里不对"), max_length=8, choices=Kind.choices)
    text = models.TextField(_("理由"), max_length=MOST_TEXT)
    created_at = models.DateTimeField(_("提交时间"))
    state = models.CharField(_("处理"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("答复"), max_length=MOST_TEXT, blank=True)
    decided_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_disputes",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目异议")
        verbose_name_plural = _("题目异议")
        constraints = [
            models.UniqueConstraint(fields=["member", "version"], name="one_dispute_each"),
            models.CheckConstraint(condition=Q(text__gt=""), name="dispute_says_why"),
            models.CheckConstraint(
                condition=Q(
                    state="open", answer="", decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(
                    state__in=["answered", "dismissed", "taken"],
                    answer__gt="",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="dispute_is_decided_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("member")),
                name="nobody_decides_the_own_dispute",
            ),
        ]
        indexes = [
            models.Index(fields=["version"], condition=Q(state="open"), name="dispute_waiting")
        ]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


def count_of(question: str, **filters) -> Coalesce:
    """How many disputes a row's question has, to annotate with; `question` is the path to it."""
    found = Dispute.objects.filter(version__question=OuterRef(question), **filters).order_by()
    counted = found.values("version__question").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def disputed_questions() -> models.QuerySet:
    """Every question that anybody disputed, the one with the most that wait first.

    Each with `waiting` and `disputes`, how many, and `disputed_at`, when the latest came.
    """
    own = Dispute.objects.filter(version__question=OuterRef("pk")).order_by("-created_at")
    return (
        Question.objects.filter(pk__in=Dispute.objects.values("version__question"))
        .select_related("bank")
        .annotate(
            waiting=count_of("pk", state=Dispute.State.OPEN),
            disputes=count_of("pk"),
            disputed_at=Subquery(own.values("created_at")[:1]),
        )
        .order_by("-waiting", "-disputed_at", "-pk")
    )
