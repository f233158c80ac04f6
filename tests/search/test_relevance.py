"""Relevance does not fall below what was reached: on the demo and on generated content.

After a change that is meant to move relevance: `manage.py search_eval --record` on a demo site and
`python bench/relevance.py --record`, and say in the commit why a floor fell.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from wagtail.signal_handlers import disable_reference_index_auto_update

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


ENGINES = ("embedded", "elasticsearch")


@contextmanager
def empty_engines():
    """The engines by name, each without an index of before; a server only where there is one."""
    memory = Path("/dev/shm")  # noqa: S108
    folder = tempfile.mkdtemp(prefix="gongsheng-index-", dir=memory if memory.is_dir() else None)
    with_server = settings.TEST_ELASTICSEARCH_URL or os.environ.get("CI")
    try:
        with (
            override_settings(SEARCH_INDEX_DIR=Path(folder)),
            own_indices() if with_server else nullcontext(),
        ):
            yield {name: available()[name] for name in (ENGINES if with_server else ENGINES[:1])}
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


@pytest.fixture(scope="module")
def demo_answers(django_db_setup, django_db_blocker):
    """By name of the engine, what it answers on the demo content."""
    found = {}
    with passing(django_db_blocker), empty_engines() as engines:
        with disable_reference_index_auto_update():
            load_content(lambda part: None)
        pairs = list(Synonym.objects.values_list("term", "equivalent"))
        queries = build(sources_of_site(), synonyms=pairs, places=places())
        for name, engine in engines.items():
            with using(engine):
                services.rebuild()
                found[name] = answer(queries, by_engine(engine))
    return found


@pytest.fixture(scope="module")
def generated_answers(django_db_setup, django_db_blocker):
    """By name of the engine, what it answers on generated documents."""
    found = {}
    with passing(django_db_blocker), empty_engines() as engines, generated.declared():
        generated.teach(generated.FEW)
        queries = generated.judged(generated.FEW)
        for name, engine in engines.items():
            with using(engine):
                generated.fill(engine, generated.FEW)
                found[name] = answer(queries, by_engine(engine))
    return found


@pytest.fixture(params=ENGINES)
def name(request, demo_answers):
    """One engine after the other; a server where there is one."""
    if request.param not in demo_answers:
        pytest.skip("no server named by ELASTICSEARCH_URL")
    return request.param


@pytest.fixture
def on_demo(demo_answers, name):
    return demo_answers[name]


@pytest.fixture
def on_generated(generated_answers, name):
    return generated_answers[name]


def test_no_class_of_queries_falls_on_the_demo(on_demo):
    assert fallen(evaluate(on_demo), read("demo")) == []


def test_no_class_of_queries_falls_on_generated_content(on_generated):
    assert fallen(evaluate(on_generated), read("generated")) == []


def test_no_query_is_without_results(on_demo, on_generated):
    assert [each.query.words for each in [*on_demo, *on_generated] if not each.ids] == []


def test_the_goal_is_reached_over_all_classes(on_demo, on_generated):
    assert overall(on_demo).ndcg10 >= GOAL
    assert overall(on_generated).ndcg10 >= GOAL


def test_every_class_has_a_floor(on_demo, on_generated):
    assert set(evaluate(on_demo)) == set(read("demo"))
    assert set(evaluate(on_generated)) == set(read("generated"))


def test_every_recorded_class_has_queries_enough_to_tell_something(on_demo):
    assert min(score.queries for score in evaluate(on_demo).values()) >= 10
