"""What the search box offers while someone types: the time of the whole, and of its statements.

    python bench/suggest.py [--quick] [--documents 100000]
    DATABASE_URL=postgres://… python bench/suggest.py

With `DATABASE_URL` that database is used: it must be one that may be filled. The last line is JSON.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STATE = tempfile.TemporaryDirectory(prefix="gongsheng-bench-")
os.environ["VAR_DIR"] = STATE.name
# Empty, not absent: a `.env` must not lead a benchmark to a real database.
os.environ |= dict.fromkeys(["REDIS_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL"], "")
os.environ.setdefault("DATABASE_URL", "")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test import Client  # noqa: E402

from bench import content  # noqa: E402
from bench.report import paired, publish, result  # noqa: E402
from search import finder  # noqa: E402
from search.models import SuggestionTerm  # noqa: E402
from search.text import key_of  # noqa: E402

LIMIT = 0.050
ROUNDS = 5
KEYS = 60


def typed(count: int) -> dict[str, list[str]]:
    """What people type on the way to a person, a book or a title, by how they type it."""
    rng = random.Random(count)
    found: dict[str, list[str]] = {
        "one letter": list("abcdefghjklmnopqrstwxyz"),
        "one character": list("赵王劳关把一电焊凌"),
        "characters": [],
        "pinyin": [],
        "initials": [],
    }
    terms = SuggestionTerm.objects.filter(pk__in=_some(rng))
    for term in terms:
        for name, text in [
            ("characters", term.folded),
            ("pinyin", term.pinyin),
            ("initials", term.initials),
        ]:
            found[name].append(text[: rng.randint(2, 6)])
    return found


def _some(rng: random.Random) -> list[int]:
    first, last = (SuggestionTerm.objects.order_by(way).first().pk for way in ("pk", "-pk"))
    return [rng.randint(first, last) for _number in range(KEYS)]


def each(calls: list[Callable[[], object]]) -> list[float]:
    """Seconds that each call takes."""
    found = []
    for call in calls:
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return found


def at(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def bare(key: str) -> Callable[[], object]:
    """One plain range over one indexed column, without Django: the least that can be done."""
    table = SuggestionTerm._meta.db_table
    if connection.vendor == "sqlite":
        where, params = "folded >= %s AND folded < %s", [key, key + "\U0010ffff"]
    else:
        where, params = "folded LIKE %s", [key + "%"]
    sql = (
        f"SELECT kind, key, text, url FROM {table} WHERE {where}"  # noqa: S608 - our own names
        " ORDER BY weight DESC, size LIMIT 8"
    )

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    return ask


def whole_table(key: str) -> Callable[[], object]:
    """The three columns asked at once, as one would write it first."""
    found = Q(folded__startswith=key) | Q(pinyin__startswith=key) | Q(initials__startswith=key)
    rows = SuggestionTerm.objects.filter(found).order_by("-weight", "size", "text", "pk")
    return lambda: list(rows.all()[:32])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--documents", type=int, default=100_000)
    args = parser.parse_args()
    documents = 5000 if args.quick else args.documents
    # The tables as the models say: going through all migrations takes half a minute.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    with content.declared():
        if not SuggestionTerm.objects.exists():
            began = time.perf_counter()
            content.teach(documents)
            print(f"{documents:,} documents taught in {time.perf_counter() - began:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{SuggestionTerm.objects.count():,} terms on {connection.vendor}")
        ways = typed(documents)
        client = Client(headers={"host": "localhost"})
        client.get("/search/suggest/", {"q": "x"})
        asked, answered = [], []
        for name, keys in ways.items():
            calls = each([lambda key=key: finder.suggest(key) for key in keys])
            pages = each(
                [lambda key=key: client.get("/search/suggest/", {"q": key}) for key in keys]
            )
            asked += calls
            answered += pages
            print(
                f"{name:<16}ms p50/p95: {at(calls, 0.5) * 1000:.1f}/{at(calls, 0.95) * 1000:.1f}, "
                f"with the whole request {at(pages, 0.5) * 1000:.1f}/{at(pages, 0.95) * 1000:.1f}"
            )
        keys = [key for key in map(key_of, ways["characters"]) if key]
        bare_ratio = 1 / paired(
            lambda: sum(each([lambda key=key: finder.suggest(key) for key in keys])),
            lambda: sum(each([bare(key) for key in keys])),
            ROUNDS,
        )
        few = [key for name in ways for key in ways[name][:4]]
        gain = paired(
            lambda: sum(each([lambda key=key: finder.suggest(key) for key in few])),
            lambda: sum(each([whole_table(key) for key in few])),
            ROUNDS,
        )
    share = at(answered, 0.95) / LIMIT
    results = [
        result("suggestions: p95 of a request over 50 ms", share, 1, at_least=False),
        result("suggestions: the call over one bare statement", bare_ratio, 20, at_least=False),
    ]
    if connection.vendor == "sqlite":  # PostgreSQL can use its indexes for both
        results.append(result("suggestions: three OR-ed LIKE over the call", gain, 2))
    publish(results)


if __name__ == "__main__":
    main()
