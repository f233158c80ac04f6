"""What a paper is worth: a pure function of the questions, their keys and the answers."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

SINGLE, MULTIPLE, BOOLEAN, FILL = "single", "multiple", "boolean", "fill"
# Characters of one answer that is typed in.
MOST_TEXT = 100
# What compatibility folding leaves as it is, though a keyboard writes both for the same.
PUNCTUATION = str.maketrans(
    "。、，；：？！“”‘’「」『』《》〈〉【】〔〕—–・", ".,,;:?!\"\"''\"\"''<><>[][]--·"
)
HIDDEN = {"Cc", "Cf", "Cs"}


@dataclass(frozen=True)
class Item:
    """One question as it stands on a paper: option id → position, and the key's positions.

    A fill-in has no options but `accepted`, the folded forms of its answer.
    After a correction the former key may stay right too (`also`), or everything is (`free`).
    """

    points: int
    options: Mapping[str, int]
    key: frozenset[int]
    accepted: frozenset[str] = frozenset()
    also: frozenset[int] | None = None
    free: bool = False


def folded(text: str) -> str:
    """`text` as answers are compared: without white space and invisible characters, in one width,
    case and kind of punctuation. Folding twice changes nothing."""
    while (again := _folded_once(text)) != text:
        text = again
    return text


def _folded_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(
        char for char in text if not char.isspace() and unicodedata.category(char) not in HIDDEN
    )
    return text.translate(PUNCTUATION)


def is_right(item: Item, chosen: Collection[str]) -> bool:
    """Whether `chosen` (option ids) is exactly the key; an id of elsewhere is never right.

    For a fill-in `chosen` is the one text that was typed in.
    """
    if item.free:
        return True
    if item.accepted:
        return len(chosen) == 1 and all(folded(text) in item.accepted for text in chosen)
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
    """Why `right` (positions in `options`) can't be the key of a question of `kind`, or "".

    The options of a fill-in are the forms that are accepted, each of them right.
    """
    if kind == FILL:
        return _forms_problem(options)
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


def _forms_problem(forms: Sequence[str]) -> str:
    if not forms:
        return _("填空题至少要写一个可接受的答案。")
    keys = [folded(form) for form in forms]
    if not all(keys):
        return _("填空题的答案不能只有空格。")
    if len(set(keys)) < len(keys):
        return _("填空题有两个写法相同（不分大小写、全角半角和空格），请删去一个。")
    if any(len(form) > MOST_TEXT for form in forms):
        return _("填空题的答案最多 %(most)d 个字。") % {"most": MOST_TEXT}
    return ""
