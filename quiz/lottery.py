"""Prize draws anyone can check: the list of tickets, the seed, the winners. No I/O.

Bytes, exactly:

- The *list* is ASCII: for each ticket, in order of its number from 1, the number in decimal, a
  comma, its code and one line feed (`1,0f…9c\\n`). The *list hash* is the SHA-256 of those bytes.
- The *code* of a ticket is the first 32 hexadecimal digits of HMAC-SHA256(salt, member id in
  decimal). The salt is never published: member ids are small numbers, and whoever had the salt
  could look up anybody. Tickets are numbered in the order of their codes.
- The *secret* is 64 hexadecimal digits; its hash is the SHA-256 of these as ASCII.
- The *seed* is the SHA-256 of `draw-v1|draw|list hash|secret|value` in UTF-8: the draw's number in
  decimal, the hash and the secret in lower-case hexadecimal, the public value as published.
- Block i (from 0) is HMAC-SHA256(key=seed, i as 8 bytes, big-endian); its first 8 bytes are a
  number x, big-endian. With n tickets, x at or above the largest multiple of n in 2**64 is
  thrown away; else ticket (x mod n) + 1 is next, unless it has been drawn already.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

TAG = "draw-v1"
CODE_DIGITS = 32
SPAN = 2**64
# What `problems` looks at, in words.
CHECKS = {
    "secret": _("密数和公布的指纹"),
    "list": _("名单和公布的指纹"),
    "count": _("奖券数"),
    "numbers": _("号码和验证码的次序"),
    "winners": _("中奖和候补号码"),
    "times": _("名单封存在公开数值产生之前"),
}


@dataclass(frozen=True)
class Record:
    """All that is published of a finished draw, beside the list itself.

    `winners` and `alternates` are ticket numbers in the order in which they were drawn. The list
    was fixed at `frozen_at`, the value was announced for `value_due_at` ("": without a time); both
    as of `moment`.
    """

    draw: int
    list_hash: str
    ticket_count: int
    secret: str
    secret_hash: str
    value: str
    frozen_at: str
    value_due_at: str
    winners: tuple[int, ...]
    alternates: tuple[int, ...]


@dataclass(frozen=True)
class Withdrawal:
    """All that is published of a draw that was taken back before its tickets were frozen.

    The times are as of `moment`; `value_due_at` is "" where none was announced.
    """

    draw: int
    secret: str
    secret_hash: str
    announced_at: str
    value_due_at: str
    withdrawn_at: str
    reason: str

    @property
    def value_was_out(self) -> bool:
        """Whether the public value may have been known by then."""
        return bool(self.value_due_at) and self.withdrawn_at >= self.value_due_at


def read_withdrawal(data: Any) -> Withdrawal | None:
    """The withdrawal that is published in place of a record; None where `data` is something else.

    `ValueError` when a part of it is missing or of a wrong kind.
    """
    if not isinstance(data, dict) or "withdrawn_at" not in data:
        return None
    names = {field.name for field in fields(Withdrawal)}
    if set(data) != names:
        raise ValueError("not a withdrawal of a draw")
    texts = {name: str(data[name]) for name in names - {"draw"}}
    return Withdrawal(int(data["draw"]), **texts)


def read_record(data: Any) -> Record:
    """A published record; `ValueError` when something is missing or of a wrong kind."""
    names = {field.name for field in fields(Record)}
    if not isinstance(data, dict) or set(data) != names:
        raise ValueError("not a record of a draw")
    numbers = {name: data[name] for name in ("winners", "alternates")}
    if not all(isinstance(value, list) for value in numbers.values()):
        raise ValueError("winners and alternates are lists")
    lists = {name: tuple(value) for name, value in numbers.items()}
    kinds = {field.name: field.type for field in fields(Record)}
    texts = {name: str(data[name]) for name, kind in kinds.items() if kind is str}
    return Record(int(data["draw"]), ticket_count=int(data["ticket_count"]), **texts, **lists)


def moment(at: datetime | None) -> str:
    """A time as it is published, "" for none: UTC to the microsecond, so that texts sort alike."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def ticket_code(salt: str, member: int) -> str:
    """The code of a member's ticket: says nothing about the member without `salt` (hex)."""
    return hmac.new(bytes.fromhex(salt), str(member).encode(), hashlib.sha256).hexdigest()[
        :CODE_DIGITS
    ]


def ticket_line(number: int, code: str) -> bytes:
    """One line of the published list."""
    return f"{number},{code}\n".encode("ascii")


def list_bytes(tickets: Iterable[tuple[int, str]]) -> Iterator[bytes]:
    """The lines of the published list; `tickets` are (number, code) in order of their numbers."""
    return (ticket_line(number, code) for number, code in tickets)


def hash_of(parts: Iterable[bytes]) -> str:
    """SHA-256 in hexadecimal over `parts`, one after the other."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()


def hash_of_secret(secret: str) -> str:
    """What is announced of the secret."""
    return hash_of([secret.encode("ascii")])


def seed_of(draw: int, list_hash: str, secret: str, value: str) -> bytes:
    """The seed; see the module."""
    return hashlib.sha256("|".join([TAG, str(draw), list_hash, secret, value]).encode()).digest()


def drawn_numbers(seed: bytes, tickets: int) -> Iterator[int]:
    """All ticket numbers (1 to `tickets`) in the order in which they are drawn, none twice."""
    limit = SPAN - SPAN % tickets if tickets else 0
    taken: set[int] = set()
    counter = 0
    while len(taken) < tickets:
        block = hmac.new(seed, counter.to_bytes(8, "big"), hashlib.sha256).digest()
        counter += 1
        found = int.from_bytes(block[:8], "big")
        if found >= limit:
            continue
        number = found % tickets + 1
        if number not in taken:
            taken.add(number)
            yield number


def winners(seed: bytes, tickets: int, count: int) -> list[int]:
    """The first `count` of `drawn_numbers`, or all of them when there are fewer."""
    found = drawn_numbers(seed, tickets)
    return [number for _place, number in zip(range(count), found, strict=False)]


def problems(record: Record, content: Iterable[bytes]) -> list[str]:
    """What of `record` does not follow from the list (`content` in parts of any size).

    Codes out of: secret, list, count, numbers, winners, times. Empty: the draw is as announced.
    """
    digest = hashlib.sha256()
    count, in_order, rest, last = 0, True, b"", b""
    for part in content:
        digest.update(part)
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            count += 1
            number, _comma, code = line.partition(b",")
            # Codes ascend, so that one that stands twice shows without keeping two million.
            in_order = in_order and number == str(count).encode() and code > last
            last = code
    seed = seed_of(record.draw, record.list_hash, record.secret, record.value)
    named = [*record.winners, *record.alternates]
    checks = {
        "secret": hash_of_secret(record.secret) == record.secret_hash,
        "list": digest.hexdigest() == record.list_hash,
        "count": count == record.ticket_count,
        "numbers": in_order and not rest,
        "winners": winners(seed, count, len(named)) == named,
        "times": not record.value_due_at or record.frozen_at < record.value_due_at,
    }
    return [code for code, holds in checks.items() if not holds]


def shares(counts: Sequence[int], drawn: Sequence[int]) -> list[tuple[int | None, int]]:
    """(place of the prize in `counts`, or None for an alternate; ticket) for each drawn number."""
    prizes = [place for place, count in enumerate(counts) for _each in range(count)]
    padded = [*prizes, *[None] * max(len(drawn) - len(prizes), 0)]
    return list(zip(padded, drawn, strict=False))
