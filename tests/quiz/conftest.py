"""A Redis of the tests' own, from Debian's package."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing

import pytest

from quiz.views import person_board


class RedisServer:
    """A server on a free port that keeps nothing on disk; it can be stopped and started again."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._folder = tempfile.mkdtemp(prefix="gongsheng-redis-")
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self) -> None:
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [*command, "--appendonly", "no", "--dir", self._folder], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with closing(socket.socket()) as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def _redis():
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is missing: install Debian's package")
        pytest.skip("redis-server is not installed")
    server = RedisServer(program)
    yield server
    server.close()


@pytest.fixture
def redis_server(_redis):
    """A running, empty server."""
    _redis.stop()
    _redis.start()
    return _redis


@pytest.fixture
def small_boards(monkeypatch):
    """Boards of persons list whoever stands on them, however few."""
    monkeypatch.setattr(person_board, "FEWEST_SHOWN", 1)
