"""A later start of the demo against the bare Django start and against the limit of ten seconds.

    python bench/start.py [--quick]

Loads the demo once into a temporary folder. Then measures, in turn, `manage.py check` (the peer:
Python, Django and every app are read, nothing is served) and `manage.py demo` from the command to
the first 200 of the home page. The last line is JSON.
"""

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.pages import free_port  # noqa: E402 - the project is found by the line above
from bench.report import publish, result  # noqa: E402

LIMIT_SECONDS = 10
# The demo reads everything itself, then again in the web server, beside it the task worker.
PEER_TIMES = 3


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def answers(port: int) -> bool:
    """Whether the home page answers 200 now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False


def start(env: dict[str, str]) -> float:
    """Seconds from the command to the first page; the demo is ended again."""
    port = free_port()
    began = time.perf_counter()
    demo = subprocess.Popen(
        manage("demo", "--port", str(port)), cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        while not answers(port):
            if demo.poll() is not None:
                raise SystemExit("the demo ended by itself")
            if time.perf_counter() - began > 12 * LIMIT_SECONDS:
                raise SystemExit("the demo doesn't answer")
            time.sleep(0.02)  # between two looks at the port
        return time.perf_counter() - began
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(60)


def check(env: dict[str, str]) -> float:
    """Seconds of the peer."""
    began = time.perf_counter()
    subprocess.run(manage("check"), cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    rounds = 2 if parser.parse_args().quick else 5
    folder = tempfile.mkdtemp(prefix="gongsheng-bench-")
    # Empty, not absent: a `.env` must not lead a benchmark to a real database.
    embedded = dict.fromkeys(["DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"], "")
    env = {**os.environ, **embedded, "VAR_DIR": folder}
    try:
        subprocess.run(manage("demo", "--prepare-only"), cwd=ROOT, env=env, check=True)
        start(env), check(env)
        pairs = [(start(env), check(env)) for _ in range(rounds)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = statistics.median(started for started, _checked in pairs)
    checked = statistics.median(checked for _started, checked in pairs)
    publish(
        [
            result(
                "later start of the demo / limit",
                seconds / LIMIT_SECONDS,
                1.0,
                at_least=False,
                note=f"{seconds:.1f} s to the first page, limit {LIMIT_SECONDS} s",
            ),
            result(
                "later start of the demo / manage.py check",
                statistics.median(started / checked for started, checked in pairs),
                PEER_TIMES,
                at_least=False,
                note=f"{seconds:.1f} s over {checked:.1f} s, the median of pairs in turn",
            ),
        ]
    )


if __name__ == "__main__":
    main()
