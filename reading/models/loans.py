"""What is in readers' hands, and who waits for it."""

from datetime import date, datetime

from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reading import lending
from reading.models.books import Holding, in_line
from reading.models.rooms import per_row
from unions.models import Member


class LoanQuerySet(models.QuerySet):
    def of(self, member: Member) -> "LoanQuerySet":
        """The member's own loans, newest first, with what a line of the list shows."""
        return (
            self.filter(member=member)
            .select_related("holding__title__cover", "holding__room")
            .order_by("-borrowed_at", "-pk")
        )

    def open_of(self, member: Member) -> "LoanQuerySet":
        """What the member has at home, the first due first; `waiting` counts others in line."""
        return self.of(member).open().with_waiting().order_by("due_on", "pk")

    def open(self) -> "LoanQuerySet":
        return self.filter(returned_at__isnull=True)

    def overdue(self, today: date) -> "LoanQuerySet":
        """Not returned by the end of the due day."""
        return self.open().filter(due_on__lt=today)

    def with_waiting(self) -> "LoanQuerySet":
        """Adds `waiting`: readers in line for the same copies."""
        queued = Loan.objects.filter(in_line(prefix="holding__reservations__"))
        return self.annotate(waiting=per_row(queued, Count("holding__reservations")))


class Loan(models.Model):
    """A copy in a reader's hands. Who read what is shown to the reader alone."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="loans", verbose_name=_("读者"))
    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="loans", verbose_name=_("馆藏")
    )
    borrowed_at = models.DateTimeField(_("借出时间"), db_index=True)
    due_on = models.DateField(_("应还日期"))
    renewals = models.PositiveSmallIntegerField(_("续借次数"), default=0)
    returned_at = models.DateTimeField(_("归还时间"), null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("借阅")
        verbose_name_plural = _("借阅")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "holding"],
                condition=Q(returned_at__isnull=True),
                name="one_open_loan_per_member_holding",
            ),
            models.CheckConstraint(
                condition=Q(renewals__lte=lending.MOST_RENEWALS), name="loan_renewed_once_at_most"
            ),
        ]

    def __str__(self):
        return f"{self.holding} {self.due_on}"

    @property
    def is_overdue(self) -> bool:
        return self.returned_at is None and lending.is_overdue(self.due_on, timezone.localdate())

    @property
    def days_left(self) -> int:
        """Days until the due day; negative when late."""
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def refusal(self) -> str:
        """Why it can't be renewed now ("" if it can); needs `with_waiting()`."""
        return lending.refuse_renewal(
            returned=self.returned_at is not None,
            renewals=self.renewals,
            due=self.due_on,
            today=timezone.localdate(),
            waiting=self.waiting,
        )

    @property
    def refusal_text(self) -> str:
        """The refusal in words."""
        return str(lending.MESSAGES[self.refusal]) if self.refusal else ""


class ReservationQuerySet(models.QuerySet):
    def active(self, now: datetime | None = None) -> "ReservationQuerySet":
        """Readers in line at `now`, in order; a hold that was not fetched in time has left it."""
        return self.filter(in_line(now)).order_by("pk")

    def of(self, member: Member) -> "ReservationQuerySet":
        """The member's places in line, with the `place` of each."""
        before = in_line(prefix="holding__reservations__")
        ahead = Reservation.objects.filter(before, holding__reservations__pk__lt=F("pk"))
        return (
            self.active()
            .filter(member=member)
            .select_related("holding__title", "holding__room")
            .annotate(place=per_row(ahead, Count("holding__reservations")) + 1)
        )


class Reservation(models.Model):
    """A place in the queue for a room's copies; earlier rows come first."""

    class Outcome(models.TextChoices):
        BORROWED = "borrowed", _("已借到")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("逾期未取")

    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="reservations", verbose_name=_("馆藏")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="reservations", verbose_name=_("读者")
    )
    created_at = models.DateTimeField(_("预约时间"))
    held_until = models.DateTimeField(_("为其保留到"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome.choices, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "holding"],
                condition=Q(ended_at__isnull=True),
                name="one_place_in_line_per_member_holding",
            ),
        ]

    def __str__(self):
        return f"{self.holding} {self.created_at:%Y-%m-%d}"

    def place_in_line(self, now: datetime | None = None) -> int:
        """1 for the next in turn."""
        ahead = Reservation.objects.active(now).filter(holding=self.holding_id, pk__lt=self.pk)
        return ahead.count() + 1
