"""Draw the plain text out of a PDF or Word file that may be out to harm us.

This file is a program of its own: `media.reader` runs it without Django, without the environment
and without a way to write a file. It reads the document from standard input (a regular file) and
writes its text in UTF-8 to standard output, piece by piece, so that what was read before a limit
struck is kept. The exit status says how it ended (`Outcome`).

Here is no Django and no other module of ours, because what is imported here runs beside the file.
"""

import signal
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum
from typing import BinaryIO

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
WORD_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
# What stands for white space in a Word text.
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n"}
# Unpacked bytes that one part of a Word file may have: a long novel has a tenth of it.
MAX_XML_BYTES = 32 * 1024 * 1024
MAX_XML_DEPTH = 200
# Bytes that a character may take in UTF-8.
WIDEST = 4


class Outcome(IntEnum):
    """How reading ended; the exit status of this program (1 is Python's own for a crash)."""

    DONE = 0
    PAGES = 10
    CHARACTERS = 11
    ENCRYPTED = 12
    DAMAGED = 13
    MEMORY = 14
    UNPACKED = 15


class Stopped(Exception):
    """Reading ends here, for the reason `outcome`."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.name)
        self.outcome = outcome


def limit_ourselves(*, seconds: int, memory: int, written: int) -> None:
    """From now on this process has so many seconds, bytes of memory and bytes of output.

    The kernel enforces it; who started us has a clock of its own besides.
    """
    import resource  # noqa: PLC0415 - there is none on Windows, where this is never run

    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for name, amount in wanted.items():
        hard = resource.getrlimit(name)[1]
        most = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        # macOS knows no limit of memory; the servers' system must take every one.
        with suppress(*([] if sys.platform == "linux" else [ValueError, OSError])):
            resource.setrlimit(name, (most, most))
    signal.alarm(seconds)


def pdf_pieces(file: BinaryIO, *, pages: int) -> Iterator[str]:
    """The text of each page of a PDF, at most of the first `pages`.

    Raises `Stopped`. A page that can't be read is passed over, unless no page can.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - after the limits are set
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    # Whatever a damaged file makes the library raise; limits are no exception of this kind.
    broken = (PyPdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
    broken += (AssertionError, NotImplementedError, RecursionError)
    try:
        reader = PdfReader(file)
        # Many a circular is locked against changes alone: its password for reading is empty.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Stopped(Outcome.ENCRYPTED)
        count = len(reader.pages)
    except broken as error:
        raise Stopped(Outcome.DAMAGED) from error
    failed = 0
    for number in range(min(count, pages)):
        try:
            yield reader.pages[number].extract_text() + "\n"
        except broken:
            failed += 1
    if count > pages:
        raise Stopped(Outcome.PAGES)
    if failed == count:
        raise Stopped(Outcome.DAMAGED)


class Measured:
    """A stream that gives at most `left` bytes and then stops the reading."""

    def __init__(self, stream, left: int) -> None:
        self.stream, self.left = stream, left

    def read(self, size: int) -> bytes:
        found = self.stream.read(size)
        self.left -= len(found)
        if self.left < 0:
            raise Stopped(Outcome.UNPACKED)
        return found


def word_pieces(file: BinaryIO) -> Iterator[str]:
    """The text of a Word file (.docx), its notes after it; what was struck out and comments stay
    out. Raises `Stopped`."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - after the limits are set
    from defusedxml.ElementTree import ParseError  # noqa: PLC0415

    broken = (zipfile.BadZipFile, ParseError, DefusedXmlException, EOFError, LookupError)
    broken += (NotImplementedError, RuntimeError, ValueError, OSError)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if WORD_PARTS[0] not in names:
                raise Stopped(Outcome.DAMAGED)
            for name in WORD_PARTS:
                if name in names:
                    with archive.open(name) as part:
                        yield from _xml_pieces(Measured(part, MAX_XML_BYTES))
    except broken as error:
        raise Stopped(Outcome.DAMAGED) from error


def _xml_pieces(part: Measured) -> Iterator[str]:
    """The text of each paragraph; an element is forgotten as soon as it ends."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415

    skipped = 0
    open_elements = []
    for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_elements.append(element)
            # The same text box stands twice, the second time for old programs.
            skipped += element.tag == FALLBACK
            if len(open_elements) > MAX_XML_DEPTH:
                raise Stopped(Outcome.DAMAGED)
            continue
        open_elements.pop()
        skipped -= element.tag == FALLBACK
        if not skipped:
            if element.tag == f"{WORD}t":
                yield element.text or ""
            elif element.tag in BREAKS:
                yield BREAKS[element.tag]
            elif element.tag == f"{WORD}p":
                yield "\n"
        if open_elements:
            open_elements[-1].remove(element)


def write_out(pieces: Iterator[str], out: BinaryIO, *, characters: int) -> None:
    """Write `pieces` to `out` until `characters` are there; raises `Stopped` beyond."""
    left = characters
    for piece in pieces:
        out.write(piece[:left].encode("utf-8", "ignore"))
        left -= len(piece)
        if left < 0:
            raise Stopped(Outcome.CHARACTERS)


def main(kind: str, *numbers: str) -> int:
    """Read standard input as `kind`; the numbers are pages, characters, seconds, memory."""
    pages, characters, seconds, memory = map(int, numbers)
    limit_ourselves(seconds=seconds, memory=memory, written=characters * WIDEST + 4096)
    file, out = sys.stdin.buffer, sys.stdout.buffer
    pieces = pdf_pieces(file, pages=pages) if kind == "pdf" else word_pieces(file)
    try:
        write_out(pieces, out, characters=characters)
        outcome = Outcome.DONE
    except Stopped as stop:
        outcome = stop.outcome
    except MemoryError:
        outcome = Outcome.MEMORY
    out.flush()
    return outcome


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
