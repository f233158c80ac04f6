"""Where the time of indexing goes: processor time per document of 800 characters, by stage.

    python bench/indexing.py [--quick]

Prints a table and, as its last line, a JSON list of {"name", "ratio", "goal", "held"}.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STATE = tempfile.TemporaryDirectory(prefix="gongsheng-bench-")
os.environ["VAR_DIR"] = STATE.name
# Empty, not absent: a `.env` must not lead a benchmark to a real database.
os.environ |= dict.fromkeys(
    ["DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL"], ""
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from bench import content  # noqa: E402
from bench.report import publish, result  # noqa: E402
from search import documents, mapping, services, text  # noqa: E402
from search.engines import get_engine  # noqa: E402
from search.engines.base import Put  # noqa: E402
from search.text.words import cut  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    count, rounds = (500, 3) if quick else (2000, 5)
    call_command("migrate", verbosity=0)
    with content.declared():
        made = [content.content(number) for number in range(count)]
        entries = [
            Put(mapping.entry_id(kind, number), mapping.to_entry(documents.registry[kind], found))
            for number, (kind, found) in enumerate(made)
        ]

        def all_of(work: Callable) -> Callable[[], None]:
            def run() -> None:
                for kind, found in made:
                    work(documents.registry[kind], found)

            return run

        def terms() -> None:
            for kind, document in documents.registry.items():
                found = {str(n): each for n, (of, each) in enumerate(made) if of == kind}
                services.write_terms(kind, document, list(found), found)

        def engine() -> None:
            with get_engine().rebuilding() as building:
                building.write(entries)
                building.count()

        stages = {
            "the dictionary's cut alone": all_of(lambda document, found: cut(found.body)),
            "tokens of the body": all_of(lambda document, found: text.tokens(found.body)),
            "the whole entry": all_of(mapping.to_entry),
            "suggestions and words, in the database": terms,
            "the embedded engine, commit included": engine,
        }
        spent: dict[str, list[float]] = {name: [] for name in stages}
        for run in stages.values():
            run()
        for _ in range(rounds):
            for name, run in stages.items():
                began = time.process_time()
                run()
                spent[name].append((time.process_time() - began) / count)
    median = {name: statistics.median(each) for name, each in spent.items()}
    for name, seconds in median.items():
        print(f"{name:<40}{seconds * 1e6:>8.0f} µs{1 / seconds:>8.0f}/s")
    alone, _tokens, entry, terms_, engine_ = median.values()
    print(f"all stages: {1 / (entry + terms_ + engine_):.0f} documents a second on one core")
    publish(
        [
            result("indexing: the entry over the cut alone", entry / alone, 10, at_least=False),
            result("indexing: suggestions over the entry", terms_ / entry, 1, at_least=False),
        ]
    )


if __name__ == "__main__":
    main()
