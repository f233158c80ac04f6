"""The boards of unions, from the counters of each union's own level."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quiz.audience import admission
from quiz.boards import register
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


class UnionRow(NamedTuple):
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

    `unions` has (name, level) by path, `industries` the sums of each industry's unions. What is
    asked of it is worked out once.
    """

    at: datetime
    totals: dict[str, Totals]
    unions: dict[str, tuple[str, str]] = field(default_factory=dict)
    industries: dict[str, Totals] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _boards: dict[tuple[str, str], "_Board"] = field(default_factory=dict)

    def label_near(self, path: str) -> str:
        """The nearest union at or above `path` that is large enough to be named, or ""."""
        label = self._labels.get(path)
        if label is None:
            shown = nearest_shown(self.totals, path)
            label = self._labels[path] = self.unions[shown][0] if shown in self.unions else ""
        return label

    @cached_property
    def levels(self) -> list[Union.Level]:
        """The levels that have a union to show, from the top down."""
        present = {
            self.unions[path][1]
            for path, totals in self.totals.items()
            if path in self.unions and totals.is_shown
        }
        return [level for level in Union.Level if level in present]

    def board(self, level: str, by: "By") -> "_Board":
        """The unions of `level` in order of `by`."""
        if (level, by) not in self._boards:
            of_level = (
                (path, self.unions[path][0], totals)
                for path, totals in self.totals.items()
                if path in self.unions and self.unions[path][1] == level
            )
            self._boards[level, by] = _Board.of(_ordered(of_level, by))
        return self._boards[level, by]

    def industry_board(self, by: "By") -> "_Board":
        """The industries in order of `by`."""
        if ("", by) not in self._boards:
            each = (
                (name, str(Union.Industry(name).label), totals)
                for name, totals in self.industries.items()
            )
            self._boards["", by] = _Board.of(_ordered(each, by))
        return self._boards["", by]


class _Board(NamedTuple):
    """Rows in order, and the place of each path among them."""

    rows: list[UnionRow]
    places: dict[str, int]

    @classmethod
    def of(cls, rows: list[UnionRow]) -> "_Board":
        return cls(rows, {row.path: place for place, row in enumerate(rows)})

    def seen_by(self, paths: Iterable[str]) -> list[UnionRow]:
        """The rows, with those of `paths` marked as the own."""
        rows = self.rows.copy()
        for path in paths:
            if (place := self.places.get(path)) is not None:
                rows[place] = rows[place]._replace(is_mine=True)
        return rows


# Competition → until when its totals are good, and they; see `union_totals`.
_kept: dict[int, tuple[float, UnionTotals]] = {}
MOST_KEPT = 32


def union_totals(competition: Competition) -> UnionTotals:
    """The sums of every union in the competition's subtree; up to KEEP_SECONDS old.

    All processes sum up the same counters, which the shared cache holds, and each keeps its sums
    as long as the cache keeps the counters.
    """
    until, totals = _kept.get(competition.pk, (0.0, None))
    if totals is None or time.time() >= until:
        until, at, counters = cache.get_or_set(
            f"quiz:union-counters:{competition.pk}", lambda: _counters(competition), KEEP_SECONDS
        )
        totals = _sum(competition, at, counters)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[competition.pk] = until, totals
    return totals


def forget_totals() -> None:
    """Sum up anew the next time, from counters and a register that are read anew."""
    cache.delete_many([f"quiz:union-counters:{pk}" for pk in _kept])
    _kept.clear()
    register.forget()


def _counters(competition: Competition) -> tuple[float, datetime, list[tuple[int, ...]]]:
    """Until when they are good, since when they lack something, and those of each union."""
    # Read before the counters: what is folded in between is older than they are.
    at = StandingChange.objects.oldest_at(competition) or timezone.now()
    rows = UnionStanding.objects.filter(competition=competition).values_list(
        "union_id", "participants", "completions", "points"
    )
    return time.time() + KEEP_SECONDS, at, list(rows)


def _sum(competition: Competition, at: datetime, rows: list[tuple[int, ...]]) -> UnionTotals:
    counters = {union: figures for union, *figures in rows}
    below = competition.union.path if competition.union is not None else ""
    admits = admission(competition)
    unions: dict[str, tuple[str, str]] = {}
    industries: dict[str, Totals] = {}
    leaves = []
    for pk, path, name, level, industry, members in register.entries(counters).values():
        if not path.startswith(below):
            continue
        unions[path] = name, level
        own = Totals(members if admits(path, industry) else 0, *counters.get(pk, (0, 0, 0)))
        leaves.append((path, own))
        if industry:
            industries[industry] = industries.get(industry, Totals()) + own
    return UnionTotals(at, roll_up(leaves, Union.steplen), unions, industries)


def union_board(
    competition: Competition, level: str, member: Member | None, *, by: str = By.RATE
) -> list[UnionRow]:
    """Unions of `level` in order of `by`; those too small to be shown are left out."""
    own = member.union.path if _has_union(member) else ""
    above = (own[:end] for end in range(Union.steplen, len(own) + 1, Union.steplen))
    return union_totals(competition).board(str(level), By(by)).seen_by(above)


def industry_board(
    competition: Competition, member: Member | None, *, by: str = By.RATE
) -> list[UnionRow]:
    """Industries in order of `by`: each union counts, with its own level alone, for its own."""
    own = [member.union.industry] if _has_union(member) else []
    return union_totals(competition).industry_board(By(by)).seen_by(own)


def _ordered(found: Iterable[tuple[str, str, Totals]], by: By) -> list[UnionRow]:
    """The rows that may be shown, the best first."""
    value = attrgetter(VALUES[by])
    shown = sorted(
        ((-value(totals), path, name, totals) for path, name, totals in found if totals.is_shown),
        key=itemgetter(0, 1),
    )
    numbers = ranks([round(worth * 1_000_000) for worth, *_row in shown])
    longest = 1.0 if by == By.RATE else max((-row[0] for row in shown), default=0) or 1.0
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
            bar=round(-worth / longest * 100, 1),
        )
        for (worth, path, name, totals), rank in zip(shown, numbers, strict=True)
    ]


def levels_of(competition: Competition) -> list[Union.Level]:
    """The levels below the top that have a union to show, from the top down."""
    levels = union_totals(competition).levels
    return [level for level in levels if level != Union.Level.PROVINCE]


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
