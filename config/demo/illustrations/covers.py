"""Book covers: a coloured ground by 中图法 class, a motif, and a title slip as on a sewn book."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

from .inks import BLUE, GOLD, GREEN, INK, LABEL, RED, SAND, SHEET, STEEL, Ink
from .motifs import MOTIFS, H, W
from .plate import SCALE, Plate
from .press import Plates, seed

DEFAULT_FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
SIMPLIFIED = 2  # the face of that collection with the simplified-Chinese design

# Ground, figure and spot colour by class; the longest class that fits is taken.
PALETTE: dict[str, tuple[Ink, Ink, Ink]] = {
    "A": (RED, SHEET, GOLD),
    "B": (BLUE, SAND, GOLD),
    "C": (BLUE, SHEET, GOLD),
    "D": (RED, SAND, GOLD),
    "E": (INK, GOLD, SHEET),
    "F": (GOLD, INK, RED),
    "G": (SAND, RED, INK),
    "H": (SAND, INK, RED),
    "I": (SHEET, INK, RED),
    "I22": (BLUE, SHEET, GOLD),
    "I23": (RED, SHEET, GOLD),
    "I242": (RED, SAND, GOLD),
    "I246": (SAND, INK, RED),
    "I247": (STEEL, INK, RED),
    "I26": (SAND, BLUE, RED),
    "I3": (BLUE, SHEET, GOLD),
    "I5": (INK, SAND, RED),
    "I7": (BLUE, SAND, GOLD),
    "J": (INK, SHEET, RED),
    "K": (SAND, BLUE, RED),
    "N": (STEEL, INK, RED),
    "O": (BLUE, SHEET, GOLD),
    "P": (INK, STEEL, GOLD),
    "Q": (SAND, GREEN, INK),
    "R": (SHEET, GREEN, INK),
    "S": (GOLD, GREEN, INK),
    "T": (INK, GOLD, RED),
    "TH": (STEEL, INK, RED),
    "TM": (BLUE, GOLD, SHEET),
    "TS": (RED, SAND, GOLD),
    "U": (STEEL, RED, INK),
    "V": (BLUE, GOLD, SHEET),
    "X": (SAND, GREEN, INK),
    "Z": (SHEET, BLUE, GOLD),
}

# The motif that a class gets when its book has none of its own.
CLASS_MOTIF = {"D": "columns", "T": "gear", "U": "rail", "S": "leaf", "P": "orbits"}

# Motifs chosen for a book by its key; a new book works without a line here.
BOOK_MOTIF = {
    "nahan": "road",
    "panghuang": "fork",
    "zhaohua": "tree",
    "luotuo": "wheel",
    "chaguan": "bowls",
    "jia": "window",
    "ziye": "chimneys",
    "biancheng": "wave",
    "weicheng": "bricks",
    "hulanhe": "furrows",
    "leiyu": "bolt",
    "shijian": "orbits",
    "pingfan": "peaks",
    "rensheng": "steps",
    "hongyan": "bars",
    "chuangyeshi": "leaf",
    "qiaochang": "gear",
    "chibang": "wings",
    "yuandongli": "falls",
    "bailian": "sparks",
    "zhuangtai": "lamp",
    "renshijian": "roofs",
    "ditan": "tree",
    "beiying": "rail",
    "baoshengong": "spindles",
    "gedebahe": "sieve",
    "gangtie": "iron",
    "muqin": "chimneys",
    "laoren": "fish",
    "putao": "grapes",
    "beican": "candle",
    "mengya": "sprout",
    "xiegong": "ship",
    "tuchang": "hook",
    "haidi": "deep",
    "honglou": "window",
    "xuanyan": "columns",
    "xiangtu": "furrows",
    "tiangong": "wheel",
    "zidian": "grid",
    "shiwan": "orbits",
    "wuqiongda": "infinity",
    "kunchong": "spiral",
    "yishu": "arches",
    "dazhong": "lens",
    "hanfeng": "sparks",
    "chechuang": "gear",
    "gonghuifa": "columns",
    "matou": "wave",
    "tielu": "rail",
    "gangjiegou": "iron",
    "maitian": "leaf",
    "qiangong": "nut",
    "hangong": "sparks",
    "shukong": "toolpath",
    "cehui": "drawing",
    "chache": "crates",
    "plc": "rungs",
    "biandian": "bolt",
    "daidian": "tower",
    "zhiji": "warp",
    "banqian": "clock",
    "wushui": "falls",
    "banzuzhang": "helmet",
    "gongzitiao": "slip",
    "cangku": "crates",
    "shuxue": "compass",
    "gongshang": "pulse",
    "xieshang": "talk",
    "fenchen": "lungs",
    "yeban": "moon",
    "banshou": "wrench",
    "qishou": "zebra",
    "wurenji": "drone",
    "jiaxin": "envelope",
    "shichao": "verse",
    "laochang": "roofs",
    "gechang": "staff",
    "lanqiu": "hoop",
    "koushu": "bricks",
}

SAMPLE_MARK = "（示例）"


@dataclass(frozen=True)
class Book:
    """What a cover needs to know of a book."""

    key: str
    title: str
    author: str
    clc: str
    sample: bool

    @property
    def motif(self) -> str:
        """Return the name of the book's motif."""
        return BOOK_MOTIF.get(self.key) or CLASS_MOTIF.get(self.clc[0], "road")

    @property
    def colours(self) -> tuple[Ink, Ink, Ink]:
        """Return ground, figure and spot colour by the longest matching class."""
        code = self.clc
        while code not in PALETTE:
            code = code[:-1]
        return PALETTE[code]


def read_books(path: Path) -> list[Book]:
    """Read the books from the demo data; the sample mark is not part of a printed name."""
    rows = tomllib.loads(path.read_text("utf-8"))["book"]
    return [
        Book(
            row["key"],
            row["title"],
            row["author"].removesuffix(SAMPLE_MARK),
            row["clc"],
            row.get("sample", False),
        )
        for row in rows
    ]


def cover(book: Book, font: Path) -> Plates:
    """Return the plates of one cover in printing order."""
    ground, figure, accent = book.colours
    base, art, spot = Plate(W, H, full=True), Plate(W, H), Plate(W, H)
    edge, slip, text, ink = Plate(W, H), Plate(W, H), Plate(W, H), Plate(W, H)
    MOTIFS[book.motif](art, spot, random.Random(seed(f"cover:{book.key}")))
    edge.rect(0, 0, 26, H)

    size = _title_size(len(book.title))
    x0, y0, x1 = 78, 76, 78 + size + 84
    y1 = y0 + int(size * 1.06 * len(book.title)) + 76
    slip.rect(x0, y0, x1, y1)
    ink.line([(92, 90), (x1 - 14, 90), (x1 - 14, y1 - 14), (92, y1 - 14), (92, 90)], 4)
    _upright(ink, (x0 + x1) / 2, y0 + 24, book.title, size, 1.06, font)
    bottom = _upright(text, x1 + 62, 84, book.author, 36, 1.2, font)
    if book.sample:
        text.rect(x1 + 40, bottom + 22, x1 + 84, bottom + 106)
        mark = Plate(W, H)
        _upright(mark, x1 + 62, bottom + 26, "示例", 30, 1.15, font)
        text.cut(mark)
        bottom += 110
    face = ImageFont.truetype(str(font), 40 * SCALE, index=SIMPLIFIED)
    text.d.text((734 * SCALE, 150 * SCALE), book.clc, font=face, fill=255, anchor="rs")

    # keep the motif off the slip and the lettering
    for plate in (art, spot):
        plate.rect(0, 0, 44, H, 0)
        plate.rect(x0 - 18, y0 - 18, x1 + 18, y1 + 18, 0)
        plate.rect(x1 + 30, 70, x1 + 96, bottom + 20, 0)
        plate.rect(560, 90, 760, 170, 0)
    dark = sum(ground) < 330
    return [
        (base, ground),
        (art, figure),
        (spot, accent),
        (edge, RED if ground == INK else INK),
        (slip, LABEL),
        (text, SHEET if dark else INK),
        (ink, INK),
    ]


def _title_size(length: int) -> int:
    """Return a letter size with which the slip stays in the upper half or so."""
    for longest, size in ((4, 104), (6, 84), (8, 66)):
        if length <= longest:
            return size
    return 56


def _upright(
    plate: Plate, x: float, y: float, text: str, size: int, gap: float, font: Path
) -> float:
    """Set text from top to bottom, centred on x; return where it ends."""
    face = ImageFont.truetype(str(font), size * SCALE, index=SIMPLIFIED)
    for char in text:
        left, top, right, bottom = plate.d.textbbox((0, 0), char, font=face)
        step = size * gap
        if char in "、·":  # punctuation takes half a square and stands in its middle
            step /= 2
            at_y = y * SCALE + (step * SCALE - (bottom - top)) / 2 - top + size * SCALE * 0.12
        else:
            at_y = y * SCALE
        plate.d.text((x * SCALE - (right - left) / 2 - left, at_y), char, font=face, fill=255)
        y += step
    return y
