"""Drawing a paper from a bank by rule. The randomness comes in as `rng`."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Without vowels and look-alikes: an id is never a word.
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
ID_LENGTH = 6
REDRAWS = 64


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn. `fixed` keeps the options in their order (判断)."""

    version: int
    category: str
    difficulty: int
    options: int
    fixed: bool = False


@dataclass(frozen=True)
class Rule:
    """`count` questions of a category ("" = any) and difficulty (None = any)."""

    count: int
    category: str = ""
    difficulty: int | None = None

    def takes(self, candidate: Candidate) -> bool:
        return self.category in ("", candidate.category) and self.difficulty in (
            None,
            candidate.difficulty,
        )

    def overlaps(self, other: "Rule") -> bool:
        """Whether one question could serve both."""
        same_category = not self.category or other.category in ("", self.category)
        same_difficulty = self.difficulty is None or other.difficulty in (None, self.difficulty)
        return same_category and same_difficulty

    @property
    def breadth(self) -> int:
        return (not self.category) + (self.difficulty is None)


@dataclass(frozen=True)
class Strata:
    """What may be drawn, by (category, difficulty): a rule takes all of a stratum or nothing."""

    groups: Mapping[tuple[str, int], Sequence[Candidate]]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> "Strata":
        groups: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[candidate.category, candidate.difficulty].append(candidate)
        return cls(groups)

    def taken_by(self, rule: Rule) -> list[Sequence[Candidate]]:
        """The strata that `rule` draws from."""
        return [group for group in self.groups.values() if rule.takes(group[0])]

    def count(self, rule: Rule) -> int:
        """How many candidates `rule` draws from."""
        return sum(map(len, self.taken_by(rule)))


@dataclass(frozen=True)
class PaperItem:
    """A drawn question: its version, and (own id, position in the version) for each option."""

    version: int
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Paper:
    """The drawn list of one attempt."""

    items: tuple[PaperItem, ...]

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"version": item.version, "options": [list(pair) for pair in item.options]}
            for item in self.items
        ]

    @classmethod
    def from_json(cls, data: list[dict[str, Any]]) -> "Paper":
        return cls(
            tuple(
                PaperItem(
                    entry["version"], tuple((name, place) for name, place in entry["options"])
                )
                for entry in data
            )
        )

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(item.version for item in self.items)

    def as_bytes(self) -> bytes:
        """The whole paper, ids included, as its file holds it."""
        return json.dumps(self.as_json(), separators=(",", ":"), sort_keys=True).encode()

    @property
    def hash(self) -> str:
        """SHA-256 over these bytes: proves later what was asked."""
        return hashlib.sha256(self.as_bytes()).hexdigest()


class ShortPool(Exception):
    """The pool has too few questions for a rule."""

    def __init__(self, rule: Rule):
        super().__init__(rule)
        self.rule = rule


def shortages(strata: Strata, rules: Sequence[Rule]) -> list[tuple[Rule, int]]:
    """Rules that `strata` may fail to serve, each with the number of questions missing.

    Where rules overlap, a question drawn for the narrower one is gone for the wider one, so the
    wider one asks for that many more. An empty list means: `draw` succeeds, whatever it draws.
    """
    missing = []
    ordered = _narrow_first(rules)
    for index, rule in enumerate(ordered):
        taken = sum(other.count for other in ordered[:index] if other.overlaps(rule))
        short = rule.count + taken - strata.count(rule)
        if short > 0:
            missing.append((rule, short))
    return missing


def draw(
    strata: Strata,
    rules: Sequence[Rule],
    *,
    rng: random.Random,
    previous: Sequence[int] = (),
) -> Paper:
    """Draw a paper; `ShortPool` when the strata can't serve the rules.

    `previous` are the versions of the same person's last paper, in order: the new paper has other
    questions, or, where the bank holds no others, another order of them. Only a paper of one
    question out of one can repeat.
    """
    chosen = _choose(strata, rules, rng)
    for _attempt in range(REDRAWS):
        if {candidate.version for candidate in chosen} != set(previous):
            break
        chosen = _choose(strata, rules, rng)
    rng.shuffle(chosen)
    if [candidate.version for candidate in chosen] == list(previous):
        chosen = chosen[1:] + chosen[:1]
    names: set[str] = set()
    return Paper(tuple(_item(candidate, names, rng) for candidate in chosen))


def _choose(strata: Strata, rules: Sequence[Rule], rng: random.Random) -> list[Candidate]:
    """The candidates rule by rule; the time it takes does not grow with the strata."""
    chosen: list[Candidate] = []
    for rule in _narrow_first(rules):
        groups = strata.taken_by(rule)
        total, gone = sum(map(len, groups)), sum(map(rule.takes, chosen))
        if total - gone < rule.count:
            raise ShortPool(rule)
        # Any `gone` of them may be taken already; those that are left are still at random.
        places = rng.sample(range(total), rule.count + gone)
        taken = {candidate.version for candidate in chosen}
        found = (_at(groups, place) for place in places)
        free = [candidate for candidate in found if candidate.version not in taken]
        chosen += free[: rule.count]
    return chosen


def _at(groups: Sequence[Sequence[Candidate]], place: int) -> Candidate:
    """The candidate number `place` (from 0) of `groups`, one after the other."""
    for group in groups:
        if place < len(group):
            return group[place]
        place -= len(group)
    raise IndexError(place)


def _item(candidate: Candidate, names: set[str], rng: random.Random) -> PaperItem:
    places = list(range(candidate.options))
    if not candidate.fixed:
        rng.shuffle(places)
    return PaperItem(candidate.version, tuple((_name(names, rng), place) for place in places))


def _name(names: set[str], rng: random.Random) -> str:
    while (name := _spelled(rng.randrange(len(ALPHABET) ** ID_LENGTH))) in names:
        pass
    names.add(name)
    return name


def _spelled(number: int) -> str:
    """An id for each number: one lot is quicker than one for each letter."""
    letters = []
    for _place in range(ID_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def _narrow_first(rules: Sequence[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.breadth)
