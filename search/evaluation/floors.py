"""The relevance once reached, as floors that later changes may not fall below."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from search.evaluation.runner import Score

FILE = Path(__file__).with_name("floors.json")
# What nDCG may lose before it counts: content and dictionaries change a little.
TOLERANCE = 0.02

Floors = dict[str, dict[str, Any]]


def read(name: str, path: Path = FILE) -> Floors:
    """The floors by class of the content called `name`; empty where none are recorded."""
    return _all(path).get(name, {})


def record(name: str, scores: Mapping[str, Score], path: Path = FILE) -> None:
    """Let `scores` be the floors of the content called `name`."""
    floors = _all(path)
    floors[name] = {
        each: {"ndcg10": score.ndcg10, "zero_result": score.zero_result}
        for each, score in scores.items()
    }
    path.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _all(path: Path) -> dict[str, Floors]:
    if not path.exists():
        return {}
    found: dict[str, Floors] = json.loads(path.read_text(encoding="utf-8"))
    return found


def fallen(scores: Mapping[str, Score], floors: Floors) -> list[str]:
    """What is worse than recorded, a line each; empty where all holds."""
    lines = []
    for name, floor in floors.items():
        score = scores.get(name)
        if score is None:
            lines.append(f"{name}: no queries any more")
            continue
        if score.ndcg10 < floor["ndcg10"] - TOLERANCE:
            lines.append(f"{name}: nDCG@10 {score.ndcg10:.3f}, floor {floor['ndcg10']:.3f}")
        if score.zero_result > floor["zero_result"]:
            lines.append(
                f"{name}: {score.zero_result} without results, floor {floor['zero_result']}"
            )
    return lines


def summary(total: Score, scores: Mapping[str, Score]) -> dict[str, Any]:
    """`{"ndcg10", "mrr", "zero_result", "classes"}`, as `search_eval --json` prints it."""
    found = asdict(total)
    del found["queries"]
    return found | {"classes": {name: asdict(score) for name, score in scores.items()}}
