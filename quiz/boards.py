"""Reading the boards: the best persons, one's own place, and the unions by participation rate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from quiz.models import Competition, Standing, UnionStanding
from quiz.ordering import ranks
from quiz.rollup import Totals, nearest_shown, roll_up
from unions.models import Member, Union

TOP = 50
NEIGHBOURS = 2
# The union board sums over the whole register; a stamp on the page says how old it is.
KEEP_SECONDS = 30


@dataclass(frozen=True)
class Row:
    """One line of the personal board, fit for the public."""

    rank: int
    name: str
    union: str
    points: int
    elapsed: int
    is_me: bool = False


@dataclass(frozen=True)
class Place:
    """A member's own place: the row, and the rows around it (the own one among them)."""

    row: Row
    around: tuple[Row, ...]

    @property
    def beyond(self) -> list[Row]:
        """Those around whom the list of the best does not show."""
        return [row for row in self.around if row.rank > TOP]


@dataclass(frozen=True)
class UnionRow:
    """One line of the union board; `rate` is the participation rate in per cent."""

    rank: int
    union_id: int
    path: str
    name: str
    rate: float
    participants: int
    members: int
    completions: int
    is_mine: bool = False


@dataclass(frozen=True)
class UnionTotals:
    """All unions of a competition with the sums of their subtrees, as of `at`."""

    at: datetime
    totals: dict[str, Totals]
    unions: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    def label_near(self, path: str) -> str:
        """The nearest union at or above `path` that is large enough to be named, or ""."""
        shown = nearest_shown(self.totals, path)
        return self.unions[shown][1] if shown in self.unions else ""


def top(competition: Competition, member: Member | None, most: int = TOP) -> list[Row]:
    """The first `most` of the personal board."""
    standings = list(Standing.objects.board(competition).select_related("member", "union")[:most])
    return _rows(competition, standings, ranks([s.cost for s in standings]), member)


def place_of(competition: Competition, member: Member | None) -> Place | None:
    """Where `member` stands, or None."""
    if member is None or not member.is_authenticated:
        return None
    mine = Standing.objects.filter(competition=competition, member=member).first()
    if mine is None:
        return None
    everyone = Standing.objects.select_related("member", "union")
    before = list(everyone.before(mine)[:NEIGHBOURS])[::-1]
    after = list(everyone.after(mine)[:NEIGHBOURS])
    window = [*before, mine, *after]
    first = window[0]
    position = Standing.objects.before(first).count() + 1
    rank = Standing.objects.better_than(competition, first.cost) + 1
    numbers = ranks([s.cost for s in window], position=position, rank=rank)
    rows = _rows(competition, window, numbers, member)
    return Place(rows[len(before)], tuple(rows))


def _rows(
    competition: Competition,
    standings: Sequence[Standing],
    numbers: Sequence[int],
    member: Member | None,
) -> list[Row]:
    totals = union_totals(competition) if standings else None
    me = member.pk if member is not None and member.is_authenticated else None
    return [
        Row(
            rank=rank,
            name=standing.member.public_name,
            union=totals.label_near(standing.union.path) if standing.union else "",
            points=standing.points,
            elapsed=standing.elapsed,
            is_me=standing.member_id == me,
        )
        for standing, rank in zip(standings, numbers, strict=True)
    ]


def union_totals(competition: Competition) -> UnionTotals:
    """The sums of every union in the competition's subtree; up to KEEP_SECONDS old."""
    return cache.get_or_set(
        f"quiz:unions:{competition.pk}", lambda: _sum(competition), KEEP_SECONDS
    )


def _sum(competition: Competition) -> UnionTotals:
    register = Union.objects.order_by("path")
    if competition.union is not None:
        register = register.filter(path__startswith=competition.union.path)
    counters = {
        path: counts
        for path, *counts in UnionStanding.objects.filter(competition=competition).values_list(
            "union__path", "participants", "completions", "points"
        )
    }
    unions: dict[str, tuple[int, str, str]] = {}
    leaves = []
    for pk, path, name, short_name, level, members in register.values_list(
        "pk", "path", "name", "short_name", "level", "member_count"
    ):
        unions[path] = (pk, short_name or name, level)
        leaves.append((path, Totals(members, *counters.get(path, (0, 0, 0)))))
    return UnionTotals(timezone.now(), roll_up(leaves, Union.steplen), unions)


def union_board(competition: Competition, level: str, member: Member | None) -> list[UnionRow]:
    """Unions of `level` by participation rate; those too small to be shown are left out."""
    found = union_totals(competition)
    own = member.union.path if _has_union(member) else ""
    shown = [
        (path, totals)
        for path, totals in found.totals.items()
        if path in found.unions and found.unions[path][2] == level and totals.is_shown
    ]
    shown.sort(key=lambda pair: (-pair[1].rate, pair[0]))
    numbers = ranks([-round(totals.rate * 1_000_000) for _path, totals in shown])
    return [
        UnionRow(
            rank=rank,
            union_id=found.unions[path][0],
            path=path,
            name=found.unions[path][1],
            rate=round(totals.rate * 100, 1),
            participants=totals.participants,
            members=totals.members,
            completions=totals.completions,
            is_mine=bool(own) and own.startswith(path),
        )
        for (path, totals), rank in zip(shown, numbers, strict=True)
    ]


def levels_of(competition: Competition) -> list[Union.Level]:
    """The levels that have a union to show, from the top down."""
    found = union_totals(competition)
    present = {
        found.unions[path][2]
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


def participants(competition: Competition) -> int:
    """How many stand on the board."""
    return Standing.objects.filter(competition=competition).count()


def _has_union(member: Member | None) -> bool:
    return member is not None and member.is_authenticated and member.union_id is not None
