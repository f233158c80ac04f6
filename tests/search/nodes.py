"""Elasticsearch nodes of a test's own, to be killed and started again."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

START = Path(__file__).resolve().parent.parent.parent / ".ci" / "elasticsearch" / "start"
TOOLS = ("java", "javac", "jar", "mvn", "curl", "setsid")
STARTS_WITHIN = 240
# They live for seconds: what optimising costs does not come back.
QUICK = "-XX:TieredStopAtLevel=1"
# Nodes talk to each other on their port and so many.
TRANSPORT = 100


def need_nodes(settings):
    """Go on only where nodes can be started; CI must be able to."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if settings.TEST_ELASTICSEARCH_URL and not missing:
        return
    reason = f"nodes need {', '.join(missing)}" if missing else "no ELASTICSEARCH_URL"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Nodes:
    """`count` nodes on free ports from 9300 up, one cluster; their data is in `folder`."""

    def __init__(self, folder, count):
        self.folder = folder
        self.count = count
        self.port = free_ports(count)
        self.start()

    @property
    def ports(self):
        return range(self.port, self.port + self.count)

    @property
    def url(self):
        return ",".join(f"http://127.0.0.1:{port}" for port in self.ports)

    def start(self):
        """Start those that do not run, and wait until all answer."""
        asked = {"--port": self.port, "--nodes": self.count, "--data": self.folder}
        options = [str(part) for pair in asked.items() for part in pair]
        began = subprocess.run(
            ["bash", str(START), *options],
            capture_output=True,
            text=True,
            timeout=STARTS_WITHIN,
            check=False,
            env={**os.environ, "JAVA_TOOL_OPTIONS": QUICK},
        )
        assert began.returncode == 0, began.stderr

    def kill(self, *ports, how=signal.SIGKILL):
        """Send the nodes on `ports` (all, if none is named) the signal `how`, and see them end."""
        pids = [int((self.folder / str(port) / "pid").read_text()) for port in ports or self.ports]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        until = time.monotonic() + 30
        while any(is_running(pid) for pid in pids):
            assert time.monotonic() < until
            time.sleep(0.05)

    def ask(self, path):
        """The JSON answer of a node that runs."""
        for port in self.ports:
            with suppress(OSError):
                address = f"http://127.0.0.1:{port}{path}"
                with urllib.request.urlopen(address, timeout=60) as answer:
                    return json.load(answer)
        raise AssertionError("no node answers")

    def wait_until_copied(self):
        """Wait until each shard has its copy on another node."""
        health = self.ask("/_cluster/health?wait_for_status=green&timeout=55s")
        assert health["status"] == "green", health

    def port_of_primary(self, alias):
        """The port of the node that holds the primary of the index with `alias`."""
        shards = self.ask(f"/_cat/shards/{alias}?format=json")
        (name,) = [shard["node"] for shard in shards if shard["prirep"] == "p"]
        return int(name.removeprefix("node-"))


def free_ports(count):
    """The first of `count` free ports in a row whose ports for transport are free too."""
    for first in random.sample(range(9300, 9900, 10), 60):
        wanted = [*range(first, first + count)]
        if all(is_free(port) for each in wanted for port in (each, each + TRANSPORT)):
            return first
    raise AssertionError("no free ports")


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def is_running(pid):
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
