"""What of competitions is counted, from the attempts alone."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from engagement.declaration import Measure, register
from quiz.models import Attempt
from unions.models import UnionQuerySet


def _between(first: date, last: date) -> QuerySet:
    """Attempts handed in on the local days `first` to `last`, by members of a union."""
    start = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return Attempt.objects.submitted_between(start, end).filter(union__isnull=False).order_by()


def _per_day(first: date, last: date, figure: Count) -> Iterable[tuple[date, int, int]]:
    return (
        _between(first, last)
        .annotate(handed_in_on=TruncDate("submitted_at"))
        .values_list("handed_in_on", "union_id")
        .annotate(figure)
    )


@register
class QuizAttempts(Measure):
    name = "quiz_attempts"
    label = _("答题次数")
    unit = _("次")
    definition = _("已交的竞赛答卷数，按交卷日和答题时所在工会计；到时自动交卷的也算。")

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        return _per_day(first, last, Count("pk"))

    @classmethod
    def total(cls, unions: UnionQuerySet, first: date, last: date) -> int:
        return _between(first, last).filter(union__in=unions).count()


@register
class QuizParticipants(Measure):
    name = "quiz_participants"
    label = _("答题人数")
    unit = _("人")
    definition = _("至少交过一份竞赛答卷的会员数，一段时间内同一人只算一次。")
    additive = False

    @classmethod
    def per_day(cls, first: date, last: date) -> Iterable[tuple[date, int, int]]:
        return _per_day(first, last, Count("member", distinct=True))

    @classmethod
    def total(cls, unions: UnionQuerySet, first: date, last: date) -> int:
        members = _between(first, last).filter(union__in=unions).values("member")
        return members.distinct().count()

    @classmethod
    def by_union(cls, unions: UnionQuerySet, first: date, last: date) -> dict[int, int]:
        place = Window(RowNumber(), partition_by="member", order_by=["-submitted_at", "-pk"])
        within = _between(first, last).filter(union__in=unions)
        latest = within.annotate(place=place).filter(place=1)
        people = Attempt.objects.filter(pk__in=latest.values("pk")).order_by()
        return dict(people.values_list("union_id").annotate(Count("pk")))
