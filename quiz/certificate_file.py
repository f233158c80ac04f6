"""A certificate as PDF, and the squares of its code."""

from io import BytesIO

import segno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from quiz.models import Certificate

# A font that PDF readers know by name: Chinese type without a font file on the server.
FONT = "STSong-Light"
# Figures and Western letters: readers without the Chinese font put one there that lacks them.
WESTERN = "Times-Roman"
RED, INK, GOLD, MUTED = "#A61B1B", "#1F1B18", "#C79A3B", "#5C554E"
QR_POINTS = 78
LINE = 34
# Characters that this font's encoding lacks are shown as this one.
MISSING = "〓"
CLOSING = "，。、；：？！”’）》"


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


def qr_path(address: str) -> dict[str, object]:
    """The QR code as the `side` and the `path` of an SVG."""
    side, runs = squares(address)
    return {"side": side, "path": "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs)}


def wording(certificate: Certificate) -> str:
    """What stands between the name and the seal."""
    return _("参加《%(title)s》，得 %(points)d 分，名列第 %(rank)d 名，特发此证。") % {
        "title": certificate.competition_title,
        "points": certificate.points,
        "rank": certificate.rank,
    }


def as_pdf(certificate: Certificate, *, address: str, issuer: str) -> bytes:
    """One A4 page across. `address` is the whole address of the check page, `issuer` who signs."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = BytesIO()
    width, height = landscape(A4)
    page = Canvas(buffer, pagesize=(width, height), invariant=1)
    page.setTitle(f"{certificate.title} {certificate.number}")
    page.setAuthor(issuer)
    _frame(page, width, height)
    page.setFillColor(HexColor(RED))
    _centred(page, width / 2, height - 130, " ".join(certificate.title), 34)
    page.setFillColor(HexColor(INK))
    end = _write(page, 110, height - 205, certificate.name, 24)
    page.setLineWidth(0.7)
    page.line(106, height - 212, end + 4, height - 212)
    for place, line in enumerate(_lines(wording(certificate), 19, width - 220)):
        _write(page, 110, height - 255 - place * LINE, line, 19)
    _foot(page, certificate, width, address, issuer)
    page.showPage()
    page.save()
    return buffer.getvalue()


def _frame(page: Canvas, width: float, height: float) -> None:
    page.setStrokeColor(HexColor(GOLD))
    page.setLineWidth(1)
    page.rect(28, 28, width - 56, height - 56)
    page.setStrokeColor(HexColor(INK))
    page.setLineWidth(3.5)
    page.rect(38, 38, width - 76, height - 76)
    page.setLineWidth(0.7)
    page.rect(45, 45, width - 90, height - 90)


def _foot(page: Canvas, certificate: Certificate, width: float, address: str, issuer: str) -> None:
    side, runs = squares(address)
    step = QR_POINTS / side
    page.setFillColor(HexColor(INK))
    for x, y, length in runs:
        page.rect(110 + x * step, 92 + (side - 1 - y) * step, length * step, step, stroke=0, fill=1)
    page.setFillColor(HexColor(MUTED))
    _write(page, 110, 76, certificate.number, 9)
    _write(page, 110, 63, _("扫码核验：%(address)s") % {"address": address}, 9)
    centre = width - 190
    _seal(page, centre, 150)
    page.setFillColor(HexColor(INK))
    _centred(page, centre, 118, issuer, 14)
    day = date_format(timezone.localtime(certificate.issued_at), _("Y年n月j日"))
    _centred(page, centre, 96, day, 14)


def _seal(page: Canvas, x: float, y: float) -> None:
    """One seal: a ring and the sign of the house, 工 as a section of steel."""
    page.saveState()
    page.setStrokeColor(HexColor(RED))
    page.setFillColor(HexColor(RED))
    page.setLineWidth(2.4)
    page.circle(x, y + 26, 40, stroke=1, fill=0)
    for left, bottom, across, up in ((-20, 42, 40, 8), (-6, 14, 12, 30), (-24, 4, 48, 10)):
        page.rect(x + left, y + bottom, across, up, stroke=0, fill=1)
    page.restoreState()


def _runs(text: str) -> list[tuple[str, str]]:
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
    return sum(pdfmetrics.stringWidth(part, font, size) for font, part in _runs(text))


def _write(page: Canvas, x: float, y: float, text: str, size: float) -> float:
    """Write `text` from `x` and return where it ends."""
    for font, part in _runs(text):
        page.setFont(font, size)
        page.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, font, size)
    return x


def _centred(page: Canvas, x: float, y: float, text: str, size: float) -> None:
    _write(page, x - _width(text, size) / 2, y, text, size)


def _lines(text: str, size: float, width: float) -> list[str]:
    """`text` in lines that fit; Chinese breaks anywhere but before a closing mark."""
    lines = [""]
    for letter in text:
        if lines[-1] and letter not in CLOSING and _width(lines[-1] + letter, size) > width:
            lines.append("")
        lines[-1] += letter
    return lines
