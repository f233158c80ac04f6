"""Where a process notes page views until they are counted: append-only files, no SQL.

One view is one line `YYYY-MM-DD page union`, written with one system call, so that it survives
the death of the process; a power cut loses at most what the system had not yet written.

A file is never reopened. The process that writes it holds a shared lock on it and closes it
after `open_for` seconds even when nothing more comes. A reader takes the exclusive lock, so what
it reads is complete; the lock of a dead process is released by the kernel.
"""

import fcntl
import logging
import os
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

logger = logging.getLogger(__name__)

SUFFIX = ".views"
Key = tuple[date, int, int]


class Writer:
    """The file of this process in `directory`; safe for threads and forks."""

    def __init__(self, directory: Path, *, open_for: float = 10.0):
        self.directory = directory
        self.open_for = open_for
        self._start_afresh()
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._descriptor = -1
        self._timer: threading.Timer | None = None

    def _leave_to_parent(self) -> None:
        """A child has the parent's descriptor: keeping it open would keep the parent's lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._start_afresh()

    def append(self, line: bytes) -> None:
        """Write `line` (with its line end) to the current file, opening one if there is none.

        Raises OSError where the disk refuses; the file is then closed, so that half a line
        never gets a second half.
        """
        with self._lock:
            if self._descriptor < 0:
                self._open()
            try:
                whole = os.write(self._descriptor, line) == len(line)
            except OSError:
                self._close()
                raise
            if not whole:
                self._close()

    def close(self) -> None:
        """Leave the current file to the readers."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / f"{os.getpid()}-{secrets.token_hex(8)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._descriptor = os.open(path, flags, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        self._timer = threading.Timer(self.open_for, self.close)
        self._timer.daemon = True
        self._timer.start()

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def finished(directory: Path) -> list[Path]:
    """The files in `directory`, oldest name first; some may still be written to."""
    return sorted(directory.glob(f"*{SUFFIX}"))


@contextmanager
def claimed(path: Path) -> Iterator[bytes | None]:
    """The content of the file at `path`, ours alone while the block runs.

    None where it is still written to, read by another, or gone. The file is *not* removed: the
    block does it, after its counts are safe.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    with os.fdopen(descriptor, "rb") as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        # Another reader may have counted and removed it between our opening and our lock.
        yield file.read() if path.exists() else None


def line(day: date, page_id: int, union_id: int) -> bytes:
    """The record of one view."""
    return b"%s %d %d\n" % (day.isoformat().encode(), page_id, union_id)


def tally(content: bytes) -> Counter[Key]:
    """Views per (day, page, union) in `content`; lines that a crash tore are left out."""
    found: Counter[Key] = Counter()
    for record, times in Counter(content.splitlines(keepends=True)).items():
        try:
            # Without its line end nothing is left of a record: a ValueError, as for any other tear.
            whole, _end, _rest = record.rpartition(b"\n")
            day, page_id, union_id = whole.split()
            found[date.fromisoformat(day.decode("ascii")), int(page_id), int(union_id)] += times
        except ValueError:
            logger.warning("a torn view record was left out: %r", record[:80])
    return found
