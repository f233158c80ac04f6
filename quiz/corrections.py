"""What a corrected key changes in the content of a question. No I/O.

A question to choose from has its key as places of options, a fill-in as the forms it accepts.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz import scoring
from quiz.stems import stem_key

NEW, BOTH, ALL = "new", "both", "all"


@dataclass(frozen=True)
class Key:
    """What is right: `places` of options, or of a fill-in the forms `accepted`."""

    places: tuple[int, ...] = ()
    accepted: tuple[str, ...] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Key":
        return cls(tuple(content["key"]), tuple(content.get("accepted", ())))

    def says(self) -> Hashable:
        """Equal for keys by which the same replies are right."""
        return frozenset(self.places), frozenset(map(scoring.folded, self.accepted))


def entered(
    content: Mapping[str, Any], places: Collection[int] = (), forms: Collection[str] = ()
) -> Key:
    """The key that somebody typed for the question `content`: the part that its kind has."""
    if content["kind"] == scoring.FILL:
        return Key(accepted=tuple(form.strip() for form in forms if form.strip()))
    return Key(places=tuple(sorted(set(places))))


def problem_with(content: Mapping[str, Any], key: Key) -> str:
    """Why `key` can't be the key of the question `content`, or ""."""
    texts: Sequence[str] = content["options"]
    if content["kind"] == scoring.FILL:
        texts = key.accepted
    return scoring.key_problem(content["kind"], texts, key.places)


def correction_of(content: Mapping[str, Any], key: Key, rule: str) -> dict[str, Any]:
    """What to put over `content` so that papers out are scored by `key` and `rule`."""
    before, keeps = Key.of(content), rule == BOTH
    if content["kind"] == scoring.FILL:
        return {
            "accepted": list(key.accepted),
            "also_accepted": list(before.accepted) if keeps else [],
            "free": rule == ALL,
        }
    return {
        "key": list(key.places),
        "also": list(before.places) if keeps else None,
        "free": rule == ALL,
    }


def reached(
    contents: Mapping[int, Mapping[str, Any]],
    current: int,
    key: Key,
    rule: str,
    others: Collection[int] = (),
) -> list[int]:
    """Which versions of a question a correction to `key` by `rule` concerns.

    `contents` are its versions by id as they are scored, `current` the id of the one that was
    asked about. Replies to a version must mean the same, and its key be another one, unless
    everybody gets full points. A version that is worded and scored differently may ask for
    something else: it is reached only when `others` names it, see `other_wordings`.
    """
    asked = contents[current]
    return [
        version
        for version, content in contents.items()
        if content["options"] == asked["options"]
        and (rule == ALL or (content["kind"] == asked["kind"] and _differs(content, key)))
        and (version in others or not _other_wording(content, asked))
    ]


def other_wordings(contents: Mapping[int, Mapping[str, Any]], current: int) -> list[int]:
    """Versions with the options of the `current` one, but another stem and another key."""
    asked = contents[current]
    return [
        version
        for version, content in contents.items()
        if content["options"] == asked["options"] and _other_wording(content, asked)
    ]


def _other_wording(content: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _differs(content, Key.of(other)) and stem_key(content["stem"]) != stem_key(other["stem"])


def _differs(content: Mapping[str, Any], key: Key) -> bool:
    return Key.of(content).says() != key.says()
