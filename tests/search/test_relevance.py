"""Relevance does not fall below what was reached: on the demo and on generated content.

After a change that is meant to move relevance: `manage.py search_eval --record` on a demo site and
`python bench/relevance.py --record`, and say in the commit why a floor fell.
"""

import shutil
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from bench import content as generated
from config.demo.services import load_content
from search import services
from search.engines import available, using
from search.evaluation import answer, build, by_engine, evaluate, overall, places, sources_of_site
from search.evaluation.floors import fallen, read
from search.models import Synonym
from tests.search.conftest import own_indices

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.either_database,
    pytest.mark.xdist_group("relevance"),
]
GOAL = 0.92


@contextmanager
def empty_engine(name):
    """The engine `name` alone, without an index of before, in use for a while."""
    memory = Path("/dev/shm")  # noqa: S108
    folder = tempfile.mkdtemp(prefix="gongsheng-index-", dir=memory if memory.is_dir() else None)
    served = own_indices() if name == "elasticsearch" else nullcontext()
    try:
        with override_settings(SEARCH_INDEX_DIR=Path(folder)), served:
            engine = available()[name]
            with using(engine):
                yield engine
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def passing(blocker):
    """Let the database be used; nothing written there stays."""
    cache.clear()
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def on_demo(django_db_setup, django_db_blocker, name):
    """What the engine answers on the demo content."""
    with passing(django_db_blocker), empty_engine(name) as engine:
        load_content(lambda part: None)
        services.rebuild()
        pairs = list(Synonym.objects.values_list("term", "equivalent"))
        queries = build(sources_of_site(), synonyms=pairs, places=places())
        return answer(queries, by_engine(engine))


@pytest.fixture(scope="module")
def on_generated(django_db_setup, django_db_blocker, name):
    """What it answers on generated documents."""
    with passing(django_db_blocker), empty_engine(name) as engine, generated.declared():
        generated.fill(engine, generated.FEW)
        generated.teach(generated.FEW)
        return answer(generated.judged(generated.FEW), by_engine(engine))


def test_no_class_of_queries_falls_on_the_demo(on_demo):
    assert fallen(evaluate(on_demo), read("demo")) == []


def test_no_class_of_queries_falls_on_generated_content(on_generated):
    assert fallen(evaluate(on_generated), read("generated")) == []


def test_no_query_is_without_results(on_demo, on_generated):
    assert [each.query.words for each in [*on_demo, *on_generated] if not each.ids] == []


def test_the_goal_is_reached_over_all_classes(on_demo, on_generated):
    assert overall(on_demo).ndcg10 >= GOAL
    assert overall(on_generated).ndcg10 >= GOAL


def test_every_recorded_class_has_queries_enough_to_tell_something(on_demo):
    assert min(score.queries for score in evaluate(on_demo).values()) >= 10
