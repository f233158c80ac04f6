"""What every benchmark prints: a table for people, and as the last line JSON for a guard."""

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """One ratio against a limit or a peer measured in the same run; `held` says goal met.

    `goal` is the least ratio that is good enough (`at_least`) or the most (`at_least=False`).
    """

    name: str
    ratio: float
    goal: float
    held: bool
    note: str = ""


def result(
    name: str, ratio: float, goal: float, *, at_least: bool = True, note: str = ""
) -> Result:
    """A `Result` with `held` worked out."""
    held = ratio >= goal if at_least else ratio <= goal
    return Result(name, round(ratio, 4), goal, held, note)


def paired(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> float:
    """The median of theirs/ours over `rounds` pairs, measured in turn A B A B.

    Both callables return seconds for the same amount of work, so 0.5 says ours takes twice as
    long. Pairing keeps the ratio honest on a machine whose speed drifts.
    """
    ratios = []
    ours(), theirs()
    for _ in range(rounds):
        mine = ours()
        ratios.append(theirs() / mine)
    return statistics.median(ratios)


def publish(results: list[Result]) -> None:
    """Print the table and, as the last line, the JSON list."""
    width = max(len(r.name) for r in results)
    for r in results:
        sign = "held" if r.held else "MISSED"
        print(f"{r.name:<{width}}  {r.ratio:>10.4g}  goal {r.goal:<8.4g}  {sign:<6}  {r.note}")
    fields = ("name", "ratio", "goal", "held")
    print(json.dumps([{k: v for k, v in asdict(r).items() if k in fields} for r in results]))
