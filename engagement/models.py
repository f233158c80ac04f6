"""What was counted: views per page, and every measure per day and union."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, models
from django.db.models import Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from unions.models import Union


class PageViewsQuerySet(models.QuerySet):
    def during(self, first: date, last: date) -> "PageViewsQuerySet":
        """The days `first` to `last`, both in."""
        return self.filter(day__range=(first, last))

    def per_union_and_day(self) -> Iterable[tuple[date, int, int]]:
        """Rows (day, union id, views) of pages that a union publishes."""
        return (
            self.exclude(union_id=0)
            .order_by()
            .values_list("day", "union_id")
            .annotate(total=Sum("views"))
        )

    def total_of(self, page_id: int) -> int:
        """All views of one page."""
        return self.filter(page_id=page_id).aggregate(total=Sum("views"))["total"] or 0

    def add(self, counts: dict[tuple[date, int, int], int]) -> None:
        """Add `counts` of (day, page id, union id) to what is stored.

        One statement per key that the database adds up itself, so that two that add at the same
        time both count. In order of key, so that they can't wait for each other.
        """
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (day, page_id, union_id, views) VALUES (%s, %s, %s, %s) "  # noqa: S608 - our own table's name
                f"ON CONFLICT (day, page_id, union_id) "
                f"DO UPDATE SET views = {table}.views + excluded.views",
                [(*key, counts[key]) for key in sorted(counts)],
            )


class PageViews(models.Model):
    """How often a page was opened on a day.

    Page and union are plain numbers: a view recorded just before its page is deleted must not
    hold up the others, and the past stays as it was counted. Union 0: no union publishes it.
    """

    day = models.DateField(_("日期"))
    page_id = models.PositiveBigIntegerField(_("页面编号"))
    union_id = models.PositiveBigIntegerField(_("发布单位编号"), default=0)
    views = models.PositiveBigIntegerField(_("阅读次数"))

    objects = PageViewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("页面阅读")
        verbose_name_plural = _("页面阅读")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "page_id", "union_id"], name="one_counter_per_day_page_union"
            ),
        ]
        indexes = [models.Index(fields=["page_id"], name="views_of_page")]

    def __str__(self):
        return f"{self.day} · {self.page_id} · {self.views}"


class FlushedFile(models.Model):
    """A spool file that is counted; written with its counts, so that it is never counted twice."""

    name = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("已计入的计数文件")
        verbose_name_plural = _("已计入的计数文件")

    def __str__(self):
        return self.name


class TallyQuerySet(models.QuerySet):
    def of(self, measure: str) -> "TallyQuerySet":
        """The rows of one measure."""
        return self.filter(measure=measure)

    def during(self, first: date, last: date) -> "TallyQuerySet":
        """The days `first` to `last`, both in."""
        return self.filter(day__range=(first, last))

    def under(self, path: str) -> "TallyQuerySet":
        """The union at the tree path `path` and everything below it."""
        return self.filter(union__path__startswith=path)

    def sum(self) -> int:
        """All values together."""
        return self.aggregate(total=Sum("value"))["total"] or 0

    def by_day(self) -> dict[date, int]:
        """Sum per day; days without rows are missing."""
        return dict(self.order_by().values_list("day").annotate(total=Sum("value")))

    def by_child(self, union: Union) -> dict[str, int]:
        """Sum per child's tree path (each with its subtree); the union's own under its path.

        Looks at the subtree of `union` alone.
        """
        length = len(union.path) + union.steplen
        return dict(
            self.under(union.path)
            .order_by()
            .annotate(branch=Substr("union__path", 1, length))
            .values_list("branch")
            .annotate(total=Sum("value"))
        )


class Tally(models.Model):
    """The value of a measure for one union's own level on one day; can be rebuilt at any time."""

    measure = models.CharField(_("指标"), max_length=40)
    day = models.DateField(_("日期"))
    union = models.ForeignKey(Union, models.CASCADE, related_name="+", verbose_name=_("工会"))
    value = models.BigIntegerField(_("数值"))

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("日汇总")
        verbose_name_plural = _("日汇总")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "day", "union"], name="one_tally_per_measure_day_union"
            ),
        ]

    def __str__(self):
        return f"{self.measure} · {self.day} · {self.union_id} · {self.value}"


class RollUp(models.Model):
    """When a day was last rolled up: the time that every screen of numbers shows."""

    day = models.DateField(_("日期"), unique=True)
    at = models.DateTimeField(_("汇总时间"))

    class Meta:
        verbose_name = _("汇总时间")
        verbose_name_plural = _("汇总时间")

    def __str__(self):
        return f"{self.day} · {self.at}"
