"""Read the demo's files: rows from TOML, pictures, and days relative to today."""

import tomllib
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "pictures"


@cache
def document(name: str) -> dict:
    """The whole of `content/<name>.toml`."""
    return tomllib.loads((HERE / "content" / f"{name}.toml").read_text(encoding="utf-8"))


def rows(name: str, table: str) -> list[dict]:
    """The rows of `[[table]]` in `content/<name>.toml`."""
    return document(name)[table]


def at(days: int, clock: str = "09:00") -> datetime:
    """The aware time `days` from today (negative: ago) at `clock`, "HH:MM" in site time."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
