"""What reading is counted by: loans and visits, never who read what."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from engagement.declaration import Measure, register
from reading.models import CheckIn, Loan, start_of
from unions.models import UnionQuerySet


def loans_between(first: date, last: date) -> QuerySet:
    """Loans begun on the local days `first` to `last`, both in."""
    return Loan.objects.filter(
        borrowed_at__gte=start_of(first), borrowed_at__lt=start_of(last + timedelta(days=1))
    )


@register
class ReadingLoans(Measure):
    name = "reading_loans"
    label = _("借阅册次")
    unit = _("册次")
    definition = _("当日从书屋借出的册数，续借不另计；归到书屋所属的工会。")

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        return (
            loans_between(first, last)
            .values_list(TruncDate("borrowed_at"), "holding__room__union_id")
            .annotate(value=Count("pk"))
            .order_by()
        )

    @classmethod
    def total(cls, unions: UnionQuerySet, first: date, last: date) -> int:
        return loans_between(first, last).filter(holding__room__union__in=unions).count()


@register
class ReadingCheckIns(Measure):
    name = "reading_check_ins"
    label = _("书屋打卡人次")
    unit = _("人次")
    definition = _(
        "当日到书屋打卡的人次，一人在一处一天计一次；归到书屋所属的工会，不论读者属哪个工会。"
    )

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        return (
            CheckIn.objects.filter(day__range=(first, last))
            .values_list("day", "room__union_id")
            .annotate(value=Count("pk"))
            .order_by()
        )

    @classmethod
    def total(cls, unions: UnionQuerySet, first: date, last: date) -> int:
        return CheckIn.objects.filter(day__range=(first, last), room__union__in=unions).count()
