"""Run the site's processes together and end them together."""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the lock of this installation."""


@contextmanager
def only_one(lock: Path):
    """Hold `lock` while the block runs; raise `AlreadyRunning` if another process holds it.

    The kernel lets go of it when the process ends, however that happens.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        yield


def port_is_free(host: str, port: int) -> bool:
    """Whether a server can listen on `host`:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Group:
    """Children that live and die together.

    Each child leads a session of its own, so that Ctrl-C reaches only us and we end them in order,
    grandchildren included.
    """

    def __init__(self, grace: float = 10.0):
        self.grace = grace
        self.children: dict[str, subprocess.Popen] = {}
        self.stopping = False

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None):
        """Start `command` as the child `name`."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own fixed commands
            command, env={**os.environ, **(env or {})}, start_new_session=True
        )

    def ask_to_stop(self, *_signal) -> None:
        """Make `wait` return; fit to be a signal handler."""
        self.stopping = True

    def wait(self) -> str | None:
        """Return the name of the first child that ends by itself, or None when asked to stop."""
        while not self.stopping:
            if ended := self.ended():
                return ended
            time.sleep(0.2)  # also lets a signal's handler set `stopping`
        return None

    def ended(self) -> str | None:
        """The name of a child that ended by itself, if any."""
        return next((n for n, child in self.children.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """End every child: politely, and after `grace` seconds for certain."""
        for child in self.children.values():
            self._signal(child, signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(child, signal.SIGKILL)
                child.wait()

    @staticmethod
    def _signal(child: subprocess.Popen, number: int) -> None:
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
