"""The boards of unions, from the counters of each union's own level."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz.audience import admitted_only
from quiz.models import Competition, StandingChange, UnionStanding
from quiz.ordering import ranks
from quiz.rollup import Totals, nearest_shown, roll_up
from unions.models import Member, Union

# The union board sums over the whole register; a stamp on the page says how old it is.
KEEP_SECONDS = 30
# So many rows a page shows; the own union stands apart.
TOP_UNIONS = 100
VALUES = {"rate": "rate", "completions": "completions", "points": "mean"}


class By(models.TextChoices):
    """By what unions are ordered. Points are a mean: a sum would only say who is large."""

    RATE = "rate", _("参与率")
    COMPLETIONS = "completions", _("完成次数")
    POINTS = "points", _("人均得分")


@dataclass(frozen=True)
class UnionRow:
    """One line of a board of unions or industries; `rate` is the participation rate in per cent,
    `mean` the points per participant, `bar` what the row has of the longest bar, in per cent."""

    rank: int
    path: str
    name: str
    rate: float
    mean: float
    participants: int
    members: int
    completions: int
    bar: float
    is_mine: bool = False


@dataclass(frozen=True)
class UnionTotals:
    """All unions of a competition with the sums of their subtrees, as of `at`.

    `unions` has (name, level) by path, `industries` the sums of each industry's unions.
    """

    at: datetime
    totals: dict[str, Totals]
    unions: dict[str, tuple[str, str]] = field(default_factory=dict)
    industries: dict[str, Totals] = field(default_factory=dict)

    def label_near(self, path: str) -> str:
        """The nearest union at or above `path` that is large enough to be named, or ""."""
        shown = nearest_shown(self.totals, path)
        return self.unions[shown][0] if shown in self.unions else ""


def union_totals(competition: Competition) -> UnionTotals:
    """The sums of every union in the competition's subtree; up to KEEP_SECONDS old."""
    return cache.get_or_set(
        f"quiz:union-boards:{competition.pk}", lambda: _sum(competition), KEEP_SECONDS
    )


def _sum(competition: Competition) -> UnionTotals:
    # Read before the counters: what is folded in between is older than they are.
    at = StandingChange.objects.oldest_at(competition) or timezone.now()
    register = Union.objects.order_by("path")
    if competition.union is not None:
        register = register.filter(path__startswith=competition.union.path)
    counters = {
        path: counts
        for path, *counts in UnionStanding.objects.filter(competition=competition).values_list(
            "union__path", "participants", "completions", "points"
        )
    }
    unions: dict[str, tuple[str, str]] = {}
    industries: dict[str, Totals] = {}
    leaves = []
    for (path, industry, members), (name, short_name, level) in admitted_only(
        competition, register, "name", "short_name", "level"
    ):
        unions[path] = (short_name or name, level)
        own = Totals(members, *counters.get(path, (0, 0, 0)))
        leaves.append((path, own))
        if industry:
            industries[industry] = industries.get(industry, Totals()) + own
    return UnionTotals(at, roll_up(leaves, Union.steplen), unions, industries)


def union_board(
    competition: Competition, level: str, member: Member | None, *, by: str = By.RATE
) -> list[UnionRow]:
    """Unions of `level` in order of `by`; those too small to be shown are left out."""
    found = union_totals(competition)
    own = member.union.path if _has_union(member) else ""
    return _ordered(
        (
            (path, found.unions[path][0], totals, bool(own) and own.startswith(path))
            for path, totals in found.totals.items()
            if path in found.unions and found.unions[path][1] == level
        ),
        By(by),
    )


def industry_board(
    competition: Competition, member: Member | None, *, by: str = By.RATE
) -> list[UnionRow]:
    """Industries in order of `by`: each union counts, with its own level alone, for its own."""
    own = member.union.industry if _has_union(member) else ""
    return _ordered(
        (
            (name, str(Union.Industry(name).label), totals, name == own)
            for name, totals in union_totals(competition).industries.items()
        ),
        By(by),
    )


def _ordered(found: Iterable[tuple[str, str, Totals, bool]], by: By) -> list[UnionRow]:
    """The rows that may be shown, the best first."""
    value = attrgetter(VALUES[by])
    shown = [row for row in found if row[2].is_shown]
    shown.sort(key=lambda row: (-value(row[2]), row[0]))
    numbers = ranks([-round(value(totals) * 1_000_000) for _path, _name, totals, _mine in shown])
    longest = 1.0 if by == By.RATE else max((value(row[2]) for row in shown), default=0) or 1.0
    return [
        UnionRow(
            rank=rank,
            path=path,
            name=name,
            rate=round(totals.rate * 100, 1),
            mean=round(totals.mean, 1),
            participants=totals.participants,
            members=totals.members,
            completions=totals.completions,
            bar=round(value(totals) / longest * 100, 1),
            is_mine=mine,
        )
        for (path, name, totals, mine), rank in zip(shown, numbers, strict=True)
    ]


def levels_of(competition: Competition) -> list[Union.Level]:
    """The levels that have a union to show, from the top down."""
    found = union_totals(competition)
    present = {
        found.unions[path][1]
        for path, totals in found.totals.items()
        if path in found.unions and totals.is_shown
    }
    below_top = [level for level in Union.Level if level in present]
    return [level for level in below_top if level != Union.Level.PROVINCE]


def own_union(competition: Competition, member: Member | None) -> UnionRow | None:
    """The row of the member's own union on the board of its level, if it is shown there."""
    if not _has_union(member):
        return None
    return own_union_row(union_board(competition, member.union.level, member))


def own_union_row(rows: Iterable[UnionRow]) -> UnionRow | None:
    """The row of the member's own union on this level."""
    return next((row for row in rows if row.is_mine), None)


def _has_union(member: Member | None) -> bool:
    return member is not None and member.is_authenticated and member.union_id is not None
