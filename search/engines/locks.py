"""One at a time: locks that hold over processes, and over hosts where the database spans them."""

import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from search.engines.base import Locked

PAUSE = 0.05
QUEUE = ".queue"


@contextmanager
def host_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock of file `path` among the processes of this host.

    Waits up to `wait` seconds, then raises `Locked`. A process that dies lets go of it. Who
    lets go and takes it again at once comes after those who wait.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file, path.with_suffix(QUEUE).open("w") as queue:
        _wait_in_turn(
            partial(_flocked, queue),
            partial(_flocked, file),
            partial(fcntl.flock, queue, fcntl.LOCK_UN),
            wait,
        )
        yield


def _flocked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def shared_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold a lock among all processes that share the database: PostgreSQL's own, by the name of
    `path`; with SQLite, which never spans hosts, the file's. Else as `host_lock`.
    """
    if connection.vendor != "postgresql":
        with host_lock(path, wait):
            yield
        return
    # A connection of its own: closing it lets go, whatever state the work left the usual one in.
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with own.cursor() as cursor:

            def asked(function: str, of: Path) -> bool:
                cursor.execute(f"SELECT {function}(%s)", [zlib.crc32(of.name.encode())])
                return bool(cursor.fetchone()[0])

            queue = path.with_suffix(QUEUE)
            _wait_in_turn(
                partial(asked, "pg_try_advisory_lock", queue),
                partial(asked, "pg_try_advisory_lock", path),
                partial(asked, "pg_advisory_unlock", queue),
                wait,
            )
            yield
    finally:
        own.close()


def _wait_in_turn(
    queued: Callable[[], bool], taken: Callable[[], bool], leave: Callable[[], Any], wait: float
) -> None:
    """Take the lock through a queue that only one may head. Without it, one who works in a loop
    would have the lock again before the others look."""
    until = time.monotonic() + wait
    _wait_for(queued, until)
    try:
        _wait_for(taken, until)
    finally:
        leave()


def _wait_for(taken: Callable[[], bool], until: float) -> None:
    while not taken():
        if time.monotonic() > until:
            raise Locked("another process holds the lock")
        # Neither kind of lock can be waited for with a time limit; a look costs microseconds.
        time.sleep(PAUSE)
