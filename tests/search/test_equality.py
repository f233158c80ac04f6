"""Both engines give the same totals, the same ten in the same order, and the same counts."""

import random

import pytest
from django.test import override_settings

from bench import content
from search.engines import available
from search.query import FACETS, SearchRequest, compile_query, compile_relaxed, plan_for
from search.text import parse
from tests.search.conftest import own_indices

pytestmark = pytest.mark.either_database
DOCUMENTS = 20_000
QUERIES = 500
CHARACTERS = 200


@pytest.fixture(scope="module")
def engines(django_db_setup, django_db_blocker, tmp_path_factory):
    """The same 20,000 generated documents in both engines."""
    folder = tmp_path_factory.mktemp("index")
    with (
        django_db_blocker.unblock(),
        content.declared(),
        own_indices(),
        override_settings(SEARCH_INDEX_DIR=folder),
    ):
        found = available()
        building = [found[name].rebuilding() for name in ("embedded", "elasticsearch")]
        with building[0] as embedded, building[1] as server:
            for entries in content.entries(DOCUMENTS, processes=2, characters=CHARACTERS):
                for target in (embedded, server):
                    assert target.write(entries) == {}
            assert embedded.count() == server.count() == DOCUMENTS
            for target in (embedded, server):
                target.swap()
        yield found["embedded"], found["elasticsearch"]


def requests():
    """Requests of every kind that a reader makes, the same ones each time."""
    rng = random.Random(20_000)
    for _number in range(QUERIES):
        made = [
            content.content(rng.randrange(DOCUMENTS), characters=CHARACTERS)[1]
            for _each in range(2)
        ]
        title, body = made[0].title, made[0].body
        start = rng.randrange(max(1, len(title) - 6))
        at = rng.randrange(len(body) - 8)
        term = made[0].terms[0]
        words = rng.choice(
            [
                title,
                title[start : start + rng.randint(2, 6)],
                title[start],
                body[at : at + rng.randint(2, 8)],
                f"{title[start : start + 2]} {body[at : at + 2]}",
                f"{title[start : start + 3]} {made[1].title[:3]}",
                term.text,
                rng.choice(made[0].keys or (title,)),
                rng.choice(content.SYNONYMS)[rng.randrange(2)],
                rng.choice(content.SUBJECTS),
                rng.choice(content.TRADES) + " " + rng.choice(content.THINGS),
                f"{made[0].date.year}年{title[:2]}",
            ]
        )
        yield SearchRequest(
            words,
            kind=rng.choice(["", "", "", *content.KINDS]),
            unions=rng.choice(["", "", "", made[0].union_path[:4], made[0].union_path]),
            channel=rng.choice(["", "", "", made[0].channel]),
            year=rng.choice([None, None, None, made[0].year]),
            level=rng.choice(["", "", "", made[0].level]),
            sort=rng.choice(["relevance", "relevance", "date"]),
            page=rng.choice([1, 1, 1, 2, 3]),
        )


def plans():
    for request in requests():
        query = parse(request.words)
        for node in (compile_query(query, content.SYNONYMS), compile_relaxed(query)):
            if node is not None:
                yield request, plan_for(request, node)


def test_both_engines_give_the_same_answers(engines):
    embedded, server = engines
    asked = answered = 0
    different = []
    for request, plan in plans():
        ours, theirs = embedded.search(plan), server.search(plan)
        asked += 1
        answered += bool(ours.total)
        same = (
            ours.total == theirs.total
            and [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits]
            and [hit.entry for hit in ours.hits] == [hit.entry for hit in theirs.hits]
            and all(dict(ours.facets[name]) == dict(theirs.facets[name]) for name in FACETS)
        )
        if not same:
            different.append((request, ours.total, theirs.total, ours.hits[:3], theirs.hits[:3]))
    assert asked >= QUERIES
    assert answered >= QUERIES / 2, "queries that find nothing prove little"
    assert different == []
