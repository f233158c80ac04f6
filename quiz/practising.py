"""The order of practice: which questions come, how options lie, and when one is learned. Pure."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from quiz.drawing import ALPHABET, ID_LENGTH, PaperItem

DAILY = 5
# Right so many times in a row, and a question leaves the wrong-answer book.
LEARNED = 2


@dataclass(frozen=True)
class Progress:
    """Where one member stands with one question: right `in_a_row` times, in the `book` or not."""

    in_a_row: int = 0
    book: bool = False

    def after(self, *, right: bool) -> "Progress":
        """The progress once the question was answered again."""
        if not right:
            return Progress(0, True)
        in_a_row = min(self.in_a_row + 1, LEARNED)
        return Progress(in_a_row, self.book and in_a_row < LEARNED)


def daily_of(questions: Iterable[int], *, member: int, day: date, most: int = DAILY) -> list[int]:
    """The ids that `member` gets on `day`, up to `most`, in their order.

    Every question has its own lot of the day, so that one that comes or goes in the meantime
    changes nothing for those who have not drawn it.
    """
    return sorted(questions, key=lambda question: _lot("daily", member, day, question))[:most]


def next_of(questions: Iterable[int], *, times: Mapping[int, int], member: int) -> int | None:
    """The id that `member` answered least often (`times` by id); None without questions."""
    order = sorted(questions, key=lambda q: (times.get(q, 0), _lot("next", member, q)))
    return order[0] if order else None


def dealt(
    *, key: bytes, member: int, version: int, deal: int, options: int, fixed: bool
) -> PaperItem:
    """The options of a question under names that say nothing, in an order of their own.

    Names and order follow from the arguments (`key` is the server's): the same deal of the same
    question looks the same, the next one does not. `fixed` keeps the editors' order.
    """
    named: list[tuple[str, int]] = []
    taken: set[str] = set()
    for place in range(options):
        salt = 0
        while (name := _name(key, member, version, deal, place, salt)) in taken:
            salt += 1
        taken.add(name)
        named.append((name, place))
    return PaperItem(version, tuple(named if fixed else sorted(named)))


def places_of(item: PaperItem, chosen: Collection[str]) -> list[int] | None:
    """The positions behind the `chosen` names, ascending; None when a name is of elsewhere."""
    known = dict(item.options)
    if not set(chosen) <= set(known):
        return None
    return sorted(known[name] for name in set(chosen))


def _name(key: bytes, *parts: int) -> str:
    text = "practice|" + "|".join(map(str, parts))
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:ID_LENGTH])


def _lot(*parts: object) -> bytes:
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()
