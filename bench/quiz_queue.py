"""The queue before the start: a crowd that begins in one second, and who answers meanwhile."""

import heapq
import http.client
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from bench.report import Result, result

TOKEN = "b" * 32
CROWD_CLIENTS = 16
SAVE_CLIENTS = 4
SAVE_PAUSE = 0.05
ALONE_SECONDS = 4
SEQUENCE = count(1)  # of all saves, so that none is older than one before


@dataclass
class Saver:
    """Somebody in the middle of an attempt: session, address of the answers, a reply to each."""

    session: str
    address: str
    entries: list[dict]


@dataclass
class Crowd:
    """What the members who wanted to begin were told, and when the attempts began."""

    pages: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)


def send(
    connection: http.client.HTTPConnection, method: str, path: str, cookies: str, body: str = ""
) -> tuple[http.client.HTTPResponse, float]:
    """The reply, read, and the seconds that it took."""
    headers = {"X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}; {cookies}"}
    if body:
        headers["Content-Type"] = "application/json"
    began = time.perf_counter()
    connection.request(method, path, body, headers)
    reply = connection.getresponse()
    reply.read()
    return reply, time.perf_counter() - began


def begin_all(port: int, path: str, sessions: list[str], found: Crowd, begun_at: float) -> None:
    """Each of `sessions` presses the button within a second, and comes back whenever it is told."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    due = [(begun_at + n / len(sessions), n, "POST", "") for n in range(len(sessions))]
    heapq.heapify(due)
    while due:
        moment, number, method, place = heapq.heappop(due)
        time.sleep(max(moment - time.perf_counter(), 0))
        cookies = f"sessionid={sessions[number]}; {place}"
        reply, taken = send(connection, method, path, cookies)
        if reply.status == 503:
            found.pages.append(taken)
            place = (reply.getheader("Set-Cookie") or "").partition(";")[0]
            again = time.perf_counter() + int(reply.getheader("Retry-After", "1"))
            heapq.heappush(due, (again, number, "GET", place))
        elif "/attempts/" in (reply.getheader("Location") or ""):
            found.starts.append(taken)
            found.begun.append(time.perf_counter())
        else:
            found.refused[reply.status] += 1


def save_on(
    port: int,
    savers: list[Saver],
    over: threading.Event,
    taken: list[float],
    refused: Counter[int],
) -> None:
    """Answer one question after the other, at a person's pace for all of them, until it is over."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while True:
        for saver in savers:
            for entry in saver.entries:
                if over.wait(SAVE_PAUSE):
                    return
                body = json.dumps(entry | {"sequence": next(SEQUENCE)})
                cookies = f"sessionid={saver.session}"
                reply, seconds = send(connection, "POST", saver.address, cookies, body)
                taken.append(seconds)
                refused[reply.status] += reply.status != 200


def saves_while(port: int, savers: list[Saver], work: Callable[[], None]) -> list[float]:
    """How long each save took while `work` went on."""
    over, taken, refused = threading.Event(), [], Counter()
    threads = [
        threading.Thread(target=save_on, args=(port, savers[n::SAVE_CLIENTS], over, taken, refused))
        for n in range(SAVE_CLIENTS)
    ]
    for thread in threads:
        thread.start()
    work()
    over.set()
    for thread in threads:
        thread.join()
    if +refused:
        raise SystemExit(f"saves were answered {dict(+refused)}")
    return taken


def queue_results(
    port: int, path: str, sessions: list[str], savers: list[Saver], *, rate: float, burst: int
) -> list[Result]:
    """A crowd of `sessions` begins at `path` of a server that admits `rate` a second."""
    alone = saves_while(port, savers, lambda: time.sleep(ALONE_SECONDS))
    found, first = Crowd(), []

    def crowd() -> None:
        first.append(time.perf_counter())
        threads = [
            threading.Thread(
                target=begin_all, args=(port, path, sessions[n::CROWD_CLIENTS], found, first[0])
            )
            for n in range(CROWD_CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    among = saves_while(port, savers, crowd)
    if not (found.begun and found.pages):
        raise SystemExit(f"no queue: {len(found.begun)} began, replies {dict(found.refused)}")
    seconds = max(found.begun) - first[0]
    queued = max((len(sessions) - burst) / rate, 1)
    ends = percentile(alone, 0.99), percentile(among, 0.99)
    page, start = statistics.median(found.pages), statistics.median(found.starts)
    told = (
        f"{len(sessions):,} pressed in one second, {rate:g} a second after {burst} at once: the "
        f"last began after {seconds:.1f} s, {len(found.pages):,} pages told to wait"
    )
    if found.refused:
        told += f", refused {dict(found.refused)}"
    return [
        result("queue: starts lost or refused", len(sessions) - len(found.begun), 0,
               at_least=False, note=told),
        result("queue: until all have begun / as the rate says", seconds / queued, 1.25,
               at_least=False, note=f"{seconds:.1f} s beside {queued:.1f}"),
        result("queue: its page / a start", page / start, 1, at_least=False,
               note=f"p50 {page * 1e3:.1f} and {start * 1e3:.1f} ms"),
        result("queue: p99 of a save in the crowd / alone", ends[1] / ends[0], 2, at_least=False,
               note=f"{ends[1] * 1e3:.0f} ms of {len(among):,} and {ends[0] * 1e3:.0f} ms of "
                    f"{len(alone):,}; p50 {statistics.median(among) * 1e3:.1f} and "
                    f"{statistics.median(alone) * 1e3:.1f}"),
    ]  # fmt: skip


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]
