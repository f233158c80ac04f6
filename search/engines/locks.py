"""One at a time: locks that hold over processes, and over hosts where the database spans them."""

import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections

from search.engines.base import EngineError

PAUSE = 0.05


@contextmanager
def host_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock of file `path` among the processes of this host.

    Waits up to `wait` seconds, then raises `EngineError`. A process that dies lets go of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:

        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait_for(taken, wait)
        yield


@contextmanager
def shared_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold a lock among all processes that share the database: PostgreSQL's own, by the name of
    `path`; with SQLite, which never spans hosts, the file's. Else as `host_lock`.
    """
    if connection.vendor != "postgresql":
        with host_lock(path, wait):
            yield
        return
    key = zlib.crc32(path.name.encode())
    # A connection of its own: closing it lets go, whatever state the work left the usual one in.
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with own.cursor() as cursor:

            def taken() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
                return bool(cursor.fetchone()[0])

            _wait_for(taken, wait)
            yield
    finally:
        own.close()


def _wait_for(taken: Callable[[], bool], wait: float) -> None:
    until = time.monotonic() + wait
    while not taken():
        if time.monotonic() > until:
            raise EngineError("another process holds the lock")
        # Neither kind of lock can be waited for with a time limit; a look costs microseconds.
        time.sleep(PAUSE)
