"""Boards, and the two things that keep them quick: the rank ladder and the list of changes."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from quiz.models.competition import Competition
from quiz.models.round import Round
from quiz.ordering import Result
from unions.models import Member, Union
from unions.prepared import Given, PreparedObjects, PreparedRows, Written


class BoardQuerySet(models.QuerySet):
    def find(
        self, competition: Competition, *, day: date | None = None, round: Round | None = None
    ) -> "Board | None":
        """The total board of `competition`, or that of the local `day` or of `round`.

        None before any result.
        """
        board = Board.of(competition, day=day, round_id=round.pk if round else None)
        row = _found[board.kind].one(*board.part)
        if row is None:
            return None
        board = Board.from_db(DEFAULT_DB_ALIAS, (), row)
        board.competition = competition
        return board

    def given(self, kind: str) -> "BoardQuerySet":
        """The board of `kind` for a prepared statement, which is given the `part` of one."""
        found = self.filter(competition=Given(0, Competition._meta.pk), kind=Written(kind))
        if kind == Board.Kind.DAY:
            return found.filter(day=Given(1, Board._meta.get_field("day")))
        if kind == Board.Kind.ROUND:
            return found.filter(round__id=Given(1, Round._meta.pk))
        return found

    def all_of(self, competition: Competition) -> "list[Board]":
        """All boards of `competition`, as this object, in the order of `needed`."""
        found = self.filter(competition=competition).order_by(
            F("day").asc(nulls_first=True), F("round_id").asc(nulls_first=True)
        )
        for board in found:
            board.competition = competition
        return list(found)

    def days(self, competition: Competition) -> "BoardQuerySet":
        """The boards of the days that have one, the latest first."""
        return self.filter(competition=competition, kind=Board.Kind.DAY).order_by("-day")

    def recent(self, since: datetime) -> "BoardQuerySet":
        """Those of competitions that close after `since`."""
        return self.filter(competition__closes_at__gt=since).select_related("competition")

    def needed(
        self, competition: Competition, days: Iterable[date], rounds: Iterable[int] = ()
    ) -> "list[Board]":
        """The total board, those of `rounds` (keys) and of `days`, made where they are missing.

        All writers take them, and what stands on them, in this order: total, rounds, days.
        """
        wanted = [(None, None), *((pk, None) for pk in sorted(rounds))]
        wanted += [(None, day) for day in sorted(days)]
        found = self._by_part(competition, wanted)
        if missing := [part for part in wanted if part not in found]:
            made = (self.model.of(competition, round_id=pk, day=day) for pk, day in missing)
            self.bulk_create(made, ignore_conflicts=True)
            found = self._by_part(competition, wanted)
        for board in found.values():
            board.competition = competition
        return [found[part] for part in wanted]

    def _by_part(self, competition: Competition, wanted) -> "dict[tuple, Board]":
        rounds = [pk for pk, _day in wanted if pk is not None]
        days = [day for _pk, day in wanted if day is not None]
        rows = _parts(len(rounds), len(days))(competition.pk, *rounds, *days)
        return {(board.round_id, board.day): board for board in rows}

    def held(self, pk: int) -> "Board":
        """The board, held by this transaction: whoever folds its changes is the only one.

        The lock lets rows be added that point to the board, so that nobody who hands in waits.
        """
        held = self.select_for_update(no_key=True, of=("self",))
        return held.select_related("competition").get(pk=pk)


class Board(models.Model):
    """One list of persons in one order: the total of a competition, one local day or one round.

    That of a round ranks the best attempt of the round, as promotion does, however results add up.
    """

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        TOTAL = "total", _("总榜")
        DAY = "day", _("日榜")
        ROUND = "round", _("关卡榜")

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="boards")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    day = models.DateField(_("日期"), null=True, blank=True)
    round = models.ForeignKey(
        Round,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="boards",
        verbose_name=_("关卡"),
    )
    generation = models.PositiveIntegerField(_("副本代次"), default=0)
    folds = models.PositiveBigIntegerField(_("汇总次数"), default=0)
    unlevelled = models.PositiveIntegerField(_("上次建梯后的变动"), default=0)

    objects = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = _("榜单")
        verbose_name_plural = _("榜单")
        constraints = [
            models.UniqueConstraint(
                fields=["competition"], condition=Q(kind="total"), name="one_total_board"
            ),
            models.UniqueConstraint(
                fields=["competition", "day"], condition=Q(kind="day"), name="one_board_per_day"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(kind="round"), name="one_board_per_round"
            ),
            models.CheckConstraint(
                condition=Q(kind="total", day__isnull=True, round__isnull=True)
                | Q(kind="day", day__isnull=False, round__isnull=True)
                | Q(kind="round", day__isnull=True, round__isnull=False),
                name="board_is_of_what_its_kind_says",
            ),
        ]

    def __str__(self):
        return f"{self.competition_id}/{self.day or self.round_id or self.kind}"

    @classmethod
    def of(
        cls, competition: Competition, *, day: date | None = None, round_id: int | None = None
    ) -> "Board":
        """An unsaved board of `day` or of the round `round_id`, or the total one for neither."""
        kind = cls.Kind.DAY if day else cls.Kind.ROUND if round_id else cls.Kind.TOTAL
        return cls(competition=competition, kind=kind, day=day, round_id=round_id)

    @property
    def part(self) -> tuple[int | date, ...]:
        """What it is of: the values for `BoardQuerySet.given` of its kind."""
        return (self.competition_id, *filter(None, (self.day, self.round_id)))

    @property
    def counting(self) -> str:
        """By what rule the results of one person are put together here."""
        if self.kind == self.Kind.ROUND:
            return Competition.Counting.BEST
        return self.competition.counting

    @property
    def only_improves(self) -> bool:
        """Whether another attempt can only better a place: then the best cost is the last one.

        Not where results add up: one without points adds its time.
        """
        counting = self.counting
        one_a_day = counting == Competition.Counting.SUM_OF_DAYS and self.kind == self.Kind.DAY
        return one_a_day or counting == Competition.Counting.BEST

    def takes(self, result: Result) -> bool:
        """Whether a result counts here."""
        if self.kind == self.Kind.ROUND:
            return self.round_id == result.round
        return self.day is None or self.day == result.day


@cache
def _parts(rounds: int, days: int) -> PreparedObjects:
    """The total board and those of so many rounds and days."""
    kinds, first_day = Board.Kind, 1 + rounds
    return PreparedObjects(
        lambda: Board.objects.filter(competition=Given(0, Competition._meta.pk)).filter(
            Q(kind=kinds.TOTAL)
            | Q(
                kind=kinds.ROUND,
                round__id__in=[Given(1 + place, Round._meta.pk) for place in range(rounds)],
            )
            | Q(
                kind=kinds.DAY,
                day__in=[
                    Given(first_day + place, Board._meta.get_field("day")) for place in range(days)
                ],
            )
        )
    )


_columns = [field.attname for field in Board._meta.concrete_fields]
_found = {
    kind: PreparedRows(lambda kind=kind: Board.objects.given(kind).values_list(*_columns))
    for kind in Board.Kind.values
}


class RungQuerySet(models.QuerySet):
    def ladder(self, board, cost, member_id, standings: models.QuerySet) -> models.QuerySet:
        """One row: how many of `standings` stand before `cost` on `board`, exactly, and how many
        at it before the member; see quiz/ladder.py.

        No row where no rung stands at or before `cost`. One statement, and so of one moment.
        """
        crossed = (
            StandingChange.objects.filter(board=board)
            .order_by()
            .values("board")
            .annotate(
                more=Count("pk", filter=Q(after__lt=OuterRef("cost")))
                - Count("pk", filter=Q(before__lt=OuterRef("cost")))
            )
        )
        beyond = (
            standings.filter(board=board, cost__gte=OuterRef("cost"), cost__lt=cost)
            .order_by()
            .values("board")
            .annotate(more=Count("pk"))
        )
        equal = (
            standings.filter(board=board, cost=cost, member_id__lt=member_id)
            .order_by()
            .values("board")
            .annotate(more=Count("pk"))
        )
        return (
            self.filter(board=board, cost__lte=cost)
            .order_by("-cost")
            .annotate(
                whole=F("below")
                + Coalesce(Subquery(crossed.values("more")), 0)
                + Coalesce(Subquery(beyond.values("more")), 0),
                equal=Coalesce(Subquery(equal.values("more")), 0),
            )
            .values_list("whole", "equal")[:1]
        )


class Rung(models.Model):
    """A step of a board's rank ladder: `below` stand before `cost`, pending changes left out."""

    wagtail_reference_index_ignore = True

    board = models.ForeignKey(Board, models.CASCADE, related_name="rungs")
    cost = models.BigIntegerField(_("排序值"))
    below = models.PositiveBigIntegerField(_("在前人数"))

    objects = RungQuerySet.as_manager()

    class Meta:
        verbose_name = _("名次阶梯")
        verbose_name_plural = _("名次阶梯")
        constraints = [
            models.UniqueConstraint(fields=["board", "cost"], name="one_rung_per_cost"),
        ]

    def __str__(self):
        return f"{self.board_id}: {self.below} < {self.cost}"


class StandingChangeQuerySet(models.QuerySet):
    def oldest_at(self, competition: Competition) -> datetime | None:
        """Since when the unions' counters lack something, or None when they hold everything."""
        total = self.filter(board__competition=competition, board__kind=Board.Kind.TOTAL)
        return total.order_by("pk").values_list("created_at", flat=True).first()


class StandingChange(models.Model):
    """What a write did to one standing, until the one writer has folded it in.

    Written in the transaction that changes the standing. `before` and `after` are its costs (null:
    it was not there), the three figures are differences for the counters of `union`.
    """

    wagtail_reference_index_ignore = True

    board = models.ForeignKey(Board, models.CASCADE, related_name="changes")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    union = models.ForeignKey(Union, models.PROTECT, null=True, related_name="+")
    before = models.BigIntegerField(_("原排序值"), null=True)
    after = models.BigIntegerField(_("新排序值"), null=True)
    participants = models.SmallIntegerField(_("参与人数"), default=0)
    completions = models.IntegerField(_("完成次数"), default=0)
    points = models.BigIntegerField(_("得分"), default=0)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = StandingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("待汇总变动")
        verbose_name_plural = _("待汇总变动")

    def __str__(self):
        return f"{self.board_id}/{self.member_id}: {self.before} → {self.after}"
