"""What every engine can do. Both engines give the same hits for the same plan."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from search.query import Plan


class EngineError(Exception):
    """The engine can't answer or write now; rows stay pending, pages fall back."""


class Unavailable(EngineError):
    """The engine's server can't be reached, or has no capacity: others should not wait for it."""


class Locked(EngineError):
    """Another process writes or rebuilds for longer than one cared to wait."""


class IndexMissing(EngineError):
    """There is no index, or one of another mapping or pipeline: it must be rebuilt."""


class PartlyWritten(Unavailable):
    """The engine had no room for some entries (`left`: why, by id) and refused others (`refusals`);
    the rest is written."""

    def __init__(self, left: dict[str, str], refusals: dict[str, str]) -> None:
        super().__init__(next(iter(left.values())))
        self.left = left
        self.refusals = refusals


@dataclass(frozen=True)
class Hit:
    """One result: its id (`kind:pk`), score, and the stored entry."""

    id: str
    score: float
    entry: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """`total` counts all hits, `hits` holds one page, `facets` field → [(value, count)]."""

    total: int
    hits: list[Hit]
    facets: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Put:
    """Write (or replace) an entry."""

    id: str
    entry: dict[str, Any]


@dataclass(frozen=True)
class Delete:
    """Remove an entry, if it is there."""

    id: str


Operation = Put | Delete


# Why entries can't be indexed as they are, by id: trying them again unchanged is of no use.
Refusals = dict[str, str]

# How long a writer waits for the one before, in seconds.
LOCK_WAIT = 10.0


class Writer(Protocol):
    """Takes operations while the engine's one write lock is held."""

    def write(self, operations: Iterable[Operation]) -> Refusals:
        """Apply `operations` in order; durable and visible to readers after return.

        What it can't take is left out and reported; `PartlyWritten` where it lacks room for some,
        another `EngineError` if it can write nothing.
        """


class Building(Writer, Protocol):
    """An index built aside, not yet seen by readers."""

    def count(self) -> int:
        """How many entries it holds."""

    def swap(self) -> None:
        """Make it the one that readers see; the previous one is kept."""


class Engine(Protocol):
    """One search engine."""

    name: str

    def ready(self) -> bool:
        """Whether there is an index of the current fingerprint."""

    def search(self, plan: Plan) -> Answer:
        """Run `plan`. Raises `EngineError`."""

    def ids(self) -> set[str]:
        """The ids of all entries."""

    def locked(self, wait: float = LOCK_WAIT) -> AbstractContextManager[None]:
        """Hold the write lock alone. `Locked` if others keep it for more than `wait` seconds."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Hold the write lock; rows read inside it are never older than what others wrote."""

    def rebuilding(self) -> AbstractContextManager[Building]:
        """Start an index aside; left without `swap`, it is removed. One at a time."""

    def forget(self) -> None:
        """Let the next read see the newest state, whatever readers keep."""
