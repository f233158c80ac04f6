"""Rooms: the weaving shed, the reading room, the classroom."""

from __future__ import annotations

import math
import random

from config.demo.illustrations.carving import gear, hatch, rays
from config.demo.illustrations.inks import BLUE, INK, RED, SAND
from config.demo.illustrations.plate import Plate, clear, place

from .sheet import H, Scene, W, blank


def loom(rng: random.Random) -> Scene:
    """A weaver seen from behind, arms raised to the warp; the cloth is woven of 工."""
    key, red, gold = blank(full=True), blank(full=True), blank()
    cx = 800
    gold.rect(0, 300, W, 720)
    red.rect(0, 300, W, 720, 0)
    # warp: a fan from the beam at the top to the reed
    for i in range(-42, 43):
        xt, xb = cx + i * 17, cx + i * 30
        key.gouge((xt, 96), (xb, 400), 8, 0)
        key.gouge((xb - i * 0.6, 380), (cx + i * 25, 740), 9, 0)
    for y, h in ((250, 26), (330, 26)):
        key.rect(60, y, 1540, y + h)
        for i in range(-46, 47):
            key.rect(cx + i * 16 - 2, y + 6, cx + i * 16 + 2, y + h - 6, 0)
    key.rect(0, 60, W, 104)
    hatch(key, rng, (0, 70, W, 96), 12, 5)
    # cloth with a lattice of 工
    key.rect(0, 712, W, H)
    for r in range(7):
        for c in range(-9, 10):
            x, y = cx + c * 104 + (r % 2) * 52, 770 + r * 78
            key.rect(x - 34, y - 26, x + 34, y - 15, 0)
            key.rect(x - 34, y + 15, x + 34, y + 26, 0)
            key.rect(x - 6, y - 15, x + 6, y + 15, 0)
    for y in range(718, 1200, 13):
        start = (rng.uniform(-40, 40), y)
        end = (W + rng.uniform(-40, 40), y + rng.uniform(-2, 2))
        key.gouge(start, end, 2.4, 255)
    key.rect(0, 690, W, 722)
    for i in range(-53, 54):
        key.rect(cx + i * 15 - 2, 694, cx + i * 15 + 2, 718, 0)
    # the weaver from behind
    fig = blank()
    fig.blob("560,1230 576,980 600,850 680,780 745,756 855,756 920,780 1000,850 1024,980 1040,1230")
    fig.limb((632, 850), (470, 960), 118, 92)
    fig.limb((470, 960), (380, 760), 88, 64)
    fig.limb((968, 850), (1130, 960), 118, 92)
    fig.limb((1130, 960), (1220, 760), 88, 64)
    fig.blob("352,764 350,716 384,690 412,712 410,770")
    fig.blob("1248,764 1250,716 1216,690 1188,712 1190,770")
    fig.rect(752, 690, 848, 790)
    fig.blob(
        "664,590 672,500 730,440 800,424 870,440 928,500 936,590 900,668 850,712 750,712 700,668"
    )
    grow = fig.grown(19)
    key.cut(grow)
    red.paste(grow)
    key.paste(fig)
    # cap band, folds of the cap, apron straps, sleeves
    key.gouge_path("672,604 720,640 800,652 880,640 928,604", 15)
    for i in range(-6, 7):
        a = abs(i)
        key.gouge_path(
            [(800 + i * 8, 440 + a * 3), (800 + i * 17, 510), (800 + i * 20, 596 - a * 4)], 7
        )
    cap = blank()
    cap.blob("680,584 688,506 738,454 800,440 862,454 912,506 920,584 860,612 800,618 740,612")
    clear(cap, key, red, gold)
    for i in range(-7, 8):
        a = abs(i) * 3
        key.gouge_path(
            [(800 + i * 7, 446 + a), (800 + i * 16, 520), (800 + i * 17, 606 - a)], 6, 255
        )
    for i in range(-4, 5):
        key.gouge((800 + i * 20, 672), (800 + i * 15, 706), 7)
    for strap, seam in (
        ("664,806 704,790 940,1200 884,1200", "676,812 904,1200"),
        ("936,806 896,790 660,1200 716,1200", "924,812 696,1200"),
    ):
        key.poly(strap, 0)
        red.poly(strap, 0)
        key.line(seam, 4, 255)
    for sgn in (-1, 1):  # folds, in units from the middle line
        folds = [((190 - j * 4, 880 + j * 38), (146 - j * 6, 892 + j * 40), 7) for j in range(8)]
        for j in range(5):
            folds.append(((210 + j * 26, 866 + j * 20), (190 + j * 26, 906 + j * 20), 8))
            folds.append(((350 + j * 14, 914 - j * 34), (308 + j * 16, 904 - j * 34), 8))
        for a, b, w in folds:
            key.gouge(*place([a, b], cx, 0, sgn, 1), w)
        key.line(place("384,792 452,800", cx, 0, sgn, 1), 8, 0)
    return [(gold, SAND), (red, RED), (key, INK)], (800, 640)


def reading(rng: random.Random) -> Scene:
    """A lamp over an open book; a hard hat and a mug wait beside it."""
    key, gold, red, blue = blank(full=True), blank(), blank(), blank()
    lx, ly = 905, 366
    cone = blank()
    cone.poly([(lx - 108, ly + 10), (lx + 108, ly + 10), (1420, 945), (330, 945)])
    gold.rect(0, 0, W, H)
    gold.poly([(lx - 70, ly + 20), (lx + 70, ly + 20), (1180, 945), (600, 945)], 0)
    # shelves: spines as carved outlines, some printed in colour
    for row, (y0, y1) in enumerate(((40, 250), (296, 512), (556, 768))):
        key.rect(0, y1 + 4, W, y1 + 30)
        x = -10 + rng.uniform(0, 30)
        while x < W:
            w = rng.choice((30, 36, 42, 48, 56, 64))
            h = (y1 - y0) * rng.uniform(0.72, 0.98)
            behind_lamp = abs(x - lx) < 150 and row < 2
            if not behind_lamp and rng.random() > 0.07:
                c = rng.random()
                key.rect(x + 4, y1 - h, x + w - 3, y1, 0)
                target = red if c < 0.3 else blue if c < 0.5 else None
                if target is not None:
                    target.rect(x + 4, y1 - h, x + w - 3, y1)
                elif c < 0.76:
                    key.rect(x + 8, y1 - h + 5, x + w - 7, y1 - 4)
                m = 255 if target is None and c >= 0.76 else 0
                for yy in (y1 - h + 18, y1 - 34):
                    if target is not None:
                        key.rect(x + 4, yy, x + w - 3, yy + 7)
                    else:
                        key.rect(x + 10, yy, x + w - 9, yy + 6, m)
                if w > 40:
                    for j in range(3):
                        mx, my, v = x + w / 2, y1 - h + 48 + j * 20, 255 if target else m
                        key.rect(mx - 6, my, mx + 6, my + 12, v)
            x += w
        key.gouge((-20, y1 + 10), (W + 20, y1 + 9), 6, 0)
    # light of the lamp
    light = blank()
    rays(
        light,
        rng,
        (lx, ly - 60),
        (96, 1100),
        46,
        20,
        v=255,
        seg=(110, 300),
        gap=(8, 22),
        arc=(math.pi * 0.155, math.pi * 0.845),
    )
    key.paste(cone)
    clear(cone, red, blue)
    key.cut(light, cone)
    # lamp
    key.line([(lx, -10), (lx, 250)], 9, 0)
    key.line([(lx, -10), (lx, 250)], 3, 255)
    shade = [(lx - 48, 236), (lx + 48, 236), (lx + 150, 372), (lx - 150, 372)]
    glow = blank()
    glow.poly([(lx - 62, 222), (lx + 62, 222), (lx + 168, 384), (lx - 168, 384)])
    clear(glow, key, gold, red, blue)
    red.poly(shade)
    key.poly(shade, 0)
    key.line([*shade, shade[0]], 9)
    for i in range(-5, 6):
        key.gouge((lx + i * 8, 246), (lx + i * 25, 364), 6, 255)
    key.rect(lx - 26, 372, lx + 26, 392, 0)
    # desk
    key.rect(0, 940, W, H)
    key.rect(0, 940, W, 950, 0)
    for y in range(966, 1200, 22):
        x = rng.uniform(-80, 0)
        while x < W:
            ln = rng.uniform(100, 340)
            end = (x + ln, y + rng.uniform(-3, 3))
            key.gouge((x, y), end, rng.uniform(4, 8), bend=rng.uniform(-4, 4))
            x += ln + rng.uniform(30, 120)
    # open book
    book = blank()
    book.blob(
        "560,1000 620,940 740,924 860,944 900,968 940,944 1060,924 1180,940 1240,1000 "
        "1210,1064 1060,1030 900,1070 740,1030 590,1064"
    )
    halo = book.grown(17)
    key.paste(halo)
    clear(book, key, gold)
    key.gouge_path("900,958 902,1010 900,1068", 12, 255)
    for j in range(7):
        for sgn in (-1, 1):
            line = [(40, 974 + j * 11), (160, 948 + j * 11), (300, 972 + j * 12)]
            key.gouge_path(place(line, 900, 0, sgn, 1), 3.6, 255)
    # hard hat set down beside the book
    hat = blank()
    hat.blob("210,1000 222,900 290,836 372,820 452,842 510,912 520,1000")
    hat.blob("160,1012 220,984 400,978 540,988 572,1010 540,1030 300,1036 180,1032")
    halo = hat.grown(19)
    key.paste(halo)
    key.cut(hat)
    gold.cut(halo)
    red.paste(hat)
    key.gouge_path("212,984 360,966 524,982", 12, 255)
    key.gouge_path("352,826 338,900 336,974", 9, 255)
    key.gouge_path("392,826 404,900 408,974", 9, 255)
    for i in range(7):
        fold = [(236 + i * 11, 972), (240 + i * 12, 910 - i * 5), (282 + i * 7, 860 - i * 4)]
        key.gouge_path(fold, 5.5, 255)
    red.gouge_path("446,866 486,910 500,962", 14, 0)
    # mug
    mug = blank()
    mug.poly("1330,890 1450,890 1442,1022 1340,1022")
    mug.ring(1462, 950, 40, 16)
    halo = mug.grown(13)
    key.paste(halo)
    clear(mug, key, gold)
    for i in range(6):
        key.gouge((1338 + i * 9, 900), (1346 + i * 9, 1014), 6 - i * 0.7, 255)
    key.gouge_path("1372,872 1360,836 1384,806 1372,772", 8, 0)
    key.gouge_path("1412,872 1400,840 1424,810 1412,780", 8, 0)
    return [(gold, SAND), (blue, BLUE), (red, RED), (key, INK)], (800, 640)


def _listener(key: Plate, gold: Plate, red: Plate, x: float, y: float, k: float, kind: int) -> None:
    """Draw a listener from behind, with hat, bun, cap or long hair; the head is at (x, y)."""

    def at(path):
        return place(path, x, y, k)

    one = blank()
    one.blob(at("-150,300 -138,120 -70,66 70,66 138,120 150,300"))
    one.rect(x - 30 * k, y + 20 * k, x + 30 * k, y + 90 * k)
    one.disc(x, y - 20 * k, 64 * k, 78 * k)
    if kind == 0:  # hard hat
        one.blob(at("-84,-20 -74,-90 0,-124 74,-90 84,-20 0,-8"))
    elif kind == 1:  # bun
        one.disc(x + 6 * k, y - 100 * k, 30 * k, 26 * k)
        one.disc(x, y - 30 * k, 72 * k, 80 * k)
    elif kind == 2:  # cap
        one.blob(at("-76,-30 -66,-96 0,-112 66,-96 76,-30 0,-24"))
    else:  # long hair
        one.blob(at("-70,40 -78,-40 -50,-98 0,-108 50,-98 78,-40 70,44"))
    clear(one.grown(15), key, gold, red)
    key.paste(one)
    if kind == 0:
        hat = blank()
        hat.blob(at("-74,-26 -64,-84 0,-112 64,-84 74,-26 0,-18"))
        key.cut(hat)
        red.paste(hat)
        key.gouge_path([(x, y - 112 * k), (x + 4, y - 70 * k), (x, y - 20 * k)], 10 * k, 255)
        for j in range(5):
            key.gouge(*at([(66 - j * 9, -34), (50 - j * 7, -86)]), 6 * k, 255)
    for j in range(6):  # folds on the back
        key.gouge(*place([(-128, 120 + j * 26), (-84, 96 + j * 27)], x + j * 5, y, k), 7 * k)
    key.gouge_path(at("-56,84 -118,118 -136,190"), 8 * k)
    key.gouge_path(at("-58,-70 -70,-10 -50,40"), 7 * k)


def classroom(rng: random.Random) -> Scene:
    """A lecturer in a hard hat explains a drawing to two rows of listeners."""
    key, gold, red = blank(), blank(full=True), blank()
    hatch(gold, rng, (0, 0, W, H), 30, 10, angle=math.pi / 2, seg=(120, 320), gap=(60, 200))
    # window light at the left
    gold.poly("0,120 230,150 230,640 0,700", 0)
    key.line("0,120 230,150 230,640 0,700", 14)
    key.line("112,130 112,676", 9)
    key.line("0,400 230,400", 9)
    # blackboard
    key.rect(330, 96, 1500, 700)
    gold.rect(318, 84, 1512, 712, 0)
    key.line("318,84 1512,84 1512,712 318,712 318,84", 12)
    hatch(key, rng, (340, 110, 1490, 690), 40, 4, angle=-0.5, seg=(40, 160), gap=(140, 380))
    chalk = blank()
    gear(chalk, 560, 360, 138, 16, 30)
    inner = blank()
    gear(inner, 560, 360, 130, 16, 30)
    chalk.cut(inner)
    chalk.ring(560, 360, 66, 6)
    chalk.line("400,360 720,360", 4)
    chalk.line("560,200 560,520", 4)
    chalk.line("560,556 560,600", 3)
    chalk.line("422,580 698,580", 4)
    chalk.poly("422,580 446,572 446,588")
    chalk.poly("698,580 674,572 674,588")
    for i, w in enumerate((250, 190, 230, 140)):
        chalk.line([(1210, 220 + i * 52), (1210 + w, 220 + i * 52)], 7)
    chalk.line("1210,470 1440,470 1440,620 1210,620 1210,470", 5)
    chalk.line("1210,620 1440,470", 4)
    chalk.line("1240,590 1300,560 1352,500 1420,490", 5)
    key.cut(chalk)
    # the lecturer
    fig = blank()
    fig.blob("880,800 872,560 886,470 930,426 1004,424 1052,470 1066,560 1056,800")
    fig.limb((900, 486), (790, 560), 70, 54)
    fig.limb((790, 560), (716, 440), 52, 38)
    fig.limb((716, 440), (660, 392), 14, 10)
    fig.limb((1042, 486), (1086, 640), 70, 52)
    fig.limb((1086, 640), (1040, 700), 48, 40)
    fig.disc(966, 352, 58, 70)
    fig.rect(936, 400, 1000, 440)
    fig.blob("888,340 894,288 930,252 984,246 1030,280 1040,336 1042,350 880,352 862,358 860,346")
    halo = fig.grown(25)
    key.cut(halo)
    key.paste(fig)
    vest = blank()
    vest.blob("892,790 884,566 900,490 936,446 966,520 1000,444 1040,486 1054,566 1046,790")
    vest.blob("902,334 906,294 938,266 984,260 1020,288 1028,332")
    red.paste(vest)
    key.cut(vest)
    for sg in (-1, 1):
        for j in range(6):
            key.gouge((968 + sg * 76, 520 + j * 42), (968 + sg * 40, 534 + j * 42), 8, 255)
    key.line("968,500 968,790", 6, 255)
    red.rect(886, 640, 1054, 654, 0)
    red.rect(888, 690, 1054, 704, 0)
    key.gouge_path("962,262 958,300 960,334", 8, 255)
    for j in range(5):
        key.gouge((912 + j * 2, 366 + j * 11), (950 - j * 3, 370 + j * 12), 8, 0)
    back = ((250, 860), (520, 850), (800, 858), (1100, 852), (1380, 860))
    front = ((90, 990), (420, 1000), (770, 990), (1150, 1000), (1490, 990))
    for row, (places, k) in enumerate(((back, 0.78), (front, 1.1))):
        for i, (x, y) in enumerate(places):
            _listener(key, gold, red, x, y, k, (i + row) % 4)
    return [(gold, SAND), (red, RED), (key, INK)], (880, 600)
