"""What was searched, day by day."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from search.numbers import HIDDEN
from search.text import fold

# Rarer queries may be about one person: they are nobody else's business.
POPULAR = 5
# More characters may be a message to everybody. Fewer than a query may have units, so that no
# query that is cut short is shown.
LONGEST_POPULAR = 20


class QueryLogQuerySet(models.QuerySet):
    """Reads of the query log."""

    def popular(self, today: date, most: int = 8) -> list[str]:
        """What many searched with results in the last 30 days, most frequent first: words, no
        sentences, and nothing with a number that was hidden."""
        rows = (
            self.filter(day__gt=today - timedelta(days=30))
            .exclude(query__contains=fold(HIDDEN))
            .annotate(size=Length("query"))
            .filter(size__lte=LONGEST_POPULAR)
            .values("query")
            .annotate(times=Sum("count"), empty=Sum("zero_count"))
            .filter(times__gte=POPULAR, empty=0)
            .order_by("-times", "query")
        )
        return [row["query"] for row in rows[:most]]


class QueryLog(models.Model):
    """How often something was searched on a day; nobody's name, account or address."""

    day = models.DateField(_("日期"))
    query = models.CharField(_("搜索词"), max_length=100)
    count = models.PositiveIntegerField(_("次数"), default=0)
    zero_count = models.PositiveIntegerField(_("无结果次数"), default=0)

    objects = QueryLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("搜索记录")
        verbose_name_plural = _("搜索记录")
        ordering = ["-day", "-count", "query"]
        constraints = [
            models.UniqueConstraint(fields=["day", "query"], name="one_row_per_query_and_day"),
        ]

    def __str__(self):
        return f"{self.day} {self.query}"
