"""What stands where on a certificate: shapes in points, from which PDF and picture are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from quiz.models import Certificate

# A font that PDF readers know by name: Chinese type without a font file on the server.
FONT = "STSong-Light"
# Figures and Western letters: readers without the Chinese font put one there that lacks them.
WESTERN = "Times-Roman"
RED, INK, GOLD, MUTED, PAPER = "#A61B1B", "#1F1B18", "#C79A3B", "#5C554E", "#FDFBF6"
WIDTH, HEIGHT = landscape(A4)
LEFT, QR_POINTS, LINE = 110, 78, 34
# Characters that the PDF font's encoding lacks are shown as this one there.
MISSING = "〓"
CLOSING = "，。、；：？！”’）》"

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Box:
    """A rectangle: filled, or a frame of `line` points."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    line: float = 0


@dataclass(frozen=True)
class Ring:
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float
    colour: str
    line: float


@dataclass(frozen=True)
class Words:
    """`text` from `x` to the right on the line `y`, `width` wide."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    width: float


Shape = Box | Ring | Words


def wording(certificate: Certificate) -> str:
    """What stands between the name and the seal."""
    return _("参加《%(title)s》，得 %(points)d 分，名列第 %(rank)d 名，特发此证。") % {
        "title": certificate.competition_title,
        "points": certificate.points,
        "rank": certificate.rank,
    }


def squares(address: str) -> tuple[int, list[tuple[int, int, int]]]:
    """(side, runs) of the QR code of `address`: each run is (x, y, length) of dark modules."""
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=0))
    runs = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append((start, y, x - start))
                start = None
    return len(rows), runs


def shapes(certificate: Certificate, *, address: str) -> Iterator[Shape]:
    """One page across, from the back to the front; y grows downward.

    `address` is the whole address of the check page.
    """
    yield Box(28, 28, WIDTH - 56, HEIGHT - 56, GOLD, line=1)
    yield Box(38, 38, WIDTH - 76, HEIGHT - 76, INK, line=3.5)
    yield Box(45, 45, WIDTH - 90, HEIGHT - 90, INK, line=0.7)
    yield _centred(WIDTH / 2, 130, " ".join(certificate.title), 34, RED)
    name = _words(LEFT, 205, certificate.name, 24)
    yield name
    yield Box(LEFT - 4, 212, name.width + 8, 0.7, INK)
    for place, line in enumerate(_lines(wording(certificate), 19, WIDTH - 2 * LEFT)):
        yield _words(LEFT, 255 + place * LINE, line, 19)
    yield from _code(certificate, address)
    yield from _signature(certificate, WIDTH - 190)


def _code(certificate: Certificate, address: str) -> Iterator[Shape]:
    side, runs = squares(address)
    step, top = QR_POINTS / side, HEIGHT - 92 - QR_POINTS
    for x, y, length in runs:
        yield Box(LEFT + x * step, top + y * step, length * step, step, INK)
    yield _words(LEFT, HEIGHT - 76, certificate.number, 9, MUTED)
    check = _("扫码核验：%(address)s") % {"address": address}
    yield _words(LEFT, HEIGHT - 63, check, 9, MUTED)


def _signature(certificate: Certificate, x: float) -> Iterator[Shape]:
    """One seal, a ring and the sign of the house, 工 as a section of steel; who signs, and when."""
    base = HEIGHT - 150
    yield Ring(x, base - 26, 40, RED, line=2.4)
    for left, bottom, across, up in ((-20, 42, 40, 8), (-6, 14, 12, 30), (-24, 4, 48, 10)):
        yield Box(x + left, base - bottom - up, across, up, RED)
    yield _centred(x, HEIGHT - 118, certificate.issuer, 14)
    day = date_format(timezone.localtime(certificate.issued_at), _("Y年n月j日"))
    yield _centred(x, HEIGHT - 96, day, 14)


def runs_of(text: str) -> list[tuple[str, str]]:
    """(font, text) of stretches of one font; what neither font has becomes one mark."""
    found: list[tuple[str, str]] = []
    for letter in text:
        letter = letter if ord(letter) < 0x10000 else MISSING
        font = WESTERN if letter.encode("cp1252", "ignore") else FONT
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + letter)
        else:
            found.append((font, letter))
    return found


def _width(text: str, size: float) -> float:
    return sum(pdfmetrics.stringWidth(part, font, size) for font, part in runs_of(text))


def _words(x: float, y: float, text: str, size: float, colour: str = INK) -> Words:
    return Words(x, y, text, size, colour, _width(text, size))


def _centred(x: float, y: float, text: str, size: float, colour: str = INK) -> Words:
    return _words(x - _width(text, size) / 2, y, text, size, colour)


def _lines(text: str, size: float, width: float) -> list[str]:
    """`text` in lines that fit; Chinese breaks anywhere but before a closing mark."""
    lines = [""]
    for letter in text:
        if lines[-1] and letter not in CLOSING and _width(lines[-1] + letter, size) > width:
            lines.append("")
        lines[-1] += letter
    return lines
