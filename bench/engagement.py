"""Counting views: what one costs beside a page, and beside an UPDATE per view.

Prints a table and, as its last line, a JSON list of {"name", "ratio", "goal", "held"}.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

STATE = tempfile.TemporaryDirectory(prefix="gongsheng-bench-")
os.environ["VAR_DIR"] = STATE.name
# Empty, not absent: a `.env` must not lead a benchmark to a real database.
os.environ |= dict.fromkeys(["DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"], "")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# The settings above must stand before anything reads them: hence the imports below (E402).
import django  # noqa: E402 - see above

django.setup()

from django.conf import settings  # noqa: E402 - as above
from django.core.management import call_command  # noqa: E402 - as above
from django.db.models import F  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from engagement import services  # noqa: E402 - as above
from engagement.models import PageViews  # noqa: E402 - as above


def seconds_per_call(call, times: int) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begin) / times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    rounds, times = (3, 2_000) if parser.parse_args().quick else (7, 10_000)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    row = PageViews.objects.create(day=timezone.localdate(), page_id=1, union_id=1, views=0)
    client = Client()

    def note():
        services.record_view(page_id=2, union_id=1)

    def update():
        PageViews.objects.filter(pk=row.pk).update(views=F("views") + 1)

    def page():
        # The cheapest answer that passes every middleware: the hardest measure for a share.
        client.get("/healthz")

    for call in (note, update, page):
        call()
    found: dict[str, list[float]] = {"note": [], "update": [], "page": []}
    for _ in range(rounds):
        found["note"].append(seconds_per_call(note, times))
        found["update"].append(seconds_per_call(update, times // 20))
        found["page"].append(seconds_per_call(page, times // 20))
    median = {name: statistics.median(values) for name, values in found.items()}
    noted = rounds * times + 1
    services.writer().close()
    services.flush_counters()
    counted = PageViews.objects.total_of(2)
    for name, value in median.items():
        print(f"{name:8}{value * 1e6:10.1f} µs")
    print(f"{'noted':8}{noted:10,}   counted {counted:,}")
    share, cheaper = median["note"] / median["page"], median["update"] / median["note"]
    results = [
        {"name": "view: share of a bare page request", "ratio": share, "goal": 0.02},
        {"name": "view: times cheaper than an UPDATE", "ratio": cheaper, "goal": 50},
        {"name": "view: counted ÷ noted", "ratio": counted / noted, "goal": 1},
    ]
    for result in results:
        ratio, goal = result["ratio"], result["goal"]
        result["held"] = ratio <= goal if goal < 1 else ratio >= goal if goal > 1 else ratio == 1
        result["ratio"] = round(ratio, 4)
    print(json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main()
