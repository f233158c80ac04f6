"""Under the sky: fields, power lines, the street."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import hatch, rays
from config.demo.illustrations.inks import BLUE, GOLD, INK, RED, SAND
from config.demo.illustrations.plate import Plate, Point, clear, place, polar

from .sheet import H, Scene, W, blank


def _tractor(key: Plate, gold: Plate, x: float, y: float) -> None:
    """Draw the tractor with its driver; (x, y) is where it stands."""
    t = blank()
    t.disc(x + 150, y - 64, 112)
    t.disc(x - 132, y - 34, 66)
    t.poly(place("-206,-170 40,-188 60,-60 -196,-48", x, y))
    t.poly(place("20,-330 226,-330 236,-306 14,-306", x, y))
    t.poly(place("34,-310 50,-310 40,-150 20,-150", x, y))
    t.poly(place("196,-310 214,-310 230,-130 210,-130", x, y))
    t.rect(x + 20, y - 170, x + 230, y - 110)
    t.rect(x - 110, y - 300, x - 92, y - 170)
    t.disc(x - 101, y - 304, 13)
    t.disc(x + 124, y - 262, 27)
    t.blob(place("88,-270 124,-304 158,-272 178,-266 90,-262", x, y))
    t.blob(place("90,-160 96,-232 128,-240 164,-226 172,-160", x, y))
    t.limb((x + 110, y - 210), (x + 66, y - 180), 26, 18)
    t.line([(x + 46, y - 150), (x + 62, y - 196)], 9)
    clear(t.grown(17), gold, key)
    key.paste(t)
    key.ring(x + 150, y - 64, 82, 9, 0)
    key.disc(x + 150, y - 64, 22, v=0)
    key.ring(x - 132, y - 34, 44, 7, 0)
    key.disc(x - 132, y - 34, 12, v=0)
    for i in range(16):
        a = math.tau * i / 16
        key.gouge(polar(x + 150, y - 64, a, 88), polar(x + 150, y - 64, a + 0.2, 112), 8)
    for i in range(4):
        key.gouge((x - 190, y - 146 + i * 24), (x - 70, y - 152 + i * 24), 7)
    for i in range(5):  # smoke
        key.gouge(
            (x - 101 - i * 26, y - 334 - i * 26), (x - 30 - i * 30, y - 360 - i * 24), 16 - i, 255
        )


def _ears(key: Plate) -> None:
    """Draw the ears of wheat in the foreground: ink first, then the grains carved out of it."""
    grains, awns, stems = [], [], []
    for x, y, s, lean in (
        (90, 790, 0.92, 0.2),
        (250, 700, 1.1, 0.12),
        (420, 830, 0.95, 0.05),
        (590, 760, 1.06, -0.02),
        (760, 850, 0.92, 0.04),
        (930, 782, 1.02, -0.08),
        (1100, 850, 0.94, -0.05),
        (1270, 744, 1.1, -0.12),
        (1440, 820, 0.98, -0.16),
        (1580, 740, 1.0, -0.2),
        (-10, 900, 0.9, 0.2),
        (340, 960, 0.8, 0.1),
        (680, 970, 0.8, 0.02),
        (1010, 970, 0.8, -0.06),
        (1360, 960, 0.82, -0.14),
    ):
        stem = [(x - lean * 150 * s, y + 560 * s), (x - lean * 40 * s, y + 280 * s), (x, y)]
        stems.append(stem)
        key.curve(stem, 15 * s)
        for side in (-1, 1):
            for j in range(8):
                px, py = x + lean * j * -3 * s - lean * 8 * s, y - 10 * s + j * 33 * s
                bx, by = px + side * 30 * s + lean * 8 * s, py - 34 * s
                key.gouge((px, py + 20 * s), (bx + side * 4 * s, by - 8 * s), 36 * s, 255)
                grains.append(((px + side * 2 * s, py + 12 * s), (bx, by), 24 * s))
                awn = (bx + side * 36 * s + lean * 30 * s, by - 130 * s)
                awns.append(((bx, by), awn, 4.4 * s))
        key.gouge((x, y + 20 * s), (x + lean * 10 * s, y - 60 * s), 32 * s, 255)
        grains.append(((x, y + 10 * s), (x + lean * 8 * s, y - 48 * s), 20 * s))
    for a, b, w in awns:
        key.gouge(a, b, w + 1.5, 255)
    for stem in stems:
        key.curve(stem, 6, 0)
    for a, b, w in grains:
        key.gouge(a, b, w, 0)
    for a, b, _ in grains:  # the crease of each grain
        start = (a[0] * 0.8 + b[0] * 0.2, a[1] * 0.8 + b[1] * 0.2)
        end = (a[0] * 0.3 + b[0] * 0.7, a[1] * 0.3 + b[1] * 0.7)
        key.gouge(start, end, 3.4, 255)


def wheat(rng: random.Random) -> Scene:
    """Ears of wheat in front, a tractor on the ridge in front of the sun."""
    key, gold, red = blank(), blank(), blank()
    horizon = 560
    gold.disc(470, 430, 210)
    rays(
        gold,
        rng,
        (470, 430),
        (232, 1500),
        100,
        16,
        v=255,
        seg=(90, 250),
        arc=(math.pi * 0.98, math.tau * 1.01),
    )
    gold.rect(0, horizon, W, H)
    hatch(gold, rng, (250, 400, 690, 640), 24, 8, width=lambda x, y: max(0, (y - 430) / 160))
    # far ridges
    key.blob("-60,620 0,566 260,540 560,566 900,530 1260,552 1700,520 1700,640 800,660")
    hatch(key, rng, (0, 540, W, 640), 17, 7, angle=0.03, seg=(60, 200))
    # furrows
    for i in range(-22, 40):
        x0, x1 = 700 + i * 34, 500 + i * 150
        key.gouge_path([(x0, 640), ((x0 + x1) / 2 + 10, 760), (x1, 960)], 15, 255)
    _tractor(key, gold, 1040, 575)
    _ears(key)
    return [(gold, GOLD), (red, RED), (key, INK)], (860, 600)


def _tower(key: Plate, x: float, base: float, top: float, half: float, s: float) -> list[Point]:
    """Draw a lattice tower, ``half`` its foot's half width; return where it holds the wires."""

    def bar(path, w):
        key.line(path, w * s)

    waist, hw = top + 300 * s, half * 0.16
    for sg in (-1, 1):
        bar([(x + sg * half, base), (x + sg * hw, waist)], 13)
        bar([(x + sg * hw, waist), (x + sg * hw * 0.5, top)], 11)
    for i in range(7):  # lattice of the legs
        t0, t1 = i / 7, (i + 1) / 7
        ya, yb = base + (waist - base) * t0, base + (waist - base) * t1
        wa, wb = half + (hw - half) * t0, half + (hw - half) * t1
        bar([(x - wa, ya), (x + wb, yb)], 6)
        bar([(x + wa, ya), (x - wb, yb)], 6)
        bar([(x - wa, ya), (x + wa, ya)], 6)
    for i in range(5):
        ya, yb = waist - i * 60 * s, waist - (i + 1) * 60 * s
        bar([(x - hw * 0.9, ya), (x + hw * 0.8, yb)], 5)
        bar([(x + hw * 0.9, ya), (x - hw * 0.8, yb)], 5)
    ends = []
    for ay, ln in ((top + 60 * s, 190), (top + 170 * s, 250), (top + 282 * s, 200)):
        for sg in (-1, 1):
            tip = x + sg * ln * s
            bar([(x, ay - 32 * s), (tip, ay)], 8)
            bar([(x, ay + 16 * s), (tip, ay)], 8)
            for q in (0.35, 0.65):
                a = (x + sg * ln * q * s, ay - 32 * s * (1 - q))
                b = (x + sg * ln * (q + 0.14) * s, ay + 16 * s * (1 - q))
                bar([a, b], 4)
            for j in range(4):
                key.disc(tip, ay + (12 + j * 13) * s, 9 * s, 5 * s)
            ends.append((tip, ay + 60 * s))
    return ends


def _rigger(key: Plate, x: float, y: float, s: float, facing: int = 1) -> None:
    """Draw a line worker who sits on a wire at (x, y)."""

    def at(path):
        return place(path, x, y, facing * s, s)

    def limb(path, wa, wb):
        key.limb(*at(path), wa * s, wb * s)

    key.disc(*at("10,-118")[0], 19 * s)
    key.blob(at("-16,-122 -10,-144 10,-152 30,-142 34,-124 50,-120 48,-114 -16,-116"))
    key.blob(at("-34,-20 -30,-86 -8,-104 22,-98 30,-60 26,-14"))
    for path, wa, wb in (
        ("-10,-16 44,-6", 34, 26),  # the near leg
        ("44,-6 52,62", 26, 18),
        ("52,62 74,66", 16, 12),
        ("-14,-10 24,20", 32, 24),  # the far leg
        ("24,20 20,84", 24, 17),
        ("20,84 40,88", 15, 11),
        ("14,-84 58,-62", 22, 16),  # the arm
        ("58,-62 92,-96", 16, 12),
    ):
        limb(path, wa, wb)
    key.line(at("-20,-40 -70,-250"), 4 * s)  # the life line
    key.line(at("-26,-58 30,-50"), 7 * s, 0)
    key.line(at("-26,-74 -2,-30"), 6 * s, 0)


def power(rng: random.Random) -> Scene:
    """Line workers on the wires between two lattice towers, hills below."""
    key, blue, gold, red = blank(), blank(), blank(), blank()
    gold.disc(420, 470, 190)
    rays(gold, rng, (420, 470), (214, 1600), 104, 15, v=255, seg=(90, 250))
    bottom = [(1700, 1240), (-60, 1240)]
    for y0, amp, ph, plate, outlined in (
        (760, 70, 0.4, blue, False),
        (880, 60, 2.0, blue, True),
        (1010, 44, 3.6, key, False),
    ):
        ridge = [
            (x, y0 - amp * math.sin(x / 210 + ph) - amp * 0.6 * math.sin(x / 83 + ph * 2))
            for x in range(-40, 1680, 40)
        ]
        hill = blank()
        hill.poly(ridge + bottom)
        clear(hill, gold, red)
        if outlined:
            edge = blank()
            edge.poly(place(ridge, 0, -16) + bottom)
            blue.cut(edge)
        plate.paste(hill)
        for x, y in ridge:
            for j in range(5):
                a = rng.uniform(0.9, 1.5)
                sx, sy = x + rng.uniform(-20, 20), y + 16 + j * 34 + rng.uniform(-8, 8)
                plate.gouge((sx, sy), (sx + math.cos(a) * 60, sy + math.sin(a) * 46), 9 - j, 0)

    near = _tower(key, 1150, 1130, 90, 210, 1.0)
    far = _tower(key, 150, 900, 500, 80, 0.42)
    for (x0, y0), (x1, y1) in zip(near, far, strict=True):  # wires sag between the towers
        key.curve([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + 70), (x1, y1)], 4.5)
        key.curve([(x0, y0), ((x0 + 1900) / 2, y0 + 60), (1900, y0 - 60)], 4.5)
    _rigger(key, 706, 470, 1.12)
    _rigger(key, 930, 330, 0.9, facing=-1)
    return [(gold, SAND), (red, RED), (blue, BLUE), (key, INK)], (820, 560)


def street(rng: random.Random) -> Scene:
    """Dawn: a sanitation worker sweeps under plane trees."""
    key, gold, red = blank(), blank(), blank()
    gold.disc(1180, 470, 200)
    rays(gold, rng, (1180, 470), (224, 1600), 104, 15, v=255, seg=(90, 250))
    # receding avenue
    gold.poly([(0, 760), (W, 720), (W, H), (0, H)], 0)
    key.poly("0,880 1180,640 1600,700 1600,1200 0,1200")
    for i in range(46):
        y = 700 + i * 12
        for _ in range(5):
            x = rng.uniform(-100, 1600)
            ln = rng.uniform(80, 300) * (0.4 + i / 40)
            if y > 880 - x * 0.2:
                key.gouge((x, y), (x + ln, y - ln * 0.05), 3 + i * 0.14, 0)
    for k, x in ((1.0, 150), (0.62, 500)):
        base = 640 + 330 * k
        key.poly(place("-34,0 -20,-640 20,-640 36,0", x, base, k))
        for sg, dy in ((-1, 480), (1, 420), (-1, 600), (1, 590)):
            key.limb((x, base - dy * k), (x + sg * 210 * k, base - (dy + 170) * k), 22 * k, 7 * k)
        for _ in range(int(150 * k)):
            a, r = rng.uniform(0, math.tau), rng.uniform(0, 1) ** 0.5
            lx, ly = x + math.cos(a) * r * 330 * k, base - 760 * k + math.sin(a) * r * 240 * k
            end = (lx + rng.uniform(-50, 50) * k, ly + rng.uniform(10, 50) * k)
            key.gouge((lx, ly), end, 24 * k, 255)
        for j in range(7):
            bark = [(12, -60 - j * 78), (16, -110 - j * 78)]
            key.gouge(*place(bark, x, base, k), 12 * k)
    f = blank()
    f.blob("730,880 716,700 736,590 800,540 884,556 920,640 910,760 900,890")
    f.limb((770, 870), (730, 1090), 116, 76)
    f.limb((860, 870), (930, 1080), 112, 74)
    f.limb((722, 1100), (790, 1104), 40, 34)
    f.limb((926, 1090), (996, 1094), 40, 34)
    f.limb((880, 610), (980, 720), 82, 60)
    f.limb((980, 720), (1040, 760), 56, 42)
    f.limb((790, 620), (890, 760), 78, 60)
    f.limb((890, 760), (960, 840), 54, 42)
    f.line("1060,710 1240,1010", 13)
    f.line("930,830 1060,745", 13)
    f.disc(866, 470, 58, 66)
    f.rect(820, 500, 880, 560)
    f.blob("800,470 802,416 850,388 910,400 938,446 1004,462 998,476 900,474 830,486 790,500")
    # broom
    f.poly("1040,730 1056,722 1226,990 1204,1000")
    for i in range(26):
        f.gouge((1206 + i * 1.2, 980), (1150 + i * 9, 1116 - abs(i - 13) * 1.5), 9, 255)
    halo = f.grown(23)
    clear(halo, key, gold, red)
    key.paste(f)
    vest = blank()
    vest.blob("744,860 732,704 750,604 804,558 876,570 904,644 896,756 886,866")
    red.paste(vest)
    key.cut(vest)
    for a, b in (((736, 690), (902, 680)), ((740, 760), (898, 752))):
        red.line([a, b], 15, 0)
        key.line([a, b], 3, 255)
    for j in range(7):
        key.gouge((742, 640 + j * 34), (790 - j * 2, 632 + j * 34), 8, 255)
    key.gouge_path("790,600 880,730 950,820", 9, 255)
    key.gouge_path("900,630 976,712 1030,748", 8, 0)
    key.gouge_path("770,900 742,1000 738,1070", 9, 0)
    key.gouge_path("880,900 930,1000 946,1064", 9, 0)
    for _ in range(26):
        x, y = rng.uniform(1120, 1520), rng.uniform(1010, 1130)
        key.gouge((x, y), (x + rng.uniform(18, 44), y - rng.uniform(4, 24)), 13, 0)
    return [(gold, SAND), (red, RED), (key, INK)], (900, 640)
