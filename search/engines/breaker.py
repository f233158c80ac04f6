"""Stop asking a server that does not answer, and look again after a while. No I/O."""

import threading
import time
from collections.abc import Callable

FAILURES = 2
OPEN_SECONDS = 15.0


class Breaker:
    """Opens after `failures` failures in a row; after `seconds` lets one caller try again.

    While it is open, callers do without the server instead of each waiting for its time limit.
    Shared by the threads of one process.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        seconds: float = OPEN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._try_at = 0.0
        self._guard = threading.Lock()

    def allows(self) -> bool:
        """Whether to ask the server now. While open: true for one caller each `seconds`."""
        with self._guard:
            if self._failed < self._most:
                return True
            now = self._clock()
            if now < self._try_at:
                return False
            self._try_at = now + self._seconds
            return True

    def succeeded(self) -> None:
        """The server answered: ask it from now on."""
        with self._guard:
            self._failed = 0

    def failed(self) -> None:
        """The server did not answer in time."""
        with self._guard:
            self._failed += 1
            self._try_at = self._clock() + self._seconds
