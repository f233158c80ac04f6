"""The list of changes: what each write did to a standing, for the one writer that folds it in."""

from collections.abc import Iterable
from dataclasses import dataclass

from quiz.models import Standing, StandingChange


@dataclass(frozen=True)
class Figures:
    """What of a standing others are derived from."""

    union_id: int | None
    cost: int
    completions: int
    points: int


def figures_of(standing: Standing) -> Figures | None:
    """What `standing` brings; None while nothing is counted for it."""
    if not standing.completions:
        return None
    return Figures(standing.union_id, standing.cost, standing.completions, standing.points)


def difference(
    standing: Standing, before: Figures | None, after: Figures | None
) -> list[StandingChange]:
    """The rows that lead from `before` to `after`: none, one, or two when the union changed."""
    if before == after:
        return []
    if before and after and before.union_id != after.union_id:
        return [*difference(standing, before, None), *difference(standing, None, after)]
    zero = Figures(None, 0, 0, 0)
    old, new = before or zero, after or zero
    return [
        StandingChange(
            board_id=standing.board_id,
            member_id=standing.member_id,
            union_id=(after or before).union_id,
            before=before.cost if before else None,
            after=after.cost if after else None,
            participants=bool(after) - bool(before),
            completions=new.completions - old.completions,
            points=new.points - old.points,
        )
    ]


def write_down(changes: Iterable[StandingChange]) -> None:
    """Add `changes` to the list; in the transaction that saves the standings."""
    StandingChange.objects.bulk_create(changes, batch_size=500)
