"""The demo as a visitor meets it: `manage.py demo` in a folder of its own, and a real browser.

With GONGSHENG_SHOTS=<folder> in the environment the key pages are photographed into that folder.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
READY = "按 Ctrl-C 结束"
STARTS_WITHIN = 300
PATIENCE_MS = 20_000  # a laptop with other work to do
WIDTHS = {"phone": 360, "desk": 1280}
PASSWORD = "gongsheng-demo"
UNFINISHED = (
    "axe.run results ",
    "Failed to load resource: the server responded with a status of 400 (Bad Request)",
)
expect.set_options(timeout=PATIENCE_MS)
VIOLATIONS = """
addEventListener('securitypolicyviolation', event =>
  console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))
"""


class Demo:
    """The running demo: its address, its process, what it printed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.env = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
        self.env |= {"VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "demo.log"
        self.published: list[str] = []  # titles of what the journey's editors put on the site
        self.start()

    def start(self) -> None:
        """Start on the folder as it is; the address stays the same."""
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "manage.py", "demo", "--port", str(self.port)],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while READY not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def manage(self, *command: str) -> str:
        """What `manage.py` prints for `command` beside the running site; it must succeed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def descendants(self) -> list[int]:
        """The process ids of children, grandchildren and so on, without the demo's own."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # ended meanwhile
                parents[int(status.parent.name)] = int(state_of(status)[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    @staticmethod
    def is_running(pid: int) -> bool:
        """Whether the process still does something; a zombie does not."""
        try:
            return state_of(Path(f"/proc/{pid}/stat"))[0] != "Z"
        except OSError:
            return False


def state_of(status: Path) -> list[str]:
    """The fields of a /proc/<pid>/stat after the command's name: state, parent, …"""
    return status.read_text().rpartition(")")[2].split()


@pytest.fixture(scope="package")
def demo(tmp_path_factory):
    running = Demo(tmp_path_factory.mktemp("demo"))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")  # its driver's loop must end before other tests go on
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Debian's chromium")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


class Visitor:
    """One person with one browser window, who notes whatever went wrong in it."""

    def __init__(self, context: BrowserContext, address: str):
        self.context = context
        self.address = address
        self.trouble: list[str] = []
        context.add_init_script(VIOLATIONS)
        self.is_offline = False
        self.page = self._open()

    def _open(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._request)
        page.on("response", self._response)
        page.set_default_timeout(PATIENCE_MS)
        return page

    def _console(self, message) -> None:
        offline = self.is_offline and "ERR_INTERNET" in message.text
        # What was typed is refused, and the page says why.
        refused = "status of 422" in message.text
        # So Wagtail's checker and autosave speak of a text that is still being written.
        advice = "/cms/pages/" in self.page.url and message.text.startswith(UNFINISHED)
        if message.type == "error" and not (offline or refused or advice):
            self.trouble.append(f"console: {message.text} ({self.page.url})")

    def _page_error(self, error) -> None:
        # On a slow machine Wagtail's checker of an edited page starts before its last run ended.
        again = "/cms/pages/" in self.page.url and "Axe is already running" in str(error)
        if not again:
            self.trouble.append(f"page error: {error}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.trouble.append(f"request to another host: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 500:
            self.trouble.append(f"{response.status} {response.url}")

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, username: str) -> None:
        page = self.go("/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.click("form[action='/login/'] button[type=submit]")
        page.wait_for_url("**/me/")

    def sign_in_to_the_admin(self, username: str) -> Page:
        """Staff sign in at the admin's own door."""
        page = self.go("/cms/")
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.locator("form", has=page.locator("#id_login")).get_by_role("button").first.click()
        page.wait_for_url("**/cms/")
        return page

    def open_tab(self) -> Page:
        """A second tab of the same browser."""
        return self._open()

    def close_page(self) -> None:
        """Close the window as it is; the next page opens in a fresh one of the same browser."""
        self.page.close()
        self.page = self._open()

    def shoot(self, name: str) -> None:
        """Keep a photo of the screen, if the environment asks for photos."""
        if folder := os.environ.get("GONGSHENG_SHOTS"):
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=Path(folder) / f"{name}-{width}.png")

    def go_offline(self) -> None:
        self.is_offline = True
        self.context.set_offline(True)

    def go_online(self) -> None:
        self.context.set_offline(False)
        self.is_offline = False

    def check_page(self) -> None:
        """Nothing wrong so far, nothing for axe to find, no sideways scroll."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response
        problems = [
            f"{v['id']}: {node['target']}" for v in found["violations"] for node in v["nodes"]
        ]
        assert problems == [], (self.page.url, problems)
        self.check_width()

    def check_width(self) -> None:
        """Nothing wrong so far, no sideways scroll."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"
        self.check_trouble()

    def check_trouble(self) -> None:
        assert self.trouble == []


@pytest.fixture(params=WIDTHS)
def width(request):
    return WIDTHS[request.param]


@pytest.fixture
def visitor(browser, demo, width):
    """`with visitor() as v:` one person in a window of the test's width."""

    @contextmanager
    def visit(**options):
        context = browser.new_context(
            viewport={"width": width, "height": 740 if width < 600 else 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        try:
            yield Visitor(context, demo.address)
        finally:
            context.close()

    return visit
