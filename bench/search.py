"""Search over generated documents: our search beside the bare engine's, and beside Wagtail's own.

    python bench/search.py [--quick] [--documents 100000]
    ELASTICSEARCH_URL=http://127.0.0.1:9200 python bench/search.py

With `ELASTICSEARCH_URL` the server is measured too, in indices of its own that are removed. The
last line is JSON.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

STATE = tempfile.TemporaryDirectory(prefix="gongsheng-bench-")
SERVER = os.environ.get("ELASTICSEARCH_URL", "")
os.environ["VAR_DIR"] = STATE.name
# Empty, not absent: a `.env` must not lead a benchmark to a real database.
os.environ |= dict.fromkeys(["DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"], "")
os.environ["ELASTICSEARCH_INDEX"] = f"bench-{os.getpid()}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import content  # noqa: E402
from bench.report import Result, paired, publish, result  # noqa: E402
from search import finder, mapping, services  # noqa: E402
from search.documents import Content, registry  # noqa: E402
from search.engines import available, using  # noqa: E402
from search.engines.base import Engine, Put  # noqa: E402
from search.engines.elasticsearch import ElasticsearchEngine, to_search  # noqa: E402
from search.engines.tantivy import TantivyEngine  # noqa: E402
from search.engines.tantivy_terms import MOST_BUCKETS, filtered  # noqa: E402
from search.evaluation import Source, unfilled_baseline  # noqa: E402
from search.query import Plan, SearchRequest, compile_query, plan_for  # noqa: E402
from search.services.outbox import BATCH  # noqa: E402
from search.text import parse, words  # noqa: E402

# Wagtail's search takes seconds for a query over more pages than this.
PEER_DOCUMENTS = 20_000
PEER_QUERIES = 20
QUERIES = 100
ROUNDS = 5


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def each(calls: list[Callable[[], object]]) -> list[float]:
    """Seconds that each call takes."""
    found = []
    for call in calls:
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return found


def requests(count: int, documents: int) -> list[SearchRequest]:
    """What readers type: words and pieces of titles, names; most without filters."""
    rng = random.Random(documents)
    made = []
    for _number in range(count):
        found = content.content(rng.randrange(documents), characters=0)[1]
        start = rng.randrange(max(1, len(found.title) - 4))
        typed = rng.choice(
            [
                found.title[start : start + 4],
                found.title,
                found.terms[0].text,
                rng.choice(content.TRADES),
                f"{rng.choice(content.SUBJECTS)} {found.title[:2]}",
            ]
        )
        made.append(SearchRequest(typed, kind=rng.choice(["", "", "", "story"])))
    return made


def plan_of(request: SearchRequest) -> Plan | None:
    node = compile_query(parse(request.words), content.SYNONYMS)
    return plan_for(request, node) if node else None


def bare_tantivy(engine: TantivyEngine, plan: Plan) -> Callable[[], object]:
    """The same hits and counts asked of tantivy itself, with the queries made beforehand."""
    index = engine._open()
    query = filtered(index.schema, plan.node, plan.filters)
    counted = []
    for name in plan.facets:
        others = {key: value for key, value in plan.filters.items() if key != name}
        wanted = {name: {"terms": {"field": name, "size": MOST_BUCKETS}}}
        if name not in plan.filters and counted and counted[0][0] is query:
            counted[0][1].update(wanted)
        elif name not in plan.filters:
            counted.insert(0, (query, wanted))
        else:
            counted.append((filtered(index.schema, plan.node, others), wanted))

    def ask() -> object:
        searcher = index.searcher()
        found = searcher.search(query, limit=plan.limit)
        entries = [json.loads(searcher.doc(address)["source"][0]) for _score, address in found.hits]
        return found.count, entries, [searcher.aggregate(*each) for each in counted]

    return ask


def bare_elasticsearch(engine: ElasticsearchEngine, plan: Plan) -> Callable[[], object]:
    """The same request sent by the client, with the body made beforehand."""
    body = to_search(plan).to_dict()
    client = engine.reader_client
    return lambda: client.search(index=engine.alias, body=body)


def against_the_bare_engine(engine: Engine, documents: int) -> list[Result]:
    """What a page calls, and what that asks of the engine, over the engine's own query."""
    bare = bare_tantivy if isinstance(engine, TantivyEngine) else bare_elasticsearch
    asked = [request for request in requests(QUERIES, documents) if plan_of(request)]
    theirs = [bare(engine, plan_of(request)) for request in asked]
    whole = [lambda request=request: finder.find(request) for request in asked]
    plans = [lambda request=request: engine.search(plan_of(request)) for request in asked]
    results = []
    with using(engine):
        for name, ours in (("our search", whole), ("our engine's call", plans)):
            ratio = 1 / paired(partial(total, ours), partial(total, theirs), ROUNDS)
            note = f"ms p50/p95: ours {shown(each(ours))}, bare {shown(each(theirs))}"
            name = f"search: {engine.name}, {name} over the bare query"
            results.append(result(name, ratio, 1.5, at_least=False, note=note))
    return results


def total(calls: list[Callable[[], object]]) -> float:
    return sum(each(calls))


def shown(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f}/{percentile(seconds, 0.95) * 1000:.1f}"


@contextmanager
def filled(engine: Engine, documents: int, processes: int) -> Iterator[None]:
    """The engine with `documents` in its index."""
    began = time.perf_counter()
    content.fill(engine, documents, processes=processes)
    rate = documents / (time.perf_counter() - began)
    print(f"{engine.name}: {documents:,} documents, {rate:,.0f} a second")
    yield
    if isinstance(engine, ElasticsearchEngine):
        client = engine.writer_client
        client.indices.delete(index=list(client.indices.get(index=f"{engine.prefix}-*")))


def in_words(text: str) -> str:
    """`text` as Wagtail's search can find it: it takes a run of Chinese for one word."""
    return " ".join(words(text))


def spaced(source: Source) -> Source:
    made = source.content
    parts = {name: in_words(getattr(made, name)) for name in ("title", "note", "body")}
    return replace(source, content=replace(made, **parts))


def indexed(engine: Engine, sources: list[Source]) -> None:
    """Index `sources` with their suggestions and words, in this process, as a rebuild does."""
    with engine.rebuilding() as building:
        for start in range(0, len(sources), BATCH):
            contents: dict[str, dict[str, Content]] = defaultdict(dict)
            operations = []
            for source in sources[start : start + BATCH]:
                kind, key = mapping.split_id(source.id)
                contents[kind][key] = source.content
                entry = mapping.to_entry(registry[kind], source.content)
                operations.append(Put(source.id, entry))
            for kind, found in contents.items():
                services.write_terms(kind, registry[kind], list(found), found)
            building.write(operations)
        building.count()
        building.swap()


def against_wagtail(engine: Engine, documents: int) -> list[Result]:
    """Both over the same documents: ours with total and facets, theirs the first ten alone. Both
    index in one process what exists already: texts here, saved pages there."""
    sources = content.sources(documents)
    rate = documents / each([lambda: indexed(engine, sources)])[0]
    asked = [request for request in requests(PEER_QUERIES, documents) if plan_of(request)]
    ours = each([lambda request=request: finder.find(request) for request in asked] * ROUNDS)
    with unfilled_baseline([spaced(source) for source in sources]) as (fill_theirs, rank):
        theirs_rate = documents / each([fill_theirs])[0]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        theirs = each([lambda request=request: rank(in_words(request.words)) for request in asked])
    gain = percentile(theirs, 0.95) / percentile(ours, 0.95)
    note = f"{documents:,} documents; ms p50/p95: ours {shown(ours)}, theirs {shown(theirs)}"
    return [
        result("search: p95 of Wagtail's SQLite search over ours", gain, 10, note=note),
        result(
            "indexing: documents a second over modelsearch's",
            rate / theirs_rate,
            1,
            note=f"{rate:,.0f} and {theirs_rate:,.0f}; one process each, ours with suggestions",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    documents = PEER_DOCUMENTS // 4 if args.quick else args.documents
    call_command("migrate", verbosity=0)
    engines = available()
    results = []
    with content.declared():
        with using(engines["embedded"]):
            peers = against_wagtail(engines["embedded"], min(documents, PEER_DOCUMENTS))
        content.teach(documents)
        for engine in engines.values():
            with filled(engine, documents, args.processes):
                results += against_the_bare_engine(engine, documents)
        results += peers
    if not SERVER:
        print("ELASTICSEARCH_URL is not set: the server was not measured")
    publish(results)


if __name__ == "__main__":
    main()
