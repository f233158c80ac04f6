"""A certificate as PDF, and the squares of its code."""

from io import BytesIO

import segno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from quiz.models import Certificate

# A font that PDF readers know by name: Chinese type without a font file on the server.
FONT = "STSong-Light"
RED, INK, GOLD, MUTED = "#A61B1B", "#1F1B18", "#C79A3B", "#5C554E"
QR_POINTS = 78
LINE = 34
# Characters that this font's encoding lacks are shown as this one.
MISSING = "〓"


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
    return _("参加“%(title)s”，得 %(points)d 分，名列第 %(rank)d 名，特发此证。") % {
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
    page.setFont(FONT, 34)
    page.drawCentredString(width / 2, height - 130, "  ".join(_shown(certificate.title)))
    page.setFillColor(HexColor(INK))
    page.setFont(FONT, 24)
    name = _shown(certificate.name)
    page.drawString(110, height - 205, name)
    end = 110 + pdfmetrics.stringWidth(name, FONT, 24)
    page.setLineWidth(0.7)
    page.line(106, height - 212, end + 4, height - 212)
    page.setFont(FONT, 19)
    for place, line in enumerate(simpleSplit(_shown(wording(certificate)), FONT, 19, width - 220)):
        page.drawString(110, height - 255 - place * LINE, line)
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
    page.setFont(FONT, 9)
    page.drawString(110, 76, certificate.number)
    page.drawString(110, 63, _shown(_("扫码核验：%(address)s") % {"address": address}))
    centre = width - 190
    _seal(page, centre, 150)
    page.setFillColor(HexColor(INK))
    page.setFont(FONT, 14)
    page.drawCentredString(centre, 118, _shown(issuer))
    day = date_format(timezone.localtime(certificate.issued_at), _("Y年n月j日"))
    page.drawCentredString(centre, 96, day)


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


def _shown(text: str) -> str:
    """`text` in what the font's encoding has, so that one rare character spoils no certificate."""
    return "".join(letter if ord(letter) < 0x10000 else MISSING for letter in text)
