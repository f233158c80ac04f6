"""Fields, water, sky, animals and roads."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import hatch
from config.demo.illustrations.plate import Plate, place, polar, smooth

from .size import H, W, blank

__all__ = [
    "deep",
    "fish",
    "fork",
    "furrows",
    "grapes",
    "leaf",
    "moon",
    "orbits",
    "peaks",
    "road",
    "ship",
    "spiral",
    "sprout",
    "steps",
    "tree",
    "wave",
    "wings",
    "zebra",
]


def deep(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A porthole with rivets; a ray swims by outside."""
    art.disc(480, 880, 290)
    for i in range(14):
        art.disc(*polar(480, 880, math.tau * i / 14, 256), 14, v=0)
    art.disc(480, 880, 214, v=0)
    sea = blank()
    for i in range(16):
        y = 690 + i * 26
        sea.gouge_path([(x, y + math.sin(x / 60 + i) * 8) for x in range(240, 740, 40)], 8, 255)
    glass = blank()
    glass.disc(480, 880, 196)
    ray = blank()
    ray.blob("330,900 420,860 480,810 560,850 650,880 560,910 500,960 430,930")
    ray.gouge_path("360,930 300,980 290,1030", 12, 255)
    sea.cut(ray.grown(21))
    art.paste(sea, glass)
    spot.paste(ray, glass)


def fish(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A great fish under a small boat."""
    body = "130,930 240,850 420,820 580,860 690,920 580,985 420,1020 240,1000"
    art.blob(body)
    art.poly("660,920 790,820 760,925 790,1030")
    art.poly("330,830 420,740 470,825")
    art.poly("130,930 30,912 132,910")
    for i in range(14):
        art.gouge((230 + i * 30, 880 + i % 2 * 14), (262 + i * 30, 962 - i % 3 * 8), 9)
    art.disc(214, 905, 13, v=0)
    for i in range(4):
        y = 640 + i * 26
        art.gouge_path([(x, y + math.sin(x / 70 + i) * 9) for x in range(180, 900, 60)], 9, 255)
    spot.blob("470,600 560,640 680,600 650,560 500,560")
    art.gouge_path("560,600 520,720 400,800 200,880", 5, 255)
    for i in range(9):
        y = 1070 + i * 17
        art.gouge((rng.uniform(0, 200), y), (rng.uniform(420, 780), y), 8, 255)


def fork(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A road that divides, with nobody on it."""
    hatch(art, rng, (0, 620, W, H), 24, 10, v=255, seg=(70, 240))
    way = blank()
    way.gouge_path("440,1260 440,1080 440,980 300,760 210,640", 150, 255)
    way.gouge_path("460,1260 460,1080 470,980 600,780 720,650", 150, 255)
    way.poly("370,1200 535,1200 520,980 400,980")
    art.cut(way)
    for x in (340, 580):
        spot.gouge((x, 780 + abs(x - 460) * 0.2), (x + (460 - x) * 0.3, 900), 14, 255)
    spot.gouge((456, 1000), (456, 1090), 14, 255)
    spot.gouge((456, 1120), (456, 1190), 14, 255)


def furrows(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Furrows that run to a low horizon with three roofs."""
    for i in range(-12, 13):
        art.gouge_path([(440 + i * 16, 760), (440 + i * 40, 930), (440 + i * 96, 1230)], 20, 255)
    for x in (300, 420, 580):
        spot.poly([(x - 56, 740), (x, 690), (x + 56, 740)])
        art.rect(x - 40, 742, x + 40, 770)


def grapes(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A bunch of grapes and a leaf."""
    for row in range(6):
        for i in range(6 - row):
            x, y = 470 + (i - (5 - row) / 2) * 88, 740 + row * 78
            art.disc(x, y, 46)
            art.gouge_path(place("-24,4 -18,-20 4,-28", x, y), 10)
    spot.blob("480,660 360,640 300,560 400,570 450,500 510,580 640,560 580,640")
    spot.gouge((480, 650), (450, 560), 9)


def leaf(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Three ears of grain."""
    for x, top, k in ((560, 560, 1.0), (330, 700, 0.84), (700, 790, 0.7)):
        art.curve([(x - 30 * k, 1240), (x - 12 * k, 1000), (x, top + 40)], 8 * k)
        for i in range(8):
            y = top + 50 * k + i * 44 * k
            for side in (-1, 1):
                kx = side * k
                art.gouge((x + side * 3, y + 26 * k), (x + 40 * kx, y - 40 * k), 34 * k, 255)
                art.gouge((x + 38 * kx, y - 36 * k), (x + 84 * kx, y - 190 * k), 5 * k, 255)
        art.gouge((x, top + 60 * k), (x, top - 30 * k), 32 * k, 255)


def moon(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A crescent over water."""
    art.disc(560, 660, 110)
    art.disc(610, 630, 96, v=0)
    for i in range(20):
        y = 860 + i * 18
        half = 60 + i * 14 + rng.uniform(-20, 40)
        art.gouge((540 - half, y), (540 + half, y), 8 + i * 0.3, 255)
    for x, y in ((250, 700), (330, 790), (720, 560), (700, 780)):
        spot.disc(x, y, 7)


def orbits(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Orbits around a dark middle, with dots for worlds."""
    for i in range(9):
        r, a = 90 + i * 44, 0.0
        while a < math.tau:
            length = rng.uniform(0.3, 0.9)
            art.gouge_path([polar(500, 890, a + length * t / 3, r) for t in range(4)], 10, 255)
            a += length + rng.uniform(0.06, 0.2)
        world = polar(500, 890, rng.uniform(0, math.tau), r)
        spot.disc(*world, 10 + i % 3 * 5)
    art.disc(500, 890, 52)


def peaks(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Bare hills, fold behind fold."""
    for i in range(5):
        base = 700 + i * 110
        ridge = [
            (x, base - 70 * math.sin(x / 150 + i * 1.7) - 26 * math.sin(x / 57 + i))
            for x in range(-40, 861, 45)
        ]
        hill = blank()
        hill.poly([*ridge, (900, 1240), (-60, 1240)])
        art.cut(hill.grown(15))
        art.paste(hill)
        for x, y in ridge:
            for j in range(4):
                start = (x + rng.uniform(-18, 18), y + 24 + j * 26)
                art.gouge(start, (start[0] + rng.uniform(14, 34), start[1] + 46), 9 - j)


def road(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Open country in long strokes under a low disc."""
    for i in range(34):
        y = 640 + i * 17
        start, end = (rng.uniform(-80, 80), y), (rng.uniform(740, 900), y)
        art.gouge_path([start, (420, y + 8 + rng.uniform(-4, 4)), end], 7 + i * 0.2, 255)
    art.disc(590, 540, 96)


def ship(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A working ship with derricks in a heavy sea."""
    art.poly("150,900 200,1010 700,1010 760,860 640,900")
    art.rect(250, 800, 430, 900)
    for x in (280, 330, 380):
        art.rect(x, 830, x + 26, 858, 0)
    spot.rect(460, 740, 520, 900)
    art.line("580,900 580,620", 16)
    for end in ("700,760", "470,700"):
        art.line(f"580,800 {end}", 9)
        art.line(f"580,630 {end}", 4)
    art.gouge((190, 950), (720, 930), 8)
    for i in range(11):
        y = 1020 + i * 18
        art.gouge_path([(x, y + math.sin(x / 74 + i) * 14) for x in range(-40, 880, 50)], 10, 255)


def spiral(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A beetle that rolls its ball."""
    art.disc(560, 850, 190)
    for r in range(30, 190, 26):
        turn = [polar(560, 850, math.tau * i / 12, r + i * 2.2) for i in range(12)]
        art.gouge_path(turn, 8)
    spot.blob("190,960 250,890 340,900 380,960 350,1030 240,1040")
    spot.disc(178, 990, 40)
    spot.gouge((200, 950), (370, 990), 7)
    for a, b in (("270,1030", "240,1110"), ("330,1030", "340,1110"), ("350,930", "420,850")):
        spot.limb(*place(f"{a} {b}", 0, 0), 16, 10)
    art.rect(60, 1110, W, 1124)


def sprout(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A shoot that breaks out of the dark ground."""
    art.rect(60, 930, W, H)
    hatch(art, rng, (60, 960, W, H), 30, 9, seg=(40, 120), gap=(60, 160))
    art.poly("440,930 480,900 520,930")
    shoot = blank()
    shoot.curve("486,1090 476,1000 482,880 470,720", 20)
    shoot.gouge_path("472,730 380,640 300,650 250,720", 90, 255)
    shoot.gouge_path("472,740 560,620 650,610 720,660", 90, 255)
    for path in ("486,1080 430,1130 400,1180", "486,1080 540,1140 560,1190"):
        shoot.gouge_path(path, 12, 255)
    art.cut(shoot.grown(15))
    spot.paste(shoot)
    spot.gouge_path("460,722 380,660 280,690", 9)
    spot.gouge_path("484,728 580,640 690,640", 9)


def steps(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A flight of steps and one small figure on it."""
    for i in range(7):
        x, y = 180 + i * 88, 1120 - i * 72
        art.rect(x, y, W, y + 56)
        art.gouge((x + 12, y + 40), (rng.uniform(600, 780), y + 40), 7)
    spot.disc(404, 812, 22)
    spot.blob("380,910 384,850 404,838 426,850 428,910")
    spot.limb((396, 905), (388, 970), 20, 14)
    spot.limb((414, 905), (430, 968), 20, 14)


def tree(art: Plate, spot: Plate, rng: random.Random) -> None:
    """An old cypress with a bench under it."""
    art.poly("470,1140 500,760 530,760 570,1140")
    for _ in range(230):
        a, r = rng.uniform(0, math.tau), rng.uniform(0, 1) ** 0.5
        x, y = polar(515, 760, a, r * 210)
        art.gouge((x, y), (x + rng.uniform(-26, 26), y + rng.uniform(20, 64)), 22, 255)
    for i in range(6):
        art.gouge((508 + i * 8, 960 + i * 12), (512 + i * 9, 1120), 6)
    art.rect(60, 1140, W, 1156)
    spot.rect(210, 1070, 380, 1086)
    spot.rect(226, 1086, 240, 1140)
    spot.rect(350, 1086, 364, 1140)


def wave(art: Plate, spot: Plate, rng: random.Random) -> None:
    """Rows of waves."""
    for i in range(22):
        y = 620 + i * 28
        pts = [(x, y + math.sin(x / 90 + i * 0.7) * 13) for x in range(-40, 880, 60)]
        art.gouge_path(pts, 9 + i * 0.5, 255)


def wings(art: Plate, spot: Plate, rng: random.Random) -> None:
    """One heavy wing, feather by feather."""
    arm = smooth("150,1100 210,900 350,760 540,690 640,700", closed=False)
    for i in range(11):
        x, y = arm[4 + i * 5]
        tip = (x + 120 - i * 3, min(1190, y + 420 - i * 22))
        plate = spot if i == 4 else art
        plate.gouge_path([(x, y), (x + 50, y + 170), tip], 50, 255)
    art.line(arm, 34)
    for i in range(8):
        x, y = arm[6 + i * 6]
        art.gouge((x - 8, y + 4), (x + 16, y + 10), 8)


def zebra(art: Plate, spot: Plate, rng: random.Random) -> None:
    """A crossing seen from above, with arrows."""
    for i in range(7):
        x = 130 + i * 94
        art.poly(place("0,0 62,0 44,190 -34,190", x, 700))
    for x, y in ((260, 1000), (560, 1000)):
        spot.poly(place("-20,150 20,150 20,60 50,60 0,-20 -50,60 -20,60", x, y))
    art.rect(60, 930, W, 946)
