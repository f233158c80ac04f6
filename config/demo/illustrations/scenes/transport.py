"""Things and people under way: railway, harbour, courier."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import hatch, rays, worker
from config.demo.illustrations.inks import BLUE, GOLD, INK, RED, SAND
from config.demo.illustrations.plate import clear, place, polar

from .sheet import H, Scene, W, blank


def rail(rng: random.Random) -> Scene:
    """Three track workers walk between the rails towards a low sun."""
    hx, hy = 800, 560
    key, red, gold = blank(), blank(), blank()
    gold.rect(0, 0, W, hy)
    gold.disc(hx, hy - 60, 338, v=0)
    rays(gold, rng, (hx, hy - 60), (350, 1300), 92, 17, seg=(90, 260), arc=(math.pi, math.tau))
    # ballast and fields run to the vanishing point
    key.poly([(0, hy), (W, hy), (W, H), (0, H)])
    for i in range(-26, 27):
        if abs(i) < 3:
            continue
        x = hx + i * 130
        y = hy + 14
        while y < H + 60:
            ln = (y - hy + 30) * rng.uniform(0.16, 0.34)
            k = (y - hy) / 640
            a = (hx + (x - hx) * k * 1.5, y)
            k2 = (y + ln - hy) / 640
            key.gouge(a, (hx + (x - hx) * k2 * 1.5, y + ln), 3 + 12 * k, 0)
            y += ln * rng.uniform(1.15, 1.6)
    bed = blank()
    bed.poly([(hx - 16, hy), (hx + 16, hy), (hx + 660, H), (hx - 660, H)])
    key.paste(bed)
    y: float = hy + 16
    while y < H + 40:
        k = (y - hy) / (H - hy)
        half, th = 26 + 560 * k, 5 + 42 * k
        sleeper = place("-1,0 1,0 1.05,1 -1.05,1", hx, y, half, th)
        key.poly(sleeper, 0)
        gold.poly(sleeper)
        for _ in range(int(3 + 5 * k)):  # the grain of the wood
            gx = hx + rng.uniform(-half, half * 0.7)
            ya, yb = y + th * rng.uniform(0.25, 0.75), y + th * rng.uniform(0.25, 0.75)
            key.gouge((gx, ya), (gx + half * 0.3, yb), 2 + 6 * k, 255)
        y += th + 6 + 46 * k
    for sgn in (-1, 1):
        key.poly(place("12,0 20,0 452,640 372,640", hx, hy, sgn, 1))
        key.poly(place("13,0 17,0 424,640 392,640", hx, hy, sgn, 1), 0)
    # masts and wires
    for k in (0.10, 0.2, 0.4, 0.86):
        for sgn in (-1, 1):
            x, base, top = hx + sgn * (70 + 800 * k), hy + 330 * k, hy - 660 * k - 30
            w = 5 + 26 * k
            key.poly([(x - w / 2, top), (x + w / 2, top), (x + w * 0.7, base), (x - w * 0.7, base)])
            ax = hx + sgn * (18 + 300 * k)
            key.line([(x, top + 60 * k), (ax, top + 96 * k)], 2 + 9 * k)
            key.line([(x, top + 190 * k), (ax, top + 96 * k)], 2 + 6 * k)
            key.gouge((x - w * 0.1, top + 30 * k), (x - w * 0.1, base - 20 * k), w * 0.24, 0)
    for sgn in (-1, 1):
        key.curve(place("26,-40 140,-190 276,-474 420,-760", hx, hy, sgn, 1), 5)
    # three track workers walking towards the light
    figures = blank()
    crew = ((626, 726, 270, "walk", "bar"), (820, 668, 205, "walk", "lamp"))
    crew += ((934, 640, 172, "stand", ""),)
    for x, y, h, pose, tool in crew:
        worker(figures, x, y, h, pose=pose, tool=tool)
    grow = figures.grown(13)
    below = blank()
    below.rect(0, hy, W, H)
    key.cut(grow, below)
    key.paste(figures)
    for x, y, h, _, _ in crew:  # reflective bands on the vests
        key.rect(x - 0.12 * h, y - 0.66 * h, x + 0.12 * h, y - 0.63 * h, 0)
        key.rect(x - 0.12 * h, y - 0.56 * h, x + 0.12 * h, y - 0.53 * h, 0)
        key.rect(x - 0.09 * h, y - 0.8 * h, x - 0.055 * h, y - 0.5 * h, 0)
        key.rect(x + 0.05 * h, y - 0.8 * h, x + 0.085 * h, y - 0.5 * h, 0)
    return [(gold, SAND), (red, RED), (key, INK)], (760, 600)


def harbour(rng: random.Random) -> Scene:
    """A quay crane lowers a red container on to a ship."""
    key, red, blue, gold = blank(), blank(), blank(), blank()
    gold.disc(1120, 430, 240)
    rays(gold, rng, (1120, 430), (262, 1500), 96, 15, v=255, seg=(80, 240))
    water = 930
    blue.rect(0, water, W, H)
    gold.rect(0, water - 12, W, H, 0)
    hatch(
        blue,
        rng,
        (0, water + 8, W, H),
        22,
        11,
        seg=(80, 300),
        width=lambda x, y: 0.35 + 1.1 * abs(math.sin(x / 300 + y / 90)),  # swell
    )

    # the quay crane
    def steel(a, b, w):
        key.line([a, b], w)

    key.rect(0, 900, 760, 990)
    for x in (250, 620):
        key.poly([(x - 17, 380), (x + 17, 380), (x + 26, 905), (x - 26, 905)])
    steel((250, 880), (620, 560), 13)
    steel((250, 560), (620, 880), 13)
    key.rect(232, 540, 640, 566)
    key.rect(232, 700, 640, 718)
    key.poly("40,356 1530,336 1530,356 40,400")
    key.rect(40, 392, 760, 410)
    for i in range(22):
        x = 70 + i * 66
        yb = 356 - (x - 40) * 0.0135
        steel((x, yb + 30), (x + 33, yb + 4), 5)
        steel((x + 33, yb + 4), (x + 66, yb + 30), 5)
    key.line("40,402 1530,366", 8)
    key.poly("470,110 510,110 636,380 600,380")
    key.poly("480,110 500,110 300,380 268,380")
    steel((490, 120), (1060, 346), 8)
    steel((490, 120), (1440, 340), 7)
    steel((490, 120), (60, 360), 8)
    key.rect(96, 300, 300, 380)
    key.rect(120, 322, 160, 350, 0)
    key.rect(180, 322, 276, 350, 0)
    for i in range(4):
        key.rect(184 + i * 24, 322, 190 + i * 24, 350)
    for x in (250, 620):
        key.gouge((x - 6, 410), (x - 8, 890), 9, 0)
        for dx in (-50, -16, 18, 52):
            key.disc(x + dx, 906, 15)
    # trolley, cab, ropes and the box
    key.rect(1010, 352, 1110, 384)
    key.rect(1120, 376, 1176, 440)
    key.poly("1132,388 1166,388 1166,418 1140,428", 0)
    for dx in (1016, 1040, 1084, 1106):
        steel((dx, 380), (dx * 0.9 + 102, 560), 3.4)
    key.rect(952, 556, 1172, 576)
    red.rect(948, 584, 1176, 706)

    def box(x, y, w, h, plate):
        """Stow a container: ribs in ink on a colour, or carved ribs when the box itself is ink."""
        plate.rect(x, y, x + w, y + h)
        inset, rib, v = (10, 6, 0) if plate is key else (8, 5, 255)
        if plate is not key:
            if plate is not gold:
                gold.rect(x, y, x + w, y + h, 0)
            key.line(place("0,0 1,0 1,1 0,1 0,0", x, y, w, h), 6)
        for i in range(1, int(w // 18)):
            key.gouge((x + i * 18, y + inset), (x + i * 18, y + h - inset), rib, v)

    box(948, 584, 228, 122, red)
    cols = (red, blue, gold, key)
    for r, row in enumerate(((0, 1, 3, 0), (1, 3, 2), (2, 0))):
        for c, k in enumerate(row):
            box(-30 + c * 150, 812 - r * 88, 146, 86, cols[k])
    # the ship
    key.blob("690,800 780,812 1700,806 1700,1000 820,1000 760,950")
    key.rect(800, 806, W, 990)
    red.poly("760,960 1600,960 1600,1010 812,1010")
    key.poly("770,962 1600,962 1600,1012 812,1012", 0)
    hatch(key, rng, (800, 830, 1600, 950), 24, 6, seg=(120, 320), gap=(60, 180))
    key.gouge((770, 824), (1600, 822), 8, 0)
    for r, row in enumerate(((3, 0, 1, 2, 0, 1), (0, 1, 0, 3, 2), (2, 0, 3))):
        for c, k in enumerate(row):
            if not (r == 2 and c == 0):
                box(850 + c * 128 + (r == 2) * 128, 730 - r * 76, 124, 74, cols[k])
    # reflections and gulls
    for _ in range(70):
        x, y = rng.uniform(640, 1600), rng.uniform(1012, 1190)
        key.gouge((x, y), (x + rng.uniform(40, 150), y), rng.uniform(4, 12), 255)
    for x, y, s in ((860, 190, 1), (980, 250, 0.8), (760, 262, 0.6), (1390, 180, 0.9)):
        key.gouge_path(place("-46,-8 -22,-22 0,0", x, y, s), 9 * s, 255)
        key.gouge_path(place("0,0 22,-24 46,-12", x, y, s), 9 * s, 255)
    worker(key, 706, 902, 118, pose="point")
    key.rect(692, 824, 720, 829, 0)
    return [(gold, SAND), (blue, BLUE), (red, RED), (key, INK)], (820, 590)


def rider(rng: random.Random) -> Scene:
    """A courier rides through night rain, the head lamp opening the dark."""
    key, gold, red, blue = blank(full=True), blank(), blank(), blank()
    blue.rect(0, 0, W, 900)
    # buildings: carve sky between, windows lit
    sky = blank()
    hatch(sky, rng, (0, 0, W, 900), 22, 9, v=255, angle=1.25, seg=(60, 200), gap=(20, 60))
    city = blank()
    x = -30
    roofs = []
    while x < W:
        w, top = rng.choice((120, 150, 180, 210)), rng.uniform(110, 520)
        if 560 < x + w / 2 < 1060:
            top += 150
        city.rect(x, top, x + w - 8, 910)
        roofs.append((x, top, w))
        x += w
    sky.cut(city)
    key.cut(sky)
    moon = blank()
    moon.disc(820, 240, 92)
    clear(moon, key, blue)
    gold.paste(moon)
    for bx, top, w in roofs:
        key.gouge((bx + 3, top + 4), (bx + 3, 900), 5, 0)
        c = int((w - 30) // 30)
        for r in range(int((870 - top) // 46)):
            for j in range(c):
                if rng.random() < 0.42:
                    wx, wy = bx + 18 + j * 30, top + 26 + r * 46
                    key.rect(wx, wy, wx + 17, wy + 25, 0)
                    blue.rect(wx - 3, wy - 3, wx + 20, wy + 28, 0)
                    if rng.random() < 0.8:
                        gold.rect(wx - 2, wy - 2, wx + 19, wy + 27)
    # street
    key.rect(0, 900, W, H)
    for y in range(912, 1200, 17):
        x = rng.uniform(-60, 40)
        while x < W:
            ln = rng.uniform(60, 260)
            if rng.random() < 0.62:
                key.gouge((x, y), (x + ln, y), rng.uniform(3, 8), 0)
            x += ln + rng.uniform(20, 90)
    gold.rect(0, 1100, W, 1118)
    key.rect(0, 1098, W, 1120)
    for x in range(-40, W, 240):
        key.rect(x, 1100, x + 140, 1116, 0)
    # beam of the head lamp
    beam = blank()
    beam.poly("1078,742 1640,600 1640,1060 1078,782")
    key.paste(beam)
    blue.cut(beam)
    gold.paste(beam)
    light = blank()
    rays(
        light,
        rng,
        (1040, 760),
        (50, 760),
        26,
        22,
        v=255,
        seg=(140, 320),
        gap=(6, 20),
        arc=(-0.27, 0.46),
    )
    key.cut(light, beam)
    # rider and scooter
    f = blank()
    f.disc(470, 946, 104)
    f.disc(1020, 946, 104)
    f.blob(
        "420,858 450,800 560,780 690,800 720,880 880,892 930,780 968,690 1010,676 "
        "1050,740 1092,756 1080,800 1030,820 1010,900 960,960 820,968 600,966 500,900"
    )
    f.limb((1010, 720), (1024, 946), 40, 30)
    f.limb((986, 690), (930, 612), 20, 18)
    f.limb((930, 612), (896, 622), 20, 20)
    f.limb((1000, 660), (1052, 600), 12, 10)
    f.disc(1060, 592, 26, 20)
    f.rect(296, 500, 560, 786)  # the box
    f.blob("580,800 566,640 600,520 676,468 752,486 790,560 776,680 760,800")  # torso
    f.limb((640, 800), (860, 820), 112, 92)
    f.limb((860, 820), (842, 940), 88, 60)
    f.limb((830, 950), (906, 954), 44, 36)
    f.limb((716, 560), (800, 668), 84, 64)
    f.limb((800, 668), (906, 626), 60, 44)
    f.disc(752, 402, 74, 80)
    f.blob("668,420 664,344 706,290 776,278 840,314 862,372 866,400 800,392 760,430 700,446")
    halo = f.grown(21)
    clear(halo, key, blue, gold)
    key.paste(f)
    jacket = blank()
    jacket.rect(308, 512, 548, 774)
    jacket.blob("594,780 580,650 612,534 678,484 744,500 776,562 764,680 748,784")
    jacket.limb((716, 562), (800, 664), 66, 48)
    jacket.limb((800, 664), (860, 640), 46, 38)
    jacket.blob("680,408 678,350 714,304 776,292 830,322 850,372 800,376 752,412")
    red.paste(jacket)
    key.cut(jacket)
    key.rect(308, 556, 548, 566)
    key.rect(420, 512, 430, 556)
    key.rect(372, 612, 484, 630)
    key.rect(419, 630, 437, 700)
    key.rect(360, 700, 496, 720)  # 工 on the box
    for i in range(7):
        key.gouge((312, 590 + i * 26), (352 - i * 3, 590 + i * 26), 8, 255)
        key.gouge((612 - i * 2, 640 + i * 20), (660 - i * 6, 650 + i * 20), 8, 255)
    for pts in (
        "690,512 700,600 690,690 706,780",
        "740,590 790,640 800,690",
        "612,700 680,716 756,704",
    ):
        key.gouge_path(pts, 8, 255)
    red.rect(586, 690, 770, 706, 0)
    key.rect(586, 690, 770, 706, 0)
    red.line("648,500 640,690", 12, 0)
    key.gouge_path("700,330 760,306 826,340", 7, 255)
    key.gouge_path("776,404 820,398 858,402", 9, 0)
    key.gouge_path("784,440 808,462 800,478", 7, 0)
    for cx in (470, 1020):  # wheels
        key.ring(cx, 946, 72, 8, 0)
        key.disc(cx, 946, 24, v=0)
        key.disc(cx, 946, 10)
        for i in range(10):
            a = math.tau * i / 10
            key.gouge(
                polar(cx, 946, a, 28),
                polar(cx, 946, a, 70),
                5,
                0,
            )
    key.gouge_path("460,836 560,806 690,826", 9, 0)
    key.gouge_path("610,946 800,950 960,940", 8, 0)
    key.gouge_path("660,786 760,780 860,794", 9, 0)
    key.gouge((838, 850), (826, 930), 9, 0)
    key.gouge((1000, 700), (1014, 860), 8, 0)
    # rain
    for _ in range(170):
        x, y, ln = rng.uniform(0, W), rng.uniform(0, 1180), rng.uniform(40, 110)
        key.gouge((x, y), (x - ln * 0.34, y + ln), 4.6, 0)
    return [(blue, BLUE), (gold, GOLD), (red, RED), (key, INK)], (760, 660)
