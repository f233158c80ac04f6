"""Writing, syncing and rebuilding at once, in real processes that are killed at any moment."""

import secrets
import time

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from search import services
from search.documents import registry
from search.engines import get_engine
from search.engines.base import Unavailable
from search.engines.guarded import GuardedEngine
from search.models import PendingSync, SuggestionTerm
from search.query import Or, Plan, Term
from tests.factories.unions import UnionFactory
from tests.search.fire import ALWAYS, EDITED, NEVER, SECTIONS, Fire
from tests.search.nodes import Nodes, need_nodes
from tests.search.proxy import BusyProxy

WRITERS = ("w1", "w2")
ALWAYS_THERE = 12

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(declared, index_folder):
    """Pages for readers and writers; returns how many a reader must always find, by word."""
    registry.pop("person")
    with transaction.atomic():
        make_world()
    return {ALWAYS: ALWAYS_THERE, EDITED: len(WRITERS)}


def make_world():
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="根", slug="root")
    home = root.get_children().first() or root.add_child(title="首页", slug="shouye")
    still = add(home, "stillness", f"{ALWAYS} 栏目")
    for number in range(ALWAYS_THERE - 1):
        add(still, f"still-{number}", f"{ALWAYS} 第 {number} 篇")
    locked = add(home, "locked", f"{NEVER} 内部")
    PageViewRestriction.objects.create(page=locked, restriction_type=PageViewRestriction.LOGIN)
    for name in WRITERS:
        UnionFactory(code=name)
        add(home, f"{name}-edited", f"{EDITED} 初版")
        add(home, f"{name}-draft", f"{NEVER} 草稿", live=False)
        add(locked, f"{name}-locked", f"{NEVER} 只给内部")
        for number in range(SECTIONS):
            section = add(home, f"{name}-section-{number}", f"{name} 栏目 {number}")
            for story in range(4):
                add(section, f"{name}-story-{number}-{story}", f"{name} 稿件 {number} {story}")


def add(parent, slug, title, **fields):
    page = Page(slug=slug, title=title, **fields)
    return Page.objects.get(pk=parent.pk).add_child(instance=page)


@pytest.fixture
def fire(world, settings, tmp_path):
    """`fire(seed)` gets the processes ready; the index stands already."""
    made = []

    def light(seed):
        services.rebuild()
        made.append(Fire(tmp_path, settings, world, seed))
        return made[-1]

    yield light
    for each in made:
        each.close()


def work_off(seconds=60):
    """Sync until nothing waits."""
    until = time.monotonic() + seconds
    while PendingSync.objects.filter(done_at=None).exists():
        assert time.monotonic() < until, list(PendingSync.objects.failing()[:3].values())
        PendingSync.objects.filter(done_at=None).update(retry_at=timezone.now(), attempts=0)
        services.sync_pending()


def in_database():
    """Title by id of all that is public."""
    return {
        f"{kind}:{row.pk}": document.prepare(row).title
        for kind, document in registry.items()
        for row in document.get_queryset()
    }


def in_index(engine):
    """Title by id of all entries."""
    engine.forget()
    everything = Or(tuple(Term("kind", kind) for kind in registry))
    answer = engine.search(Plan(everything, limit=9000))
    found = {hit.id: hit.entry["title"] for hit in answer.hits}
    assert engine.ids() == set(found)
    return found


def assert_index_equals_database():
    work_off()
    engine = get_engine()
    expected = in_database()
    engines = [engine.server, engine.copy] if isinstance(engine, GuardedEngine) else [engine]
    for each in engines:
        found = in_index(each)
        differing = {
            key: (found.get(key), expected.get(key))
            for key in found | expected
            if found.get(key) != expected.get(key)
        }
        assert not differing, f"{each.name}: in index, in database"
    offered = SuggestionTerm.objects.values_list("kind", "key", "text")
    assert {f"{kind}:{key}": text for kind, key, text in offered} == expected


def assert_no_reader_saw_it(fire, reports):
    """Each answer held what is always public and nothing that never is; nothing failed."""
    assert not fire.folder.errors, fire.said
    for name, report in reports.items():
        if name.startswith("reader"):
            assert not report["wrong"], name
            assert min(report["answers"][word] for word in (ALWAYS, EDITED, NEVER)) > 2, name


def answers_of_the_copy(reports):
    """How many answers of all came from the embedded copy."""
    counted = [report["answers"] for name, report in reports.items() if name.startswith("reader")]
    copied = sum(answers.pop("copy", 0) for answers in counted)
    return copied, sum(sum(answers.values()) for answers in counted)


def wait_until(condition, seconds=40):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("engine_name", ["embedded", "elasticsearch"])
def test_rebuilds_and_syncs_that_are_killed_at_any_moment_lose_nothing(engine_name, request, fire):
    if engine_name == "elasticsearch":
        request.getfixturevalue("server")
    burning = fire(seed=engine_name)
    burning.start_all(WRITERS, syncs=2, rebuilds=1, readers=2)
    burning.burn(["sync-1", "sync-2", "rebuild-1"], kills=12, changes=40)
    reports = burning.finish()
    assert_no_reader_saw_it(burning, reports)
    assert_index_equals_database()


# A server without room for some entries


@pytest.fixture
def busy_server(server, settings, monkeypatch):
    """The server behind a proxy that refuses for lack of room what is in its `busy`."""
    proxy = BusyProxy(settings.ELASTICSEARCH_URL.split(",")[0])
    settings.ELASTICSEARCH_URL = proxy.url
    monkeypatch.setattr("search.engines.elasticsearch.BULK_BACKOFF", 0.01)
    yield proxy
    proxy.close()


@pytest.mark.either_database  # what is tried here is the server
@pytest.mark.parametrize("status", [429, 503])
def test_what_the_server_has_no_room_for_waits_and_the_rest_is_done(busy_server, world, status):
    services.rebuild()
    PendingSync.objects.all().delete()
    busy, free = Page.objects.get(slug="w1-edited"), Page.objects.get(slug="w2-edited")
    gone = Page.objects.get(slug="still-0")
    gone.live = False
    for page in (busy, free, gone):
        page.title = f"{page.title} 新"
        page.save()
    busy_server.busy = {f"page:{busy.pk}": status, f"page:{gone.pk}": status}
    services.sync_pending()
    waiting = PendingSync.objects.filter(done_at=None)
    assert set(waiting.values_list("key", flat=True)) == {str(busy.pk), str(gone.pk)}
    assert set(waiting.values_list("attempts", flat=True)) == {0}, "no row is to blame"
    assert all("queue is full" in row.error for row in waiting)
    engine = get_engine()
    assert in_index(engine.server)[f"page:{free.pk}"] == free.title
    assert f"page:{gone.pk}" in engine.server.ids()
    busy_server.busy = {}
    assert_index_equals_database()


@pytest.mark.either_database  # what is tried here is the server
def test_a_rebuild_asks_again_for_what_the_server_had_no_room_for(busy_server, world, monkeypatch):
    services.rebuild()
    page = Page.objects.get(slug="w1-edited")
    busy_server.busy = {f"page:{page.pk}": 429}
    with pytest.raises(Unavailable):
        services.rebuild()
    assert f"page:{page.pk}" in get_engine().ids(), "the index before is kept"
    lock = GuardedEngine.locked

    def make_room_for_the_last_step(self, wait):
        if busy_server.refused > before:
            busy_server.busy = {}
        return lock(self, wait)

    before = busy_server.refused
    monkeypatch.setattr(GuardedEngine, "locked", make_room_for_the_last_step)
    services.rebuild()
    assert busy_server.refused > before
    PendingSync.objects.all().delete()
    assert f"page:{page.pk}" in get_engine().ids()


# Servers that die


@pytest.fixture
def own_server(settings, tmp_path):
    """A node of the test's own that the settings name."""
    need_nodes(settings)
    nodes = Nodes(tmp_path, 1)
    settings.ELASTICSEARCH_URL = nodes.url
    yield nodes
    nodes.kill()


@pytest.mark.either_database  # what is tried here is the server
def test_a_server_that_dies_and_comes_back_has_missed_nothing(own_server, fire):
    burning = fire(seed="server")
    burning.start_all(WRITERS, syncs=1, readers=2)
    wait_until(lambda: burning.changes > 5)
    own_server.kill()
    before = burning.changes
    wait_until(lambda: burning.changes > before + 15)
    own_server.start()
    time.sleep(1)
    reports = burning.finish()
    copied, _answers = answers_of_the_copy(reports)
    assert_no_reader_saw_it(burning, reports)
    assert copied
    assert_index_equals_database()


@pytest.fixture(scope="session")
def three_nodes(tmp_path_factory):
    """Makes the cluster when it is asked for."""
    made = []

    def cluster():
        if not made:
            made.append(Nodes(tmp_path_factory.mktemp("cluster"), 3))
        return made[0]

    yield cluster
    for nodes in made:
        nodes.kill()


@pytest.fixture
def cluster(settings, three_nodes):
    """Three nodes that the settings name, all alive."""
    need_nodes(settings)
    nodes = three_nodes()
    settings.ELASTICSEARCH_URL = nodes.url
    settings.ELASTICSEARCH_INDEX = f"test-{secrets.token_hex(4)}"
    return nodes


@pytest.mark.either_database  # what is tried here is the server
def test_one_node_of_three_that_dies_is_not_seen_by_a_reader(cluster, fire):
    burning = fire(seed="cluster")
    cluster.wait_until_copied()
    burning.start_all(WRITERS, syncs=1, readers=2)
    wait_until(lambda: burning.changes > 5)
    done = PendingSync.objects.exclude(done_at=None)
    cluster.kill(cluster.port_of_primary(get_engine().server.alias))
    at_death = done.count()
    wait_until(lambda: done.count() > at_death + 20)
    reports = burning.finish()
    copied, answers = answers_of_the_copy(reports)
    assert_no_reader_saw_it(burning, reports)
    assert copied * 20 < answers, "the two that live answer"
    assert_index_equals_database()
