"""What a paper is worth: a pure function of the questions, their keys and the answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

SINGLE, MULTIPLE, BOOLEAN = "single", "multiple", "boolean"


@dataclass(frozen=True)
class Item:
    """One question as it stands on a paper: option id → position, and the key's positions.

    After a correction the former key may stay right too (`also`), or everything is (`free`).
    """

    points: int
    options: Mapping[str, int]
    key: frozenset[int]
    also: frozenset[int] | None = None
    free: bool = False


def is_right(item: Item, chosen: Collection[str]) -> bool:
    """Whether `chosen` (option ids) is exactly the key; an id of elsewhere is never right."""
    if item.free:
        return True
    places = {item.options.get(name, -1) for name in chosen}
    return bool(chosen) and places in (item.key, item.also)


def points_of(items: Sequence[Item], answers: Mapping[int, Collection[str]]) -> int:
    """The sum of the points of all questions answered right; `answers` counts from 1."""
    return sum(
        item.points
        for number, item in enumerate(items, start=1)
        if is_right(item, answers.get(number, ()))
    )


def right_count(items: Sequence[Item], answers: Mapping[int, Collection[str]]) -> int:
    """How many questions are answered right."""
    return sum(
        is_right(item, answers.get(number, ())) for number, item in enumerate(items, start=1)
    )


def key_problem(kind: str, options: Sequence[str], right: Collection[int]) -> str:
    """Why `right` (positions in `options`) can't be the key of a question of `kind`, or ""."""
    if len(options) < 2:
        return _("至少要有两个选项。")
    if len({text.strip() for text in options}) < len(options):
        return _("选项不能重复。")
    if not set(right) <= set(range(len(options))):
        return _("答案指向了不存在的选项。")
    if kind == BOOLEAN and len(options) != 2:
        return _("判断题只有两个选项。")
    if kind in {SINGLE, BOOLEAN} and len(set(right)) != 1:
        return _("单选和判断题要有且只有一个正确选项。")
    if kind == MULTIPLE and len(set(right)) < 2:
        return _("多选题至少有两个正确选项。")
    return ""
