"""Read the text of an uploaded file in a process that can do no harm, and judge how it went."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.extraction import WIDEST, Outcome
from media.names import extension
from media.plain_text import tidied

PROGRAM = Path(__file__).with_name("extraction.py")
MIB = 1024 * 1024
# What can be read, and what is a text but can't be: Word's format before 2007.
READABLE = frozenset({"pdf", "docx"})
UNREADABLE = frozenset({"doc"})
# Seconds that the program gets beyond its own clock before it is killed.
PATIENCE = 5


@dataclass(frozen=True)
class Reading:
    """What came out: `text`, and `reason`, "" where the whole was read.

    Reasons: `pages`, `characters`, `unpacked`, `memory`, `time`, `bytes` (a limit struck; `text`
    is what was read before), `encrypted`, `damaged`, `empty` (no text layer: a scan).
    """

    text: str = ""
    reason: str = ""


LIMITS = frozenset({"pages", "characters", "unpacked", "memory", "time", "bytes"})


def has_text(name: str) -> bool:
    """Whether a file called `name` is of a kind whose text belongs into the search."""
    return extension(name) in READABLE | UNREADABLE


def read_text(
    file: BinaryIO,
    kind: str,
    *,
    limits: Mapping[str, int],
    tidy: Callable[[str], str] = tidied,
) -> Reading:
    """Read `file` (binary, at its start) as `kind`, `pdf` or `docx`.

    `limits` as in `settings.DOCUMENT_TEXT`; `tidy` makes what was drawn out, a line per paragraph,
    fit for its use (by default for the search, which joins lines). Raises `OSError` where no
    process can be started or the file can't be copied; nothing that the file holds raises.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as found:
        shutil.copyfileobj(file, given, MIB)
        if given.tell() > limits["MAX_MB"] * MIB:
            return Reading(reason="bytes")
        given.seek(0)
        status = _run(kind, given, found, limits)
        found.seek(0)
        data = found.read(limits["MAX_CHARACTERS"] * WIDEST)
    text = tidy(data.decode("utf-8", "ignore")[: limits["MAX_CHARACTERS"]])
    reason = _reason(status)
    if reason in {"encrypted", "damaged"}:
        return Reading(reason=reason)
    return Reading(text, reason or ("" if text else "empty"))


def _run(kind: str, given: BinaryIO, found: BinaryIO, limits: Mapping[str, int]) -> int | None:
    """The exit status of the program, None if it had to be killed."""
    numbers = (
        limits["MAX_PAGES"],
        limits["MAX_CHARACTERS"],
        limits["SECONDS"],
        limits["MEMORY_MB"] * MIB,
    )
    process = subprocess.Popen(  # noqa: S603 - our own program, and numbers
        # -I: no environment, no folder of ours to import from; -u: what was read is out.
        [sys.executable, "-I", "-u", str(PROGRAM), kind, *map(str, numbers)],
        stdin=given,
        stdout=found,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        return process.wait(limits["SECONDS"] + PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        process.wait()


def _reason(status: int | None) -> str:
    if status in {None, -signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL}:
        return "time"
    try:
        outcome = Outcome(status)
    except ValueError:
        return "damaged"
    return "" if outcome is Outcome.DONE else outcome.name.lower()
