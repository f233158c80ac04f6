"""A certificate to keep: as PDF, and as a picture."""

from io import BytesIO

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from quiz.certificate_layout import (
    HEIGHT,
    PAPER,
    WIDTH,
    Ring,
    Shape,
    Words,
    runs_of,
    shapes,
    squares,
)
from quiz.models import Certificate

# The same faces by the names that phones and computers know them by.
FACES = "'Songti SC','STSong','Noto Serif CJK SC','Source Han Serif SC','SimSun',serif"


def qr_path(address: str) -> dict[str, object]:
    """The QR code as the `side` and the `path` of an SVG."""
    side, runs = squares(address)
    return {"side": side, "path": "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs)}


def as_pdf(certificate: Certificate, *, address: str) -> bytes:
    """One A4 page across. `address` is the whole address of the check page."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    page.setTitle(f"{certificate.title} {certificate.number}")
    page.setAuthor(certificate.issuer)
    for shape in shapes(certificate, address=address):
        _print(page, shape)
    page.showPage()
    page.save()
    return buffer.getvalue()


def _print(page: Canvas, shape: Shape) -> None:
    page.setFillColor(HexColor(shape.colour))
    page.setStrokeColor(HexColor(shape.colour))
    if isinstance(shape, Words):
        x = shape.x
        for font, part in runs_of(shape.text):
            page.setFont(font, shape.size)
            page.drawString(x, HEIGHT - shape.y, part)
            x += pdfmetrics.stringWidth(part, font, shape.size)
        return
    page.setLineWidth(shape.line)
    if isinstance(shape, Ring):
        page.circle(shape.x, HEIGHT - shape.y, shape.radius, stroke=1, fill=0)
    else:
        bottom = HEIGHT - shape.y - shape.height
        framed = shape.line > 0
        page.rect(shape.x, bottom, shape.width, shape.height, stroke=framed, fill=not framed)


def as_svg(certificate: Certificate, *, address: str) -> str:
    """The same page as a picture that needs nothing else, with its text as text.

    Each line is as wide as on the PDF, whichever face the screen has.
    """
    drawn = format_html_join(
        "\n", "{}", ((_drawn(shape),) for shape in shapes(certificate, address=address))
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}"'
        ' role="img" aria-label="{}" font-family="{}" lang="zh-Hans">\n'
        '<rect width="100%" height="100%" fill="{}"/>\n{}\n</svg>\n',
        *(_figure(side) for side in (WIDTH, HEIGHT, WIDTH, HEIGHT)),
        f"{certificate.title} {certificate.number}",
        FACES,
        PAPER,
        drawn,
    )


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _drawn(shape: Shape) -> SafeString:
    x, y, line = _figure(shape.x), _figure(shape.y), ""
    if isinstance(shape, Words):
        return format_html(
            '<text x="{}" y="{}" font-size="{}" fill="{}" textLength="{}"'
            ' lengthAdjust="spacingAndGlyphs" xml:space="preserve">{}</text>',
            x, y, _figure(shape.size), shape.colour, _figure(shape.width), shape.text,
        ) if shape.text else SafeString("")  # fmt: skip
    line = format_html(
        'fill="none" stroke="{}" stroke-width="{}"', shape.colour, _figure(shape.line)
    )
    if isinstance(shape, Ring):
        return format_html('<circle cx="{}" cy="{}" r="{}" {}/>', x, y, _figure(shape.radius), line)
    if not shape.line:
        line = format_html('fill="{}"', shape.colour)
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" {}/>',
        x, y, _figure(shape.width), _figure(shape.height), line,
    )  # fmt: skip
