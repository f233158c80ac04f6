"""Home, story, search and question page against a bare Django view under the same server.

    python bench/pages.py [--quick]

Prepares a demo site of its own in a temporary folder, starts it and the bare view as two servers
of the same kind, and asks both in turn over one kept connection. The last line is JSON. Weights
are what Chromium transfers for a first view at 360 px (skipped where there is none).
"""

import argparse
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report import paired, publish, result  # noqa: E402 - the project is found by the line above

KB = 1024
# Budgets of the first view: kilobytes transferred, and requests (design: 250, 350, 40; 15).
WEIGHTS = {"home": 250, "story": 350, "question": 40}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def granian(application: str, port: int, env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", application,
         "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4",
         "--log-level", "warning", "--no-access-log"],
        cwd=ROOT, env=env,
    )  # fmt: skip


class Client:
    """One kept connection; `seconds(path, n)` is the time of n answers."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str, str]:
        return self.send("GET", path)

    def send(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
        return answer.status, text, answer.getheader("Location") or ""

    def seconds(self, path: str, n: int) -> float:
        self.connection.close()  # the server has dropped it while the other side was measured
        self.get(path)
        began = time.perf_counter()
        for _ in range(n):
            status, _text, _location = self.get(path)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
        return time.perf_counter() - began


def wait_for(port: int, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            Client(port).get(path)
        except OSError:
            time.sleep(0.1)  # a server says nothing when it begins to listen
        else:
            return
    raise SystemExit(f"no server on port {port}")


def form_token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)


def sign_in(client: Client) -> None:
    _status, page, _location = client.get("/login/")
    body = f"csrfmiddlewaretoken={form_token(page)}&login=worker&password=gongsheng-demo"
    status, _text, _location = client.send("POST", "/login/", body)
    if status != 302:
        raise SystemExit("the demo's worker can't sign in")


def open_question(client: Client) -> str:
    """Start an attempt as a worker does; return the address of its first question."""
    _status, page, _location = client.get("/competitions/")
    competition = re.search(r'href="(/competitions/[^/"]+/)"', page).group(1)
    _status, page, _location = client.get(competition)
    start = re.search(r'action="(/competitions/[^"]+/start/)"', page).group(1)
    body = f"csrfmiddlewaretoken={form_token(page)}"
    _status, _text, location = client.send("POST", start, body)
    return location


def weigh(port: int, pages: dict[str, str], cookies: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Bytes transferred and requests made by a first view at 360 px, per page."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("no chromium: weights not measured")
        return {}
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a development dependency

    weights = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path in pages.items():
            context = browser.new_context(
                viewport={"width": 360, "height": 740}, device_scale_factor=2
            )
            context.add_cookies(
                [{"name": k, "value": v, "url": f"http://127.0.0.1:{port}"}
                 for k, v in cookies.items()]
            )  # fmt: skip
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[int] = []
            session.on(
                "Network.loadingFinished",
                lambda event, sizes=sizes: sizes.append(int(event["encodedDataLength"])),
            )
            page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
            weights[name] = (sum(sizes), len(sizes))
            context.close()
        browser.close()
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    requests, rounds = (20, 3) if quick else (60, 7)
    folder = tempfile.mkdtemp(prefix="gongsheng-bench-")
    # Empty, not absent: a `.env` must not lead a benchmark to a real database.
    embedded = dict.fromkeys(["DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"], "")
    env = {**os.environ, **embedded, "VAR_DIR": folder, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "manage.py", "demo", "--prepare-only"], cwd=ROOT, env=env, check=True
    )
    ports = free_port(), free_port()
    servers = [
        granian(
            "config.wsgi:application",
            ports[0],
            {**env, "SITE_URL": f"http://127.0.0.1:{ports[0]}"},
        ),
        granian("bench.bare:application", ports[1], env),
    ]
    try:
        for port, path in zip(ports, ("/healthz", "/"), strict=True):
            wait_for(port, path)
        visitor, worker, bare = Client(ports[0]), Client(ports[0]), Client(ports[1])
        sign_in(worker)
        _status, home, _location = visitor.get("/")
        pages = {
            "home": (visitor, "/"),
            "story": (visitor, re.search(r'href="(/stories/[^"]+)"', home).group(1)),
            "search": (visitor, "/search/?q=%E5%8A%B3%E6%A8%A1"),
            "question": (worker, open_question(worker)),
        }
        # The design asks 0.5 of a story; what is never cached is held where it stands today.
        goals = {"home": 0.5, "story": 0.5, "search": 0.01, "question": 0.03}
        results = [
            result(
                f"page {name} / bare view",
                paired(
                    lambda client=client, path=path: client.seconds(path, requests),
                    lambda: bare.seconds("/", requests),
                    rounds,
                ),
                goals[name],
                note="requests per second, ours over the bare view's, one connection",
            )
            for name, (client, path) in pages.items()
        ]
        weights = weigh(
            ports[0], {n: p for n, (_c, p) in pages.items() if n in WEIGHTS}, worker.cookies
        )
        for name, (size, count) in weights.items():
            results.append(
                result(
                    f"weight {name} / budget",
                    size / (WEIGHTS[name] * KB),
                    1.0,
                    at_least=False,
                    note=f"{size / KB:.0f} KB of {WEIGHTS[name]} in {count} requests",
                )
            )
        publish(results)
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
