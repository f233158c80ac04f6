"""A server with a copy at hand: both are written, the copy answers while the server does not."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from search.engines.base import (
    LOCK_WAIT,
    Answer,
    Building,
    Engine,
    EngineError,
    Operation,
    PartlyWritten,
    Refusals,
    Unavailable,
    Writer,
)
from search.engines.breaker import Breaker
from search.query import Plan

logger = logging.getLogger(__name__)


class BothWriters:
    """Writes to the copy and to the server. The copy goes on while the server is away; then the
    rows stay pending, and are written to both again."""

    def __init__(self, copy: Writer, server: Writer) -> None:
        self.copy = copy
        self.server = server

    def write(self, operations: Iterable[Operation]) -> Refusals:
        kept = list(operations)
        refusals: Refusals = {}
        left: dict[str, str] = {}
        failure: EngineError | None = None
        for writer in (self.copy, self.server):
            try:
                refusals |= writer.write(kept)
            except PartlyWritten as error:
                left |= error.left
                refusals |= error.refusals
            except EngineError as error:
                failure = error
        if failure:
            raise failure
        if left:
            raise PartlyWritten(left, refusals)
        return refusals


class BothBuildings(BothWriters):
    """Both built aside and swapped one after the other."""

    def __init__(self, copy: Building, server: Building) -> None:
        super().__init__(copy, server)
        self.buildings = (server, copy)

    def count(self) -> int:
        return min(building.count() for building in self.buildings)

    def swap(self) -> None:
        for building in self.buildings:
            building.swap()


class GuardedEngine:
    """See `search.engines.base.Engine`. `server` is asked first, `copy` while it is away."""

    def __init__(self, server: Engine, copy: Engine, breaker: Breaker | None = None) -> None:
        self.name = server.name
        self.server = server
        self.copy = copy
        self.breaker = breaker or Breaker()

    def ready(self) -> bool:
        """Whether both have their index. A server that is away or refuses us counts as ready: the
        copy must be written meanwhile, and the write to the server fails by itself."""
        try:
            there = self.server.ready()
        except EngineError:
            there = True
        return there and self.copy.ready()

    def search(self, plan: Plan) -> Answer:
        if self.breaker.allows():
            try:
                answer = self.server.search(plan)
            except EngineError as error:
                if isinstance(error, Unavailable):
                    self.breaker.failed()
                logger.warning("The embedded copy answers a search: %s", error)
            else:
                self.breaker.succeeded()
                return answer
        return self.copy.search(plan)

    def ids(self) -> set[str]:
        return self.server.ids()

    def forget(self) -> None:
        self.server.forget()
        self.copy.forget()

    @contextmanager
    def locked(self, wait: float = LOCK_WAIT) -> Iterator[None]:
        with self.copy.locked(wait), self.server.locked(wait):
            yield

    @contextmanager
    def writing(self) -> Iterator[BothWriters]:
        with self.copy.writing() as copy, self.server.writing() as server:
            yield BothWriters(copy, server)

    @contextmanager
    def rebuilding(self) -> Iterator[BothBuildings]:
        with self.copy.rebuilding() as copy, self.server.rebuilding() as server:
            yield BothBuildings(copy, server)
