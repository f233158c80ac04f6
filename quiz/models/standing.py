"""Standings: what the boards are read from. All of it can be rebuilt from the attempts."""

from collections.abc import Sequence
from functools import cache

from django.db import models
from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _

from quiz.models.board import Board
from quiz.models.competition import Competition
from unions.models import Member, Union
from unions.prepared import Given, PreparedObjects


class StandingQuerySet(models.QuerySet):
    """Reads of a board, all along the index (board, cost, member)."""

    def on(self, board: Board) -> "StandingQuerySet":
        """Everyone who stands on `board`, the best first."""
        return self.filter(board=board).order_by("cost", "member_id")

    def in_total(self, competition: Competition) -> "StandingQuerySet":
        """Everyone who stands on the total board of `competition`, the best first."""
        total = self.filter(board__competition=competition, board__kind=Board.Kind.TOTAL)
        return total.order_by("cost", "member_id")

    def hold(self, boards: Sequence[int], member: int) -> "list[Standing]":
        """Those of a member on `boards` (keys), held by this transaction.

        The total board's first: whoever holds it is the only one to write the member's others.
        """
        return _held(len(boards))(member, *boards)

    def before(self, board, cost, member_id) -> "StandingQuerySet":
        """Rows of `board` ahead of that place, the nearest first."""
        return (
            self.filter(board=board, cost__lte=cost)
            .filter(models.Q(cost__lt=cost) | models.Q(member_id__lt=member_id))
            .order_by("-cost", "-member_id")
        )

    def after(self, board, cost, member_id) -> "StandingQuerySet":
        """Rows of `board` behind that place, the nearest first."""
        return (
            self.filter(board=board, cost__gte=cost)
            .filter(models.Q(cost__gt=cost) | models.Q(member_id__gt=member_id))
            .order_by("cost", "member_id")
        )

    def per_union(self, competition: Competition) -> models.QuerySet:
        """Rows (union, people, attempts, sum_of_points) of the unions that took part."""
        return (
            self.in_total(competition)
            .filter(union__isnull=False)
            .order_by()
            .values("union")
            .annotate(
                people=Count("pk"),
                attempts=Sum("completions"),
                sum_of_points=Sum("points"),
            )
        )


class Standing(models.Model):
    """What counts for one member on one board.

    `union` is the one the member began the competition for.
    """

    wagtail_reference_index_ignore = True

    board = models.ForeignKey(Board, models.CASCADE, related_name="standings")
    member = models.ForeignKey(Member, models.PROTECT, related_name="standings")
    union = models.ForeignKey(
        Union, models.PROTECT, null=True, blank=True, related_name="standings"
    )
    points = models.PositiveIntegerField(_("得分"), default=0)
    elapsed = models.PositiveIntegerField(_("用时（秒）"), default=0)
    cost = models.BigIntegerField(_("排序值"))
    completions = models.PositiveIntegerField(_("完成次数"), default=0)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("成绩")
        verbose_name_plural = _("成绩")
        constraints = [
            models.UniqueConstraint(fields=["board", "member"], name="one_standing_each"),
        ]
        indexes = [
            models.Index(fields=["board", "cost", "member"], name="standing_board"),
        ]

    def __str__(self):
        return f"{self.board_id}/{self.member_id}: {self.points}"


@cache
def _held(boards: int) -> PreparedObjects:
    def rows() -> StandingQuerySet:
        some = [Given(1 + place, Board._meta.pk) for place in range(boards)]
        found = Standing.objects.filter(board__id__in=some, member_id=Given(0, Member._meta.pk))
        return found.select_for_update(of=("self",)).order_by(
            F("board__day").asc(nulls_first=True), F("board__round_id").asc(nulls_first=True)
        )

    return PreparedObjects(rows)


class UnionStanding(models.Model):
    """Counters of one union's own level in one competition; subtrees are summed when read."""

    wagtail_reference_index_ignore = True

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="union_standings")
    union = models.ForeignKey(Union, models.PROTECT, related_name="union_standings")
    participants = models.PositiveIntegerField(_("参与人数"), default=0)
    completions = models.PositiveIntegerField(_("完成次数"), default=0)
    points = models.PositiveBigIntegerField(_("得分合计"), default=0)

    class Meta:
        verbose_name = _("单位成绩")
        verbose_name_plural = _("单位成绩")
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "union"], name="one_union_standing_each"
            ),
        ]

    def __str__(self):
        return f"{self.competition_id}/{self.union_id}: {self.participants}"
