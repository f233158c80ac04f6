"""The code on the screen at a room's door: who shows it has been there a moment ago.

A token is signed by the server and carries the room, the second of issue and a nonce. It is good
for `VALID` plus `LEEWAY`, by the server's clock alone. A used token needs no list: a member counts
once per room and day whatever is presented.
"""

import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

VALID = timedelta(seconds=60)
LEEWAY = timedelta(seconds=10)
# Time to sign in after the scan; the scan itself was in time.
PROOF_LASTS = timedelta(minutes=10)
PROOF_KEY = "reading_door"

signer = Signer(salt="reading.door")


class TokenInvalid(ValueError):
    """Not a token of ours."""


class TokenExpired(ValueError):
    """Ours, but too old (a photograph), or from the future (another clock)."""


def make_token(room_id: int, now: datetime) -> str:
    """A fresh token for the door of `room_id`."""
    return signer.sign(f"{room_id}-{int(now.timestamp())}-{secrets.token_hex(4)}")


def read_token(token: str, now: datetime) -> int:
    """The room's key, or TokenInvalid, TokenExpired."""
    try:
        room_id, issued, _nonce = signer.unsign(token).split("-")
    except (BadSignature, ValueError) as error:
        raise TokenInvalid from error
    age = now.timestamp() - int(issued)
    if not -LEEWAY.total_seconds() <= age <= (VALID + LEEWAY).total_seconds():
        raise TokenExpired
    return int(room_id)


def remember_scan(session: MutableMapping, room_id: int, now: datetime) -> None:
    """Note in the session that this browser read a valid code at the room's door."""
    session[PROOF_KEY] = [room_id, int(now.timestamp())]


def was_at_door(session: MutableMapping, room_id: int, now: datetime) -> bool:
    """Whether this browser read the room's code within `PROOF_LASTS`."""
    room, scanned = session.get(PROOF_KEY) or (None, 0)
    return room == room_id and 0 <= now.timestamp() - scanned <= PROOF_LASTS.total_seconds()
