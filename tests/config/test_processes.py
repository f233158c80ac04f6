"""The demo's processes live and die together."""

import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

from config.processes import Group, only_one, port_is_free

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True);"
    "time.sleep(60)",
]
WITH_GRANDCHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c',"
    " 'import time; time.sleep(60)']); open(sys.argv[1], 'w').write(str(p.pid)); time.sleep(60)",
]


def is_alive(pid):
    """Whether the process runs (a zombie waiting for its parent does not)."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_stopping_ends_every_child_and_grandchild(tmp_path):
    group = Group()
    note = tmp_path / "pid"
    group.start("a", SLEEP)
    group.start("b", [*WITH_GRANDCHILD, str(note)])
    until(lambda: note.exists() and note.read_text())
    group.stop()
    assert all(child.poll() is not None for child in group.children.values())
    until(lambda: not is_alive(int(note.read_text())))


def test_a_child_that_ignores_us_is_ended_for_certain():
    group = Group(grace=0.5)
    group.start("deaf", STUBBORN)
    time.sleep(0.5)
    group.stop()
    assert group.children["deaf"].poll() is not None


def test_waiting_names_the_child_that_ended_by_itself():
    group = Group()
    group.start("long", SLEEP)
    group.start("short", [sys.executable, "-c", ""])
    try:
        assert group.wait() == "short"
    finally:
        group.stop()


def test_a_signal_makes_waiting_return():
    group = Group()
    group.start("long", SLEEP)
    before = signal.signal(signal.SIGALRM, group.ask_to_stop)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        assert group.wait() is None
    finally:
        signal.signal(signal.SIGALRM, before)
        group.stop()


def test_a_second_start_is_told_so(tmp_path):
    lock = tmp_path / "lock"
    program = (
        "import sys; from pathlib import Path; from config.processes import *\n"
        "try:\n  with only_one(Path(sys.argv[1])): pass\n"
        "except AlreadyRunning: sys.exit(7)"
    )
    with only_one(lock):
        second = subprocess.run([sys.executable, "-c", program, str(lock)], check=False)
    assert second.returncode == 7
    with only_one(lock):
        pass


def test_a_port_in_use_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_is_free("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_a_task_that_waited_until_the_next_is_due_is_dropped(name):
    entry = settings.CELERY_BEAT_SCHEDULE[name]
    every = entry["schedule"]
    assert 0 < entry["options"]["expires"] <= (every if isinstance(every, float) else 86_400)
