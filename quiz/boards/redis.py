"""A copy of the boards in Redis: one sorted set each; the only module that talks to Redis.

The cost is the score (below 2**53, so exact) and the member's id, of fixed width, the member: equal
costs stand in order of id. Beside them stands SEAL with a score below every cost, which says how
many folds the copy holds. A set without it is none, and one that is behind the board's own count
(a server that came back with yesterday's file) is not used. The key carries the board's
generation: whatever went wrong with a copy, the next one has another name.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from quiz.boards.engine import Entry, Window
from quiz.models import Board

# What a page waits for at most, and what the worker does.
PAGE_SECONDS = 0.1
WORKER_SECONDS = 3.0
KEEP_SECONDS = 7 * 24 * 3600
CHUNK = 2000
SEAL = "seal"
_WIDTH = 19  # of the largest id

# Every script begins so: nil for a copy that is missing or behind ARGV[1] folds.
_SEALED = """
local seal = redis.call('ZSCORE', KEYS[1], 'seal')
if not seal or -tonumber(seal) - 1 < tonumber(ARGV[1]) then return false end
"""
_TOP = _SEALED + "return redis.call('ZRANGE', KEYS[1], 1, ARGV[2], 'WITHSCORES')"
_BEFORE = _SEALED + "return redis.call('ZCOUNT', KEYS[1], 0, '(' .. ARGV[2])"
_SIZE = _SEALED + "return redis.call('ZCARD', KEYS[1]) - 1"
_AROUND = (
    _SEALED
    + """
local place = redis.call('ZRANK', KEYS[1], ARGV[2])
if not place then return {} end
local first = math.max(place - tonumber(ARGV[3]), 1)
local rows = redis.call('ZRANGE', KEYS[1], first, place + tonumber(ARGV[3]), 'WITHSCORES')
return {place - first, first, redis.call('ZCOUNT', KEYS[1], 0, '(' .. rows[2]) + 1, rows}
"""
)
_IMPROVE = _SEALED + "return redis.call('ZADD', KEYS[1], 'LT', ARGV[3], ARGV[2])"
# ARGV: folds before, folds now, seconds to keep, 1 to let only lower costs in, then pairs of
# member and cost ("" for one who has gone).
_CARRY = (
    _SEALED
    + """
for at = 5, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('ZREM', KEYS[1], ARGV[at])
  elseif ARGV[4] == '1' then redis.call('ZADD', KEYS[1], 'LT', ARGV[at + 1], ARGV[at])
  else redis.call('ZADD', KEYS[1], ARGV[at + 1], ARGV[at]) end
end
redis.call('ZADD', KEYS[1], -tonumber(ARGV[2]) - 1, 'seal')
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
)


class CopyUnreachable(Exception):
    """The server did not answer, or not in time."""


class CopyMissing(Exception):
    """The server has no whole copy of this board."""


class RedisEngine:
    """The boards' copy at `url`; `CopyUnreachable` or `CopyMissing` where it can't answer."""

    def __init__(self, url: str) -> None:
        self._page = _client(url, PAGE_SECONDS)
        self._worker = _client(url, WORKER_SECONDS)

    def top(self, board: Board, most: int) -> list[Entry]:
        return list(_entries(self._ask(_TOP, board, most)))

    def rank(self, board: Board, cost: int) -> int:
        return self._ask(_BEFORE, board, cost) + 1

    def around(self, board: Board, member_id: int, beside: int) -> Window | None:
        found = self._ask(_AROUND, board, _name(member_id), beside)
        if not found:
            return None
        own, position, rank, rows = found
        return Window(tuple(_entries(rows)), own, position, rank)

    def size(self, board: Board) -> int:
        return self._ask(_SIZE, board)

    def holds(self, board: Board) -> bool:
        """Whether there is a whole copy of the board."""
        try:
            self.size(board)
        except CopyMissing:
            return False
        return True

    def improve(self, board: Board, member_id: int, cost: int) -> None:
        """Let the member stand at `cost` unless a lower one stands there."""
        self._ask(_IMPROVE, board, _name(member_id), cost)

    def carry(self, board: Board, costs: Mapping[int, int | None]) -> None:
        """Bring the costs of these members (None: gone) into the copy, as the next fold."""
        pairs = [
            part
            for member_id, cost in costs.items()
            for part in (_name(member_id), "" if cost is None else cost)
        ]
        lower_only = int(board.only_improves)
        self._ask(
            _CARRY, board, board.folds + 1, KEEP_SECONDS, lower_only, *pairs, client=self._worker
        )

    def build(self, board: Board, generation: int, entries: Iterable[tuple[int, int]]) -> None:
        """Copy the whole board, of (member id, cost), under `generation`; the old copy goes."""
        making = f"{_key(board)}:making"
        rest = iter(entries)
        try:
            self._worker.unlink(making)
            self._worker.zadd(making, {SEAL: -board.folds - 1})
            while chunk := list(islice(rest, CHUNK)):
                self._worker.zadd(making, {_name(member): cost for member, cost in chunk})
            self._worker.expire(making, KEEP_SECONDS)
            self._worker.rename(making, _key(board, generation))
            self._worker.unlink(_key(board))
        except redis.RedisError as error:
            raise CopyUnreachable(str(error)) from error

    def _ask(self, script: str, board: Board, *arguments, client=None):
        try:
            answer = (client or self._page).eval(script, 1, _key(board), board.folds, *arguments)
        except redis.RedisError as error:
            raise CopyUnreachable(str(error)) from error
        if answer is None:
            raise CopyMissing(str(board))
        return answer


def _client(url: str, seconds: float) -> redis.Redis:
    """One try only: whoever waits for a page does without."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


def _key(board: Board, generation: int | None = None) -> str:
    return f"quiz:board:{board.pk}:{board.generation if generation is None else generation}"


def _name(member_id: int) -> str:
    return f"{member_id:0{_WIDTH}d}"


def _entries(rows: list) -> Iterator[Entry]:
    """Names and scores in turn; a score is a whole number that a float holds exactly."""
    for name, score in zip(rows[::2], rows[1::2], strict=True):
        yield Entry(int(name), int(float(score)))
