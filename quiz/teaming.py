"""What a team has reached: a pure function of what its members have, in the one order of boards."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from quiz.ordering import cost, ranks, worth

Key = TypeVar("Key", bound=Hashable)


def team_cost(costs: Iterable[int], counts: int | None) -> int | None:
    """The place of a team whose members have these best `costs`; None while nobody has one.

    The best `counts` of them add up (None: all), their points and their seconds.
    """
    best = [worth(value) for value in sorted(costs)[:counts]]
    if not best:
        return None
    return cost(sum(points for points, _elapsed in best), sum(elapsed for _points, elapsed in best))


def ranked(teams: Mapping[Key, int | None]) -> list[tuple[int | None, Key]]:
    """(rank, team) by the cost of each, the best first, equal ones with one rank.

    Those without a cost come last and have no rank. Among equals the order given is kept.
    """
    placed: Sequence[tuple[Key, int]] = sorted(
        ((team, value) for team, value in teams.items() if value is not None),
        key=lambda entry: entry[1],
    )
    numbers = ranks([value for _team, value in placed])
    waiting = [(None, team) for team, value in teams.items() if value is None]
    return [*zip(numbers, (team for team, _value in placed), strict=True), *waiting]
