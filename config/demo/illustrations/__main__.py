"""Command line: make the pictures and, if wanted, a contact sheet of them."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PIL import Image

from .covers import DEFAULT_FONT, Book, cover, read_books
from .marks import card, icon
from .portraits import PORTRAITS, portrait
from .press import crop, pull, save_webp, seed
from .scenes import SCENES

HERE = Path(__file__).resolve().parent.parent

# Sizes in pixels and limits in bytes, as the pages use them.
SCENE_SIZE, SCENE_LIMIT = (1200, 800), 90_000
PORTRAIT_SIZE, PORTRAIT_LIMIT = (720, 900), 60_000
COVER_SIZE, COVER_LIMIT = (400, 600), 19_500
SHEET_WIDTH, SHEET_ROW = 1800, 300


def scene_picture(name: str) -> Image.Image:
    """Print one scene and crop it to 3:2."""
    plates, focus = SCENES[name](random.Random(seed(f"scene:{name}")))
    return crop(pull(plates, seed(name)), (3, 2), focus)


def portrait_picture(name: str) -> Image.Image:
    """Print one portrait, less worn than a scene because a face is small detail."""
    return pull(portrait(name), seed(f"p-{name}"), wear=0.8)


def cover_picture(book: Book, font: Path) -> Image.Image:
    """Print one cover, hardly worn so that the title stays crisp."""
    return pull(cover(book, font), seed(f"c-{book.key}"), wear=0.55)


def write(image: Image.Image, path: Path, size: tuple[int, int], limit: int) -> int:
    """Reduce the picture to its size and save it; return the bytes used."""
    return save_webp(image.resize(size, Image.Resampling.LANCZOS), path, limit)


def write_mark(image: Image.Image, path: Path) -> int:
    """Save a flat mark as a PNG with few colours; return the bytes used."""
    image.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


Job = tuple[str, str, Path, Callable[[Path], int]]  # kind, name, file, how to write it


def jobs(books: list[Book], font: Path, out: Path) -> Iterator[Job]:
    """Yield everything that can be made."""

    def printed(
        make: Callable[[], Image.Image], size: tuple[int, int], limit: int, path: Path
    ) -> int:
        return write(make(), path, size, limit)

    for name in SCENES:
        make = partial(scene_picture, name)
        yield "scenes", name, out / f"{name}.webp", partial(printed, make, SCENE_SIZE, SCENE_LIMIT)
    for name in PORTRAITS:
        make = partial(portrait_picture, name)
        task = partial(printed, make, PORTRAIT_SIZE, PORTRAIT_LIMIT)
        yield "portraits", name, out / f"p-{name}.webp", task
    for book in books:
        make = partial(cover_picture, book, font)
        task = partial(printed, make, COVER_SIZE, COVER_LIMIT)
        yield "covers", book.key, out / f"c-{book.key}.webp", task
    yield "marks", "og", out / "og.png", lambda path: write_mark(card(), path)
    for size in (192, 512):
        name = f"icon-{size}"
        yield (
            "marks",
            name,
            out / f"{name}.png",
            lambda path, size=size: write_mark(icon(size), path),
        )


def contact_sheet(files: list[Path], target: Path) -> None:
    """Save one image with all the files in rows, to look them over."""
    rows: list[list[Image.Image]] = [[]]
    used = 0
    for file in files:
        image = Image.open(file).convert("RGB")
        image = image.resize((image.width * SHEET_ROW // image.height, SHEET_ROW))
        if used + image.width > SHEET_WIDTH:
            rows.append([])
            used = 0
        rows[-1].append(image)
        used += image.width + 8
    sheet = Image.new("RGB", (SHEET_WIDTH, len(rows) * (SHEET_ROW + 8)), "white")
    for y, row in enumerate(rows):
        x = 0
        for image in row:
            sheet.paste(image, (x, y * (SHEET_ROW + 8)))
            x += image.width + 8
    sheet.save(target)


def main() -> None:
    """Read the arguments and make what they ask for."""
    parser = argparse.ArgumentParser(description="Make the demo pictures.")
    parser.add_argument("--books", type=Path, default=HERE / "content" / "books.toml")
    parser.add_argument("--out", type=Path, default=HERE / "pictures")
    parser.add_argument("--font", type=Path, default=DEFAULT_FONT, help="Noto Serif CJK Bold")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="a picture's name, or scenes, portraits, covers, marks; may be repeated",
    )
    parser.add_argument("--sheet", type=Path, help="also save a contact sheet as this PNG")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    total, files = 0, []
    for kind, name, path, task in jobs(read_books(options.books), options.font, options.out):
        if options.only and not {kind, name} & set(options.only):
            continue
        size = task(path)
        total += size
        files.append(path)
        print(f"{path.name:<24}{size:>8}", flush=True)
    print(f"{len(files)} pictures, {total} bytes")
    if options.sheet:
        contact_sheet(files, options.sheet)


if __name__ == "__main__":
    main()
