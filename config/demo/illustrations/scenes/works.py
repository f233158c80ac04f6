"""Inside the works: welding, casting, machining."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import gear, hatch, rays
from config.demo.illustrations.inks import GOLD, INK, RED, SAND
from config.demo.illustrations.plate import clear, polar

from .sheet import H, Scene, W, blank


def welder(rng: random.Random) -> Scene:
    """A welder bends over an I-beam; the arc lights helmet, sleeve and glove."""
    sx, sy = 1010, 742
    key, gold, red = blank(full=True), blank(), blank()
    red.rect(0, 0, W, H)
    red.disc(sx, sy, 640, v=0)
    gold.disc(sx, sy, 646)
    gold.disc(sx, sy, 300, v=0)
    light = blank()
    rays(light, rng, (sx, sy), (74, 1280), 128, 26, v=255, gap=(8, 22))
    rays(light, rng, (sx, sy), (60, 360), 90, 14, v=255, seg=(30, 90))
    fig = blank()
    # helmet and visor
    fig.blob(
        "530,505 520,400 575,305 680,272 775,312 806,400 826,470 806,570 742,628 640,618 560,580"
    )
    # back, torso, thigh
    fig.blob("560,560 430,628 300,770 236,960 212,1230 700,1240 742,1060 742,880 752,720 690,610")
    fig.blob("420,1010 700,960 850,1010 872,1090 800,1230 400,1230")
    fig.limb((580, 720), (742, 905), 150, 122)
    fig.limb((742, 905), (905, 822), 118, 92)
    fig.blob("868,800 902,762 956,768 972,806 940,850 884,858")
    fig.limb((930, 800), (985, 762), 26, 16)
    beam = blank()
    beam.poly("800,800 1720,800 1720,876 790,876")
    beam.poly("1128,870 1268,870 1268,1080 1128,1080")
    beam.blob("1090,872 1130,884 1142,920 1255,920 1268,884 1306,872")
    beam.blob("1090,1076 1130,1064 1142,1030 1255,1030 1268,1064 1306,1076")
    beam.poly("800,1070 1720,1070 1720,1150 790,1150")
    hold = fig.copy()
    hold.paste(beam)
    hold.rect(0, 1150, W, H)
    light.cut(hold)
    key.cut(light)
    # rim light on the figure, carved towards the spark down to the bare paper
    rim = blank()
    for pts, w in (
        ("806,416 820,480 802,566 742,616", 19),
        ("590,322 680,284 766,322 798,392", 12),
        ("640,782 736,872 800,862 900,806", 18),
        ("690,640 742,740 744,830", 13),
        ("690,980 800,996 856,1050 852,1110", 17),
        ("742,930 736,1000 720,1060", 10),
    ):
        rim.gouge_path(pts, w, 255)
    for i in range(9):
        t = i / 8
        rim.gouge((540 + t * 130, 716 + i * 36), (640 + t * 86, 738 + i * 40), 11, 255)
    for i in range(7):
        rim.gouge((640 + i * 30, 372 + i * 3), (716 + i * 12, 300 + i * 16), 9, 255)
        rim.gouge((560 + i * 36, 1050 + i * 8), (640 + i * 32, 1026 + i * 8), 9, 255)
    clear(rim, key, red, gold)
    for i in range(10):
        key.gouge((300 + i * 4, 800 + i * 40), (420 + i * 6, 770 + i * 44), 8)
    key.gouge_path("560,590 430,650 318,790 258,980", 11)
    window = blank()
    window.poly("738,396 802,410 812,486 748,492")
    clear(window, key, red)
    for i in range(3):
        key.line([(752 + i * 24, 398), (762 + i * 24, 490)], 4, 255)
    key.line("560,520 640,500 740,508", 7, 0)
    # the beam it welds is a 工
    key.rect(800, 800, 1600, 812, 0)
    hatch(key, rng, (1290, 826, 1600, 866), 15, 6)
    hatch(key, rng, (830, 826, 1110, 866), 15, 5)
    key.rect(1128, 930, 1138, 1030, 0)
    hatch(key, rng, (1160, 900, 1250, 1060), 20, 7, angle=math.pi / 2, seg=(40, 90))
    key.rect(800, 1070, 1600, 1080, 0)
    hatch(key, rng, (830, 1094, 1600, 1140), 16, 5)
    hatch(key, rng, (880, 1160, 1600, 1200), 18, 5)
    # sparks that fall
    for _ in range(60):
        a, r = rng.uniform(0.15, math.pi - 0.15), rng.uniform(120, 420)
        x, y = sx + math.cos(a) * r, sy + math.sin(a) * r * 0.9
        if y > 884 and not 1110 < x < 1290:
            key.gouge((x, y), (x + math.cos(a) * 26, y + 24), 7)
    key.disc(sx, sy, 62, v=0)
    for i in range(22):
        a = math.tau * i / 22
        reach, drop = rng.uniform(120, 210), rng.uniform(110, 190)
        key.gouge((sx, sy), (sx + math.cos(a) * reach, sy + math.sin(a) * drop), 20)
    key.rect(790, 800, 960, 812, 255)
    return [(red, RED), (gold, GOLD), (key, INK)], (800, 640)


def furnace(rng: random.Random) -> Scene:
    """A ladle pours steel into a mould; the steelworker stands against the glare."""
    key, gold, red = blank(full=True), blank(), blank(full=True)
    px = 930
    gold.disc(px, 860, 690)
    red.disc(px, 860, 680, v=0)
    gold.disc(px, 900, 330, v=0)
    light = blank()
    rays(
        light,
        rng,
        (px, 900),
        (120, 1300),
        84,
        25,
        v=255,
        gap=(8, 22),
        arc=(math.pi * 0.98, math.pi * 2.02),
    )
    stream = blank()
    stream.blob("812,470 880,470 930,560 962,700 972,905 888,905 892,700 868,590")
    hold = blank()
    # ladle, tipped
    hold.poly("250,150 760,250 840,470 700,640 360,640 210,400")
    hold.poly("740,420 880,452 850,500 730,520")
    hold.line("300,390 300,-20", 40)
    hold.line("650,420 700,-20", 40)
    hold.rect(150, -10, 860, 60)
    hold.disc(300, 390, 60)
    hold.disc(650, 430, 60)
    # mould and floor
    hold.poly("700,900 1180,900 1230,1060 650,1060")
    hold.rect(0, 1040, W, H)
    light.cut(hold)
    key.cut(light)
    clear(stream, key, gold, red)
    key.gouge_path("850,486 920,600 936,740 934,890", 9, 255)
    key.gouge_path("884,520 944,640 958,780 954,880", 6, 255)
    # carved light on the ladle
    for i in range(9):
        rim = [(706 + i * 12 - i * i, 628 - i * 26), (600, 600 - i * 24), (420, 604 - i * 26)]
        key.gouge_path(rim, 8 - i * 0.6)
    key.gouge_path("830,462 770,330 756,262", 14)
    key.gouge_path("740,258 500,210 262,166", 9)
    for i in range(8):
        key.gouge((262 + i * 4, 210 + i * 44), (330 + i * 6, 222 + i * 44), 6)
    key.ring(300, 390, 38, 7, 0)
    key.ring(650, 430, 38, 7, 0)
    for y in range(80, 380, 30):
        key.gouge((290, y), (310, y + 20), 6)
        key.gouge((672 - y * 0.06, y), (692 - y * 0.06, y + 20), 6)
    hatch(key, rng, (170, 4, 850, 50), 14, 5)
    hatch(
        key,
        rng,
        (0, 1066, W, H),
        20,
        7,
        seg=(80, 260),
        width=lambda x, y: max(0.15, 1.3 - abs(x - px) / 640),
    )
    for i in range(8):
        key.gouge((720 + i * 60, 916), (712 + i * 64, 1046), 10)
    key.rect(716, 898, 1164, 912, 0)
    gold.rect(716, 898, 1164, 912)
    # sparks
    for _ in range(120):
        a = rng.uniform(math.pi * 1.02, math.pi * 1.98)
        r = rng.uniform(120, 560)
        x, y = px + math.cos(a) * r, 900 + math.sin(a) * r * 0.9
        if not (x < 860 and y < 640):
            key.disc(x, y, rng.uniform(2.5, 6), v=0)
    # steelworker with rod
    f = blank()
    f.blob("1290,1060 1270,860 1286,770 1330,724 1400,716 1450,764 1470,880 1480,1060")
    f.limb((1310, 1040), (1270, 1200), 110, 84)
    f.limb((1440, 1040), (1500, 1200), 110, 84)
    f.limb((1310, 780), (1236, 880), 76, 60)
    f.limb((1236, 880), (1150, 846), 58, 46)
    f.limb((1420, 790), (1330, 900), 72, 56)
    f.limb((1330, 900), (1244, 872), 54, 44)
    f.line("1520,960 1000,812", 13)
    f.disc(1352, 660, 60, 66)
    f.blob(
        "1270,664 1282,604 1330,572 1392,580 1432,630 1446,676 1444,740 1414,732 "
        "1408,674 1250,678 1236,668"
    )
    key.paste(f.grown(9))
    before = key.copy()
    key.gouge_path("1258,660 1292,606 1340,580", 15)
    key.gouge_path("1296,690 1302,720 1330,734", 10)
    key.gouge_path("1284,790 1268,870 1280,1000", 12)
    key.gouge_path("1290,770 1228,862 1160,832", 10)
    key.gouge_path("1266,1080 1240,1160 1236,1200", 12)
    key.gouge((1500, 948), (1010, 810), 6)
    for i in range(7):
        key.gouge((1300, 820 + i * 32), (1350 - i * 3, 830 + i * 32), 8)
    key.gouge_path("1404,1070 1440,1130 1452,1200", 9)
    before.cut(key)  # what was just carved: light on the worker is bare paper
    clear(before, red, gold)
    return [(red, RED), (gold, GOLD), (key, INK)], (860, 640)


def gears(rng: random.Random) -> Scene:
    """Three meshing gears, one red, with a caliper laid across the smallest."""
    key, red, gold = blank(), blank(), blank(full=True)
    rays(gold, rng, (560, 640), (380, 1700), 120, 18, seg=(120, 320))
    first = (520, 660, 440, 26, 62)  # centre, radius, teeth, depth
    second = (1190, 330, 300, 18, 58)
    third = (1230, 1010, 330, 20, 58)
    for (x, y, r, teeth, depth), phase, plate in (
        (second, 0.05, key),
        (third, 0.02, key),
        (first, 0, red),
    ):
        halo = blank()
        gear(halo, x, y, r + 12, teeth, depth, phase=phase)
        clear(halo, gold, key)
        gear(plate, x, y, r, teeth, depth, phase=phase)
    # the red gear gets its outline from the key plate
    cx, cy, r, teeth, depth = first
    outline, inner = blank(), blank()
    gear(outline, cx, cy, r, teeth, depth)
    gear(inner, cx, cy, r - 9, teeth, depth)
    outline.cut(inner)
    key.paste(outline)
    for rr, w in ((348, 9), (330, 4), (120, 10)):
        key.ring(cx, cy, rr, w)
    for i in range(140):  # the shaded side of the rim
        a = math.tau * i / 140
        if math.sin(a - 0.6) > -0.25:
            k = (math.sin(a - 0.6) + 0.25) / 1.25
            key.gouge(polar(cx, cy, a, 322), polar(cx, cy, a, 322 - 60 * k - 20), 9 * k + 2, 255)
    for i in range(6):  # lightening holes, hatched inside
        hx, hy = polar(cx, cy, math.tau * i / 6 + 0.26, 216)
        key.disc(hx, hy, 62)
        red.disc(hx, hy, 54, v=0)
        key.disc(hx, hy, 52, v=0)
        gold.disc(hx, hy, 54, v=0)
        strokes, hole = blank(), blank()
        hatch(
            strokes,
            rng,
            (hx - 60, hy - 60, hx + 60, hy + 60),
            13,
            5,
            v=255,
            angle=0.8,
            seg=(40, 90),
        )
        hole.disc(hx, hy, 52)
        key.paste(strokes, hole)
    key.disc(cx, cy, 96)
    for plate, radius in ((key, 58), (red, 60), (gold, 60)):
        plate.disc(cx, cy, radius, v=0)
    key.rect(cx - 15, cy - 78, cx + 15, cy - 50, 0)
    for (gx, gy, gr, teeth, _), phase in ((second, 0.05), (third, 0.02)):
        key.ring(gx, gy, gr - 78, 9, 0)
        key.ring(gx, gy, gr - 100, 4, 0)
        for i in range(110):
            a = math.tau * i / 110
            k = max(0, math.sin(a + 2.6))
            if k > 0.1:
                outer, deep = gr - 112, gr - 112 - 70 * k
                key.gouge(polar(gx, gy, a, outer), polar(gx, gy, a, deep), 10 * k + 2)
        key.disc(gx, gy, 70, v=0)
        gold.disc(gx, gy, 72)
        key.ring(gx, gy, 56, 6)
        key.disc(gx, gy, 24)
        for i in range(teeth):
            a = math.tau * i / teeth + phase
            key.gouge(polar(gx, gy, a - 0.06, gr - 52), polar(gx, gy, a - 0.05, gr - 6), 7)
    # vernier caliper across the small gear
    caliper = blank()
    caliper.poly("760,96 1640,96 1640,150 760,150")
    caliper.poly("884,96 930,96 930,420 906,470 884,300")
    caliper.poly("1452,96 1560,96 1560,190 1496,300 1474,470 1452,420")
    halo = caliper.grown(21)
    clear(halo, key, gold)
    key.paste(caliper)
    key.cut(caliper.shrunk(19))
    for i in range(50):
        x = 956 + i * 13
        if x < 1440:
            key.rect(x, 106, x + 3.4, 106 + (30 if i % 5 == 0 else 18))
    return [(gold, SAND), (red, RED), (key, INK)], (760, 540)
