"""Portraits of trades: a worker in profile with a trade's head-dress, never a likeness.

All portraits share one head. What tells them apart is the head-dress, the hair, the pattern cut
into the coloured ground and small shifts of brow, nose and chin that are drawn from the name.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from .carving import hatch
from .inks import BLUE, GOLD, INK, RED, SAND, SKIN, STEEL, Ink
from .plate import Path, Plate, place, polar, smooth
from .press import Plates, seed

W, H = 960, 1200

_GROUNDS: dict[str, Ink] = {"red": RED, "gold": GOLD, "blue": BLUE, "sand": SAND, "steel": STEEL}
_EAR = "392,500 424,490 440,520 430,566 404,592 388,560"

Strokes = list[tuple[Path, float]]  # carved lines with their widths


@dataclass(frozen=True)
class Trade:
    """What one portrait wears and stands in front of."""

    hat: str  # hard, mask, cap, weaver, rider, nurse or none
    hair: str  # short, bun, tail or bare
    ground: str  # rain, level, rings or grid
    back: str  # colour of the ground
    number: int  # varies the face
    age: float = 0.0  # 0 to 1: lines at the eye and the mouth
    mirror: bool = False


PORTRAITS = {
    "welder": Trade("mask", "short", "rain", "red", 1),
    "rigger": Trade("hard", "short", "level", "blue", 2),
    "weaver": Trade("weaver", "bun", "grid", "sand", 3, mirror=True),
    "crane": Trade("hard", "tail", "rings", "sand", 4, mirror=True),
    "rider": Trade("rider", "short", "rain", "steel", 5),
    "turner": Trade("cap", "short", "rings", "gold", 6, age=0.8),
    "nurse": Trade("nurse", "bun", "level", "steel", 7),
    "sweeper": Trade("cap", "short", "rings", "sand", 8, age=0.6, mirror=True),
    "teacher": Trade("none", "bare", "grid", "red", 9),
}


def portrait(name: str) -> Plates:
    """Return the plates of one portrait in printing order."""
    trade = PORTRAITS[name]
    rng = random.Random(seed(f"portrait:{name}:{trade.number}"))
    tone = Plate(W, H, full=True)
    _pattern(trade.ground, rng, tone)
    nose, chin, brow = (rng.uniform(-v, v) for v in (8, 10, 6))
    face = _face(nose, chin, brow)
    head, coat, hair = _head(face), _coat(), _hair(trade.hair)
    dress, shine = _head_dress(trade.hat)

    figure = head.copy()
    key, skin, accent = Plate(W, H), Plate(W, H), Plate(W, H)
    for part in (coat, dress, hair):
        figure.paste(part)
        key.paste(part)
    tone.cut(figure.grown(21))
    skin.paste(head)

    key.curve([(580, 400), *face[1:]], 10)
    _shadows(key, rng, trade, brow)
    if trade.hat not in ("rider", "weaver"):
        key.blob(_EAR, 0)
        skin.blob(_EAR)
        key.gouge_path("400,510 426,512 424,552 404,580", 8, 255)
        key.gouge((404, 530), (412, 566), 7, 255)
    _hair_lines(key, trade.hair)
    _trim(key, accent, trade.hat, dress.shrunk(21), shine)
    _jacket(key)

    plates = [(tone, _GROUNDS[trade.back])]
    if trade.back != "sand":  # on sand the bare paper is light enough for a face
        plates.append((skin, SKIN))
    plates += [(accent, GOLD if trade.back == "red" else RED), (key, INK)]
    if trade.mirror:
        for plate, _ in plates:
            plate.mirror()
    return plates


def _pattern(kind: str, rng: random.Random, plate: Plate) -> None:
    """Cut the pattern of the ground."""
    if kind == "rain":
        hatch(plate, rng, (0, 0, W, H), 30, 9, angle=1.25, seg=(60, 200), gap=(30, 90))
    elif kind == "level":
        box, seg = (0, 0, W, H), (90, 300)
        hatch(plate, rng, box, 26, 10, seg=seg, width=lambda _, y: 0.25 + 1.1 * (y / H))
    elif kind == "rings":
        for i in range(16):
            r = 300 + i * 52
            a = 0.0
            while a < math.tau:
                length = rng.uniform(0.12, 0.4)
                arc = [polar(460, 500, a + length * t, r) for t in (0, 0.33, 0.66, 1)]
                plate.gouge_path(arc, 11)
                a += length + rng.uniform(0.03, 0.1)
    elif kind == "grid":
        for x in range(40, W, 84):
            plate.gouge((x, rng.uniform(-60, 20)), (x + rng.uniform(-4, 4), H), 8)
        for y in range(60, H, 84):
            plate.gouge((rng.uniform(-60, 20), y), (W, y + rng.uniform(-4, 4)), 8)


def _face(nose: float, chin: float, brow: float) -> list[tuple[float, float]]:
    """Return the profile from the hairline to the throat."""
    return [
        *place("576,388", 0, 0),
        *place("596,420 602,452", brow, 0),
        *place("590,476 604,506", 0, 0),
        *place("632,548 640,566 626,582", nose, 0),
        *place("604,588 606,602 620,616 618,628 606,636 616,648 612,664 594,676 590,692", 0, 0),
        *place("602,714 598,742", chin, 0),
        *place("572,766 530,776 488,772", 0, 0),
    ]


def _head(face: list[tuple[float, float]]) -> Plate:
    """Return the head and neck as one solid."""
    neck = place("476,800 474,850 490,900 270,900 286,840 286,760 262,690", 0, 0)
    skull = place("232,600 226,500 246,400 310,320 420,290 520,320", 0, 0)
    head = Plate(W, H)
    head.poly(smooth(face + neck + skull, steps=6))
    return head


def _coat() -> Plate:
    """Return the shoulders."""
    coat = Plate(W, H)
    coat.blob(
        "290,852 180,912 84,1010 36,1240 470,1290 860,1240 812,1060 720,960 600,900 500,862 400,900"
    )
    return coat


def _head_dress(hat: str) -> tuple[Plate, Strokes]:
    """Return the head-dress as a solid, and the lines of light to carve on it."""
    plate = Plate(W, H)
    shine: Strokes = []
    if hat == "hard":
        plate.blob(
            "220,448 216,360 256,256 340,190 450,176 552,216 608,300 622,392 500,420 360,440"
        )
        plate.blob(
            "206,470 220,436 420,402 600,372 700,398 744,432 720,446 610,428 430,440 300,470"
        )
        shine = [
            ("300,236 380,196 470,196", 13),
            ("352,196 330,300 340,420", 8),
            ("430,182 436,300 456,408", 8),
            ("236,450 420,416 610,390 716,420", 8),
        ]
        for i in range(7):
            line = [(540 - i * 10, 232 + i * 4), (586 - i * 10, 300), (600 - i * 11, 380)]
            shine.append((line, 6.5))
    elif hat == "mask":  # a welding mask, pushed up
        plate.blob("228,470 222,380 262,292 360,250 470,262 560,320 590,392 480,400 340,430")
        plate.blob(
            "352,306 366,196 440,110 560,78 690,110 770,190 776,262 720,300 610,296 500,330 420,330"
        )
        plate.blob("230,462 420,408 596,382 602,410 430,440 250,490")
        shine = [("360,300 470,318 590,292 730,286", 9)]
        for i in range(6):
            start, end = (400 + i * 12, 260 - i * 20), (450 + i * 16, 306 - i * 4)
            shine.append(([start, (420 + i * 14, 290 - i * 8), end], 6))
    elif hat == "cap":
        plate.blob("224,452 216,360 262,268 370,220 490,226 580,290 608,372 480,410 340,440")
        plate.blob("500,404 600,366 700,384 766,432 750,446 680,424 600,420 510,424")
        shine = [
            ("240,440 400,410 590,378", 9),
            ("290,276 400,236 490,246", 11),
            ("520,412 600,394 690,402", 8),
        ]
        for i in range(6):
            line = [(500 + i * 9, 262 + i * 14), (540 + i * 7, 310 + i * 8), (560 + i * 5, 366)]
            shine.append((line, 6))
    elif hat == "weaver":  # a textile worker's white cap
        plate.blob(
            "212,560 196,450 216,330 300,236 420,214 530,250 590,340 604,404 520,420 "
            "420,432 330,470 280,560 250,600"
        )
        shine = [("590,396 430,424 330,466 276,566", 9)]
        for i in range(9):
            start, end = (300 + i * 26, 250 + abs(i - 4) * 6), (290 + i * 32, 420 - i * 2)
            shine.append(([start, (290 + i * 30, 330), end], 6))
    elif hat == "rider":
        plate.blob(
            "206,640 184,500 198,350 276,228 410,178 540,206 622,296 646,396 560,400 "
            "470,424 420,500 404,600 380,700 300,740 232,710"
        )
        plate.blob("560,372 650,356 728,392 724,412 640,404 560,416")
        shine = [
            ("230,420 290,270 420,206", 13),
            ("420,490 404,600 372,700", 9),
            ("580,390 650,376 716,400", 7),
        ]
        for i in range(6):
            line = [(520 + i * 10, 230 + i * 10), (576 + i * 6, 300), (600 + i * 4, 380)]
            shine.append((line, 7))
    elif hat == "nurse":
        plate.blob("300,330 330,236 420,196 520,214 572,290 586,352 470,346 380,360")
        shine = [("330,320 450,310 574,330", 9)]
    return plate, shine


def _hair(style: str) -> Plate:
    """Return the hair as a solid."""
    plate = Plate(W, H)
    if style == "bun":
        plate.disc(214, 560, 78, 84)
        plate.blob(
            "240,640 224,500 240,400 320,330 460,310 570,350 580,392 520,420 440,470 "
            "420,560 350,600 300,680"
        )
    elif style == "tail":
        plate.blob("250,620 228,480 270,380 420,310 560,350 576,396 460,450 420,560 330,640")
        plate.blob("230,520 150,600 120,760 160,920 200,860 230,740 290,640")
    elif style == "bare":
        plate.blob(
            "300,700 240,620 222,480 246,360 330,280 460,262 570,300 606,372 560,396 "
            "470,388 430,460 420,560 390,620 360,700"
        )
    else:
        plate.blob(
            "280,668 250,610 232,510 256,430 400,420 436,450 430,500 398,506 372,560 "
            "346,630 312,672"
        )
    return plate


def _shadows(key: Plate, rng: random.Random, trade: Trade, brow: float) -> None:
    """Leave tapering strokes of ink under the brim, on the jaw and the neck, and at the mouth."""
    if trade.hat in ("hard", "cap", "mask", "rider"):
        edge = (604 + brow, 412)
        key.blob(
            [
                (420, 430),
                (520, 418),
                edge,
                *place("606,452 596,470 560,474", 0, 0),
                (500, 470),
                (440, 500),
            ]
        )
        key.gouge((520, 486), (600, 474), 9, 255)
    else:
        key.gouge_path("520,450 560,436 600,448", 14, 255)
        key.gouge_path("532,486 562,478 594,488", 12, 255)
    soft = 0.45 if trade.hair in ("bun", "tail") else 1.0
    for i in range(10):  # the turn of the jaw, short at the cheek, long below
        t = i / 9
        x, y = 372 + 34 * math.sin(t * 2.6) + t * 40, 590 + t * 168
        end = (x + (34 + 92 * t * t) * soft + rng.uniform(-8, 12), y + 10 + t * 10)
        key.gouge((x - 30, y - 4), end, 11 * soft + 2, 255, bend=5)
    for i in range(8):
        end = (384 + i * 5 + rng.uniform(-12, 16), 722 + i * 22)
        key.gouge((292 + i * 3, 690 + i * 24), end, 13, 255, bend=-8)
    key.blob("440,776 520,782 580,764 520,800 480,838 470,880 420,880 400,800")
    key.gouge_path("604,588 590,580 586,560", 8, 255)
    key.gouge_path("612,634 588,634 570,628", 9, 255)
    if trade.age:
        for i in range(int(trade.age * 6)):
            key.gouge((524 - i * 3, 506 + i * 11), (560 - i * 4, 500 + i * 14), 4, 255)
        key.gouge_path("590,596 566,624 568,660", 6, 255)


def _hair_lines(key: Plate, style: str) -> None:
    """Carve strands of light into the hair."""
    for i in range(8):
        key.gouge((270 + i * 16, 470 + i * 4), (276 + i * 10, 600 + i * 10), 5, bend=8)
    if style != "short":
        for i in range(9):
            start = (300 + i * 27, 320 - (4 - abs(i - 4)) * 8)
            key.gouge_path([start, (276 + i * 20, 400), (262 + i * 16, 500)], 6)
    if style == "bun":
        for i in range(5):
            key.gouge_path([(160 + i * 24, 512), (150 + i * 28, 560), (166 + i * 24, 612)], 6)
    elif style == "tail":
        for i in range(4):
            strand = [(220 - i * 16, 590 + i * 14), (170 - i * 6, 700 + i * 10), (176 - i * 4, 840)]
            key.gouge_path(strand, 7)


def _trim(key: Plate, accent: Plate, hat: str, inner: Plate, shine: Strokes) -> None:
    """Give the head-dress its own colour inside an outline, then its lines and fittings."""
    key.cut(inner)
    if hat in ("hard", "cap", "rider", "mask"):
        accent.paste(inner)
    for path, w in shine:
        key.gouge_path(path, w * 0.8, 255)
    if hat == "hard":
        accent.gouge_path("300,236 380,196 470,196", 20)
    elif hat == "mask":
        key.poly("580,130 700,176 684,238 560,200")
        accent.poly("580,130 700,176 684,238 560,200", 0)
        key.line("590,190 670,214", 6, 0)
        key.gouge_path("240,470 420,424 596,396", 10)
    elif hat == "rider":
        key.gouge_path("300,720 400,780 500,770", 12, 255)
        key.gouge_path("420,500 404,600 372,706", 12, 255)
    elif hat == "nurse":
        key.gouge_path("352,262 450,236 560,272", 7, 255)


def _jacket(key: Plate) -> None:
    """Carve the work jacket: collar, placket, folds, and a pocket with stitches."""
    key.poly("300,850 400,906 486,866 520,900 470,1010 380,960 286,900")
    key.gouge_path("300,864 384,930 466,992", 10)
    key.gouge_path("512,904 486,950 470,1002", 9)
    key.gouge_path("470,1010 486,1100 490,1220", 11)
    for i in range(10):
        key.gouge((446, 1030 + i * 24), (448, 1046 + i * 24), 5)
    for i in range(9):
        key.gouge((120 + i * 10, 1010 + i * 30), (232 - i * 4, 972 + i * 34), 11 - i * 0.5)
        key.gouge((640 + i * 4, 960 + i * 32), (724 + i * 8, 1006 + i * 30), 10 - i * 0.4)
    key.line("590,1070 740,1084 732,1180 586,1170 590,1070", 6, 0)
    for i in range(7):
        key.gouge((602 + i * 19, 1086 + i * 1.6), (614 + i * 19, 1087 + i * 1.6), 5)
