"""Tools, machines and workplaces."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import gear as spur_gear
from config.demo.illustrations.carving import hatch, rays
from config.demo.illustrations.plate import Plate, place, polar

from .size import H, W, blank

__all__ = [
    "bolt",
    "chimneys",
    "clock",
    "compass",
    "crates",
    "drawing",
    "drone",
    "falls",
    "gear",
    "helmet",
    "hook",
    "iron",
    "lamp",
    "nut",
    "rail",
    "rungs",
    "slip",
    "sparks",
    "spindles",
    "talk",
    "toolpath",
    "tower",
    "warp",
    "wrench",
]


def bolt(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Slanting rain and one stroke of lightning."""
    hatch(art, rng, (0, 520, W, H), 30, 9, v=255, angle=1.25, seg=(60, 170), gap=(30, 90))
    flash = "520,520 380,840 470,840 350,1150 640,760 540,760 650,520"
    spot.poly(flash)
    halo = blank()
    halo.poly(flash)
    art.cut(halo.grown(31))


def chimneys(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Saw-tooth roofs and chimneys with smoke."""
    for x, top in ((330, 720), (480, 640), (620, 690)):
        art.poly([(x, top), (x + 56, top), (x + 74, 1010), (x - 18, 1010)])
        art.gouge((x + 12, top + 30), (x + 2, 980), 9)
        for i in range(5):
            start = (x + 28 + i * 26, top - 16 - i * 20)
            spot.gouge(start, (start[0] + 110, start[1] - 30), 30 - i * 4, 255)
    for i in range(6):
        x = 40 + i * 132
        art.poly([(x, 1010), (x, 930), (x + 132, 1010)])
    art.rect(40, 1010, W, H)
    for i in range(9):
        art.rect(90 + i * 80, 1060, 128 + i * 80, 1120, 0)


def clock(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A works clock, five minutes before the hour."""
    art.disc(480, 880, 270)
    art.disc(480, 880, 240, v=0)
    for i in range(60):
        a = math.tau * i / 60
        inner, w = (186, 16) if i % 5 == 0 else (214, 7)
        art.gouge(polar(480, 880, a, inner), polar(480, 880, a, 236), w, 255)
    art.limb((480, 880), polar(480, 880, math.radians(-33), 120), 26, 16)
    spot.limb((480, 880), polar(480, 880, math.radians(-120), 190), 20, 10)
    art.disc(480, 880, 24)


def compass(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A right triangle with its squares, set out with a compass."""
    art.line("250,1080 650,1080 650,780 250,1080", 14)
    art.rect(610, 1040, 650, 1080)
    art.rect(620, 1050, 640, 1070, 0)
    for r in (120, 200, 280, 360):
        art.curve([polar(250, 1080, -math.pi / 2 * i / 8 - 0.05, r) for i in range(8)], 6)
    spot.limb((470, 560), (250, 1080), 30, 8)
    spot.limb((470, 560), (600, 1000), 30, 8)
    spot.disc(470, 560, 34)


def crates(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Stacked boxes with ribs."""
    for row, count in enumerate((4, 3, 2)):
        for i in range(count):
            x, y = 90 + i * 176 + row * 88, 1020 - row * 132
            plate = spot if (i + row * 2) % 4 == 1 else art
            plate.rect(x, y, x + 166, y + 122)
            for j in range(1, 8):
                plate.gouge((x + j * 21, y + 12), (x + j * 21, y + 110), 7)
    art.rect(60, 1150, W, 1164)


def drawing(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A flange drawn with centre lines and dimensions."""
    for r, w in ((230, 12), (150, 8), (80, 12)):
        art.ring(480, 860, r, w)
    for i in range(6):
        art.ring(*polar(480, 860, math.tau * i / 6, 190), 24, 8)
    for path in ("200,860 760,860", "480,580 480,1140"):
        spot.line(path, 5)
    spot.line("250,1150 710,1150", 5)
    spot.poly("250,1150 280,1138 280,1162")
    spot.poly("710,1150 680,1138 680,1162")


def drone(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A four-rotor aircraft above a wire."""
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = 480 + sx * 180, 800 + sy * 120
            art.limb((480, 800), (x, y), 26, 18)
            for r in (92, 70, 46):
                art.ring(x, y, r, 7)
            art.disc(x, y, 18)
    art.blob("400,750 480,730 560,750 570,830 480,870 390,830")
    spot.disc(480, 812, 26)
    for i in range(3):
        art.curve([(0, 1060 + i * 40), (400, 1096 + i * 40), (W, 1040 + i * 40)], 7)


def falls(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Water over a weir."""
    spot.rect(60, 640, W, 684)
    for i in range(34):
        x = 80 + i * 22
        end = 1020 + rng.uniform(-30, 60)
        art.gouge_path([(x, 696), (x + rng.uniform(-8, 8), 850), (x, end)], 13, 255)
    for i in range(7):
        y = 1080 + i * 20
        pts = [(x, y + math.sin(x / 80 + i) * 10) for x in range(-40, 880, 60)]
        art.gouge_path(pts, 11, 255)


def gear(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A gear that runs off the page."""
    spur_gear(art, 560, 880, 420, 24, 64)
    inner, groove = blank(), blank()
    inner.disc(560, 880, 250)
    groove.ring(560, 880, 306, 10)
    art.cut(inner)
    art.cut(groove)
    for i in range(120):
        a = math.tau * i / 120
        art.gouge(polar(560, 880, a, 262), polar(560, 880, a, rng.uniform(276, 296)), 5)
    spot.disc(560, 880, 60)


def helmet(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A hard hat."""
    art.blob("238,986 255,857 350,745 470,719 590,745 685,857 702,986 470,952")
    art.blob("169,995 315,956 470,943 625,956 762,995 659,1038 470,1046 281,1038")
    for path in ("470,723 465,831 467,938", "401,733 377,840 375,941", "539,733 563,840 565,941"):
        art.gouge_path(path, 16)
    for i in range(6):
        art.gouge_path([(286 + i * 8, 943), (290 + i * 9, 883 - i * 5), (341 + i * 5, 805)], 9)
    art.gouge_path("203,998 470,964 737,998", 12)
    spot.rect(436, 866, 504, 876)
    spot.rect(463, 876, 477, 914)
    spot.rect(430, 914, 510, 926)
    sign = blank()
    sign.rect(422, 857, 518, 934)
    art.cut(sign)


def hook(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A hook on a chain."""
    for i in range(5):
        art.disc(480, 540 + i * 66, 34, 44)
        art.disc(480, 540 + i * 66, 14, 24, v=0)
    art.blob("440,850 520,850 540,940 620,1010 610,1110 500,1160 390,1120 350,1020 400,1000")
    hole = blank()
    hole.blob("430,990 480,960 540,1030 520,1080 470,1090 430,1050")
    art.cut(hole)
    hatch(spot, rng, (60, 1100, W, H), 24, 10, v=255, seg=(60, 240))
    spot.cut(art.grown(15))


def iron(art: Plate, spot: Plate, rng: random.Random) -> None:
    """The section of an I-beam, 工."""
    for box in ((120, 600, 680, 700), (340, 700, 460, 980), (90, 980, 710, 1090)):
        art.rect(*box)
    grain = blank()
    hatch(grain, rng, (90, 600, 710, 1090), 22, 5, v=255, seg=(60, 220), gap=(60, 160))
    art.cut(grain)


def lamp(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A stage lamp and its cone of light."""
    rays(art, rng, (590, 560), (110, 900), 22, 26, v=255, arc=(1.3, 2.5), seg=(120, 300))
    art.poly(place("-70,-60 40,-100 90,10 -20,60", 590, 560))
    spot.rect(60, 1140, W, 1200)
    for x in (150, 300, 470):
        spot.rect(x, 1090, x + 110, 1140)


def nut(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A hexagonal nut and the file that shaped it."""
    art.poly([polar(520, 900, math.tau * i / 6, 230) for i in range(6)])
    art.disc(520, 900, 176, v=0)
    art.disc(520, 900, 166)
    art.disc(520, 900, 110, v=0)
    for r in (122, 136, 150):
        art.ring(520, 900, r, 5, 0)
    spot.poly("90,1130 700,1130 760,1150 700,1172 90,1172")
    hatch(spot, rng, (100, 1134, 690, 1168), 14, 4, angle=1.1, seg=(40, 60), gap=(2, 6))


def rail(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A track that runs to the horizon."""
    for side in (-1, 1):
        art.poly(place("6,520 14,520 330,1220 270,1220", 400, 0, side, 1))
    y = 530.0
    while y < 1210:
        k = (y - 520) / 690
        art.rect(380 - 330 * k, y, 420 + 330 * k, y + 4 + 24 * k)
        y += 16 + 46 * k


def rungs(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A ladder diagram: contacts, coils and the two rails."""
    art.rect(180, 600, 194, 1150)
    art.rect(736, 600, 750, 1150)
    for i in range(5):
        y = 650 + i * 110
        art.rect(180, y, 750, y + 7)
        for x in (290, 430)[: 1 + i % 2]:
            art.rect(x - 22, y - 4, x + 32, y + 12, 0)
            art.rect(x - 24, y - 34, x - 14, y + 40)
            art.rect(x + 24, y - 34, x + 34, y + 40)
        art.disc(630, y + 3, 40, v=0)
        (spot if i == 2 else art).ring(630, y + 3, 40, 10)


def slip(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A pay slip, one line of it marked."""
    art.rect(220, 740, 740, 1140)
    for i in range(7):
        y = 772 + i * 50
        plate = spot if i == 4 else art
        v = 255 if i == 4 else 0
        if i == 4:
            art.rect(240, y - 12, 720, y + 28, 0)
        plate.rect(260, y, 260 + rng.randrange(80, 170), y + 16, v)
        plate.rect(700 - rng.randrange(60, 130), y, 700, y + 16, v)
    for i in range(20):
        art.poly(place("0,0 13,22 26,0", 220 + i * 26, 1122), 0)


def sparks(art: Plate, spot: Plate, rng: random.Random) -> None:
    """An arc that throws light to all sides."""
    rays(art, rng, (590, 900), (40, 900), 120, 12, v=255)
    art.disc(590, 900, 34)


def spindles(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A row of bobbins, with threads that run up and away."""
    for i in range(6):
        x = 150 + i * 112
        art.rect(x, 860, x + 66, 880)
        art.poly(place("6,0 60,0 52,210 14,210", x, 880))
        art.rect(x - 6, 1090, x + 72, 1112)
        for j in range(9):
            art.gouge((x + 8, 900 + j * 20), (x + 58, 906 + j * 20), 6)
        art.rect(x + 26, 800, x + 40, 860)
        spot.gouge_path([(x + 33, 800), (x + 60, 680), (x + 160, 560)], 5, 255)
    art.rect(60, 1112, W, 1130)


def talk(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Two rows of people at one long table."""
    art.poly("240,760 680,760 760,1060 160,1060")
    hatch(art, rng, (220, 780, 700, 1050), 34, 8, seg=(60, 160), gap=(60, 140))
    for i in range(4):
        for x, y, k in ((270 + i * 126, 660, 0.8), (190 + i * 180, 1080, 1.15)):
            halo = blank()
            halo.disc(x, y, 46 * k)
            halo.blob(place("-84,130 -70,60 0,40 70,60 84,130", x, y, k))
            clear_of = halo.grown(15)
            art.cut(clear_of)
            (spot if (i + (y > 900)) % 3 == 1 else art).paste(halo)


def toolpath(art: Plate, spot: Plate, rng: random.Random) -> None:
    """The path of a cutter that clears a pocket."""
    for i in range(7):
        x0, y0, x1, y1 = 190 + i * 38, 620 + i * 34, 760 - i * 38, 1130 - i * 34
        art.rect(x0, y0, x1, y1)
        art.rect(x0 + 15, y0 + 15, x1 - 15, y1 - 15, 0)
    spot.poly("440,560 520,560 520,820 480,880 440,820")
    for i in range(5):
        spot.gouge((444, 620 + i * 46), (516, 590 + i * 46), 10)


def tower(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A lattice tower and its wires."""
    for side in (-1, 1):
        art.line(place("190,1200 40,820 22,560", 490, 0, side, 1), 14)
        for y, reach in ((640, 170), (740, 220)):
            art.line(place([(30, y - 30), (reach, y)], 490, 0, side, 1), 10)
            art.line(place([(34, y + 14), (reach, y)], 490, 0, side, 1), 8)
            art.disc(490 + side * reach, y + 16, 11)
    for i in range(9):
        y0, y1 = 1200 - i * 68, 1132 - i * 68
        a, b = (max(24, 190 - (1200 - y) * 0.39) for y in (y0, y1))
        art.line([(490 - a, y0), (490 + b, y1)], 7)
        art.line([(490 + a, y0), (490 - b, y1)], 7)
    for y in (660, 760):
        for side in (-1, 1):
            spot.curve(place([(170, y), (330, y + 70), (520, y + 40)], 490, 0, side, 1), 6)


def warp(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Cloth with a lattice of 工 coming off the loom."""
    for i in range(22):
        art.gouge((150 + i * 30, 520), (130 + i * 32, 800), 8, 255)
    art.rect(60, 800, W, 824)
    for row in range(5):
        for column in range(8):
            x, y = 110 + column * 100 + row % 2 * 50, 860 + row * 76
            plate = spot if (row + column) % 5 == 0 else art
            for box in ((-34, -26, 34, -14), (-34, 14, 34, 26), (-7, -14, 7, 14)):
                plate.rect(x + box[0], y + box[1], x + box[2], y + box[3])


def wrench(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A spanner laid across gentle waves."""
    for i in range(12):
        y = 640 + i * 46
        art.gouge_path(
            [(x, y + math.sin(x / 110 + i * 0.5) * 16) for x in range(-40, 880, 60)], 9, 255
        )
    tool = blank()
    tool.limb((290, 1080), (620, 720), 64, 64)
    tool.disc(640, 700, 104)
    tool.disc(270, 1100, 84)
    gap = blank()
    gap.limb((664, 674), (760, 570), 84, 96)
    gap.disc(270, 1100, 40)
    tool.cut(gap)
    art.cut(tool.grown(31))
    spot.paste(tool)
