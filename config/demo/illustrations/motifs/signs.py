"""Rooms, houses and things of paper; figures of thought."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import hatch, rays
from config.demo.illustrations.plate import Plate, place, polar

from .size import H, W, blank

__all__ = [
    "arches",
    "bars",
    "bowls",
    "bricks",
    "candle",
    "columns",
    "envelope",
    "grid",
    "hoop",
    "infinity",
    "lens",
    "lungs",
    "pulse",
    "roofs",
    "sieve",
    "staff",
    "verse",
    "wheel",
    "window",
]


def arches(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Picture frames, one inside the other."""
    for i in range(5):
        x, y, v = 150 + i * 52, 600 + i * 52, 255 if i % 2 == 0 else 0
        art.rect(x, y, 860 - x, 1200 - i * 44, v)
    spot.rect(370, 820, 490, 1010)
    hatch(spot, rng, (370, 820, 490, 1010), 18, 6, seg=(40, 110))


def bars(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A barred window with a flowering branch of plum in front of it."""
    art.rect(180, 600, 740, 640)
    art.rect(180, 1060, 740, 1100)
    for i in range(7):
        x = 214 + i * 80
        art.rect(x, 620, x + 30, 1080)
        art.gouge((x + 8, 650), (x + 8, 1050), 6)
    branch = blank()
    branch.gouge_path("120,1140 300,980 420,900 700,760", 26, 255)
    branch.gouge_path("340,950 420,800 520,720", 16, 255)
    art.cut(branch.grown(31))
    art.paste(branch)
    for x, y, k in (
        (300, 950, 1.0),
        (440, 800, 0.9),
        (560, 830, 1.1),
        (520, 710, 0.7),
        (690, 750, 0.9),
    ):
        flower = blank()
        for i in range(5):
            flower.disc(*polar(x, y, math.tau * i / 5 - 0.3, 34 * k), 27 * k)
        art.cut(flower.grown(21))
        spot.paste(flower)
        spot.disc(x, y, 11 * k, v=0)


def bowls(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Three tea bowls on a table, steaming."""
    art.rect(60, 1040, W, 1066)
    hatch(art, rng, (60, 1080, W, H), 30, 9, v=255, seg=(80, 300))
    for x, k in ((220, 0.8), (440, 1.1), (660, 0.85)):
        art.blob(place("-110,-150 -96,-60 -50,-8 50,-8 96,-60 110,-150", x, 1040, k))
        art.gouge_path(place("-92,-120 0,-104 92,-120", x, 1040, k), 12 * k)
        for dx in (-36, 10, 50):
            steam = f"{dx},-176 {dx - 22},-230 {dx + 18},-290 {dx - 6},-360"
            spot.gouge_path(place(steam, x, 1040, k), 13 * k, 255)


def bricks(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A wall of bricks with one window lit."""
    for row in range(12):
        y = 560 + row * 54
        for i in range(-1, 8):
            x = i * 118 + (row % 2) * 59 + 30
            art.rect(x, y, x + 108, y + 44)
            if rng.random() < 0.5:
                art.gouge((x + 10, y + 30), (x + rng.uniform(60, 98), y + 30), 6)
    art.rect(446, 700, 640, 950, 0)
    spot.rect(462, 716, 624, 934)
    spot.rect(537, 716, 549, 934, 0)
    spot.rect(462, 816, 624, 828, 0)


def candle(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A candlestick whose flame sends light over the whole cover."""
    rays(art, rng, (500, 690), (110, 760), 80, 12, v=255, seg=(50, 140))
    stick = blank()
    stick.rect(470, 760, 530, 980)
    stick.blob("390,980 500,960 610,980 560,1010 520,1080 580,1150 420,1150 480,1080 440,1010")
    art.cut(stick.grown(25))
    art.paste(stick)
    art.gouge((484, 780), (484, 960), 9)
    spot.blob("500,610 536,690 520,744 500,752 480,744 464,690")


def columns(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Articles of a law, line by line."""
    for i in range(7):
        y = 640 + i * 74
        spot.rect(330, y, 372, y + 42)
        for j in range(2):
            art.gouge((400, y + 10 + j * 24), (rng.uniform(600, 740), y + 10 + j * 24), 11, 255)


def envelope(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A letter with its flap and a few lines of handwriting."""
    art.rect(180, 760, 720, 1110)
    art.line("180,764 450,960 720,764", 10, 0)
    art.line("180,1106 380,910", 7, 0)
    art.line("720,1106 520,910", 7, 0)
    spot.rect(620, 790, 690, 880)
    for i in range(5):
        end = rng.uniform(520, 660)
        art.gouge_path([(260, 600 + i * 30), (380, 594 + i * 30), (end, 600 + i * 30)], 9, 255)


def grid(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Squares for practising characters, with strokes in them."""
    for row in range(3):
        for column in range(3):
            x, y = 200 + column * 186, 620 + row * 186
            art.line(place("0,0 176,0 176,176 0,176 0,0", x, y), 8)
            art.line(place("88,0 88,176", x, y), 2)
            art.line(place("0,88 176,88", x, y), 2)
    strokes = ("40,50 136,46", "88,36 88,150", "130,36 60,146", "44,40 88,96 140,148")
    for i, path in enumerate(strokes * 2):
        x, y = 200 + i % 3 * 186, 620 + i // 3 * 186
        spot.gouge_path(place(path, x, y), 34, 255)


def hoop(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A basketball above the net."""
    art.rect(270, 560, 720, 580)
    for x0, x1 in ((270, 290), (700, 720)):
        art.rect(x0, 560, x1, 900)
    art.rect(270, 880, 720, 900)
    spot.rect(350, 930, 640, 952)
    for i in range(9):
        top, bottom = 356 + i * 35, 420 + i * 19
        art.line([(top, 950), (min(top + 40, 640) * 0.5 + bottom * 0.5, 1060), (bottom, 1160)], 5)
        art.line([(640 - i * 35, 950), (576 - i * 19, 1160)], 5)
    art.disc(495, 780, 96)
    for path in (
        "495,684 495,876",
        "399,780 591,780",
        "430,708 470,780 430,852",
        "560,708 520,780 560,852",
    ):
        art.curve(path, 7, 0)


def infinity(art: Plate, spot: Plate, rng: random.Random) -> None:
    """An endless loop with points strung along it."""
    loop = [
        (
            480 + 270 * math.cos(t) / (1 + math.sin(t) ** 2),
            880 + 380 * math.sin(t) * math.cos(t) / (1 + math.sin(t) ** 2),
        )
        for t in (math.tau * i / 40 for i in range(41))
    ]
    art.curve(loop, 44)
    art.curve(loop, 8, 0)
    for i in range(0, 40, 2):
        spot.disc(*loop[i], 9 + i % 3 * 3)
    hatch(art, rng, (60, 1120, W, H), 26, 8, v=255, seg=(60, 200), gap=(40, 120))


def lens(art: Plate, spot: Plate, rng: random.Random) -> None:
    """An old camera that looks at the reader."""
    art.rect(200, 740, 760, 1100)
    art.rect(380, 680, 580, 760)
    art.rect(620, 700, 700, 740)
    for r, v in ((150, 0), (134, 255), (100, 0), (84, 255)):
        art.disc(480, 920, r, v=v)
    spot.disc(480, 920, 52)
    art.disc(480, 920, 54, v=0)
    for i in range(6):
        art.gouge((224, 790 + i * 50), (300, 790 + i * 50), 9)


def lungs(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Two lungs; dust settles in them."""
    for side in (-1, 1):
        shape = "30,760 90,680 170,720 240,900 260,1090 150,1110 40,1040 36,900"
        art.blob(place(shape, 480, 0, side, 1))
        tube = place("14,700 40,800 110,880 150,1000", 480, 0, side, 1)
        art.curve(tube, 16, 0)
        for i in range(4):
            start = tube[1 + i // 2]
            end = (start[0] + side * (30 + i * 24), start[1] + 60 - i * 8)
            art.curve([start, end], 8, 0)
    art.rect(462, 560, 498, 760)
    for i in range(5):
        art.rect(456, 580 + i * 34, 504, 588 + i * 34, 0)
    for _ in range(60):
        x, y = rng.gauss(480, 150), rng.uniform(600, 1110)
        spot.disc(x, y, rng.uniform(4, 11))


def pulse(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A heartbeat on squared paper."""
    for i in range(12):
        art.rect(150 + i * 56, 620, 152 + i * 56, 1130)
    for i in range(10):
        art.rect(120, 640 + i * 54, W, 642 + i * 54)
    beat = (
        "120,900 270,900 310,850 350,900 400,900 440,960 500,660 560,1080 610,900 660,900 700,860"
    )
    halo = blank()
    halo.line(beat + " 740,900 800,900", 44)
    art.cut(halo)
    art.line(beat + " 740,900 800,900", 20)


def roofs(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Low houses close together, one window awake."""
    lit = rng.randrange(3, 8)
    for i in range(12):
        x, y = 40 + i % 4 * 200 + i // 4 % 2 * 90 - 60, 760 + i // 4 * 150
        halo = blank()
        halo.poly(place("-16,0 100,-92 216,0 200,160 0,160", x, y))
        art.cut(halo.grown(9))
        art.poly(place("-10,0 100,-84 210,0", x, y))
        art.rect(x + 6, y + 12, x + 194, y + 150)
        for j in range(6):
            art.gouge((x + 20 + j * 30, y - 8), (x + 66 + j * 12, y - 44), 6)
        window = (x + 70, y + 44, x + 130, y + 104)
        art.rect(*window, v=0)
        if i == lit:
            spot.rect(*window)


def sieve(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Dots in rows; those with no divisor are left bright."""
    for i in range(80):
        number, x, y = i + 2, 150 + i % 10 * 66, 640 + i // 10 * 66
        prime = all(number % d for d in range(2, number))
        if prime:
            spot.disc(x, y, 22)
        else:
            art.ring(x, y, 18, 6)


def staff(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Music on staves."""
    for row in range(3):
        y = 620 + row * 190
        for i in range(5):
            art.gouge((110, y + i * 24), (790, y + i * 24), 6, 255)
        for i in range(6):
            x, ny = 200 + i * 96, y + 96 - (i * 2 + row * 3) % 5 * 20
            (spot if (i + row) % 4 == 0 else art).disc(x, ny, 20, 15)
            art.rect(x + 14, ny - 84, x + 20, ny)


def verse(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Short lines set upright, as a poem was once printed."""
    for i in range(8):
        x = 700 - i * 64
        (spot if i == 3 else art).gouge((x, 640), (x, rng.uniform(860, 1130)), 16, 255)


def wheel(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A spoked wheel and its shadow on the ground."""
    art.ring(500, 860, 270, 26)
    art.ring(500, 860, 226, 8)
    for i in range(20):
        art.gouge(
            polar(500, 860, math.tau * i / 20, 44), polar(500, 860, math.tau * i / 20, 246), 9, 255
        )
    art.disc(500, 860, 46)
    spot.disc(500, 860, 18)
    art.disc(500, 860, 20, v=0)
    for i in range(4):
        art.gouge(
            (rng.uniform(60, 260), 1150 + i * 14), (rng.uniform(640, 790), 1150 + i * 14), 9, 255
        )


def window(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A lattice window of an old house."""
    art.rect(170, 600, 750, 1150)
    art.rect(196, 626, 724, 1124, 0)
    for i in range(1, 6):
        art.rect(190 + i * 90, 620, 202 + i * 90, 1130)
        art.rect(190, 610 + i * 86, 730, 622 + i * 86)
    art.rect(330, 760, 590, 990, 0)
    art.line("330,760 590,760 590,990 330,990 330,760", 12)
    for i in range(7):
        a = math.tau * i / 7
        spot.gouge(polar(460, 876, a, 10), polar(460, 876, a, 90), 44, 255)
