"""Relevance on generated documents, ours beside Wagtail's own search on the same ones.

    python bench/relevance.py [--quick] [--documents 20000] [--part test] [--misses 20] [--record]

Prints a table per class and, as its last line, a JSON list of {"name", "ratio", "goal", "held"}.
`--record` writes the floors that a test guards (over as many documents as the test has).
"""

import argparse
import os
import sys
import tempfile
import time
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
from search.engines import get_engine  # noqa: E402
from search.evaluation import (  # noqa: E402
    Answered,
    answer,
    by_engine,
    evaluate,
    overall,
    wagtail_baseline,
)
from search.evaluation.floors import record  # noqa: E402

GOAL = 0.92


def table(title: str, answered: list[Answered]) -> None:
    print(f"\n{title}\n{'':<12}{'queries':>8}{'nDCG@10':>9}{'MRR':>7}{'zero':>6}")
    for name, score in {**evaluate(answered), "all": overall(answered)}.items():
        print(
            f"{name:<12}{score.queries:>8}{score.ndcg10:>9.3f}{score.mrr:>7.3f}"
            f"{score.zero_result:>6}"
        )


def worst(answered: list[Answered], titles: dict[str, str], count: int) -> None:
    for each in sorted(answered, key=lambda each: each.ndcg10)[:count]:
        query = each.query
        best = sorted(query.grades, key=lambda found: -query.grades[found])[:3]
        print(f"  {each.ndcg10:.2f}  {query.name}  {query.words}  ({len(query.grades)} relevant)")
        for ids in (each.ids[:3], best):
            shown = "; ".join(f"{titles[found]} ({query.grades.get(found, 0)})" for found in ids)
            print(f"        {shown}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--part", choices=["tuning", "test", "all"], default="all")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--no-baseline", action="store_true")
    args = parser.parse_args()
    count = content.FEW if args.quick or args.record else args.documents
    call_command("migrate", verbosity=0)
    engine = get_engine()
    with content.declared():
        began = time.perf_counter()
        content.fill(engine, count, processes=args.processes)
        print(f"{count:,} documents indexed in {time.perf_counter() - began:.1f} s")
        content.teach(count)
        sources = content.sources(count)
        queries = [query for query in content.judged(count) if args.part in ("all", query.part)]
        began = time.perf_counter()
        ours = answer(queries, by_engine(engine))
        each = (time.perf_counter() - began) / len(queries)
        print(f"{len(queries)} queries, {each * 1000:.1f} ms each with everything a page shows")
    table(engine.name, ours)
    worst(ours, {source.id: str(source.content.title) for source in sources}, args.misses)
    total = overall(ours)
    results = [
        result("relevance: nDCG@10", total.ndcg10, GOAL),
        result("relevance: queries without results", total.zero_result, 0, at_least=False),
    ]
    if args.record:
        record("generated", evaluate(ours))
    if not args.no_baseline:
        with wagtail_baseline(sources) as rank:
            theirs = answer(queries, rank)
        table("Wagtail's own, the same documents as pages", theirs)
        gain = total.ndcg10 / max(overall(theirs).ndcg10, 0.001)
        results.append(result("relevance: nDCG@10 over Wagtail's own", gain, 3))
    publish(results)


if __name__ == "__main__":
    main()
