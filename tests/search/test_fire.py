"""Writing, syncing and rebuilding at once, in real processes that are killed at any moment."""

import time

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from search import services
from search.documents import registry
from search.engines import get_engine
from search.engines.guarded import GuardedEngine
from search.models import PendingSync, SuggestionTerm
from search.query import Or, Plan, Term
from tests.factories.unions import UnionFactory
from tests.search.fire import ALWAYS, EDITED, NEVER, SECTIONS, Fire

WRITERS = ("w1", "w2")
ALWAYS_THERE = 30

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(declared, index_folder):
    """Pages for readers and writers; returns how many a reader must always find, by word."""
    registry.pop("person")
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
            for story in range(10):
                add(section, f"{name}-story-{number}-{story}", f"{name} 稿件 {number} {story}")
    return {ALWAYS: ALWAYS_THERE, EDITED: len(WRITERS)}


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
    assert not fire.folder.errors, fire.said
    for name, report in reports.items():
        if name.startswith("reader"):
            assert not report["wrong"], name
            assert min(report["answers"][word] for word in (ALWAYS, EDITED, NEVER)) > 5, name


@pytest.mark.parametrize("engine_name", ["embedded", "elasticsearch"])
def test_rebuilds_and_syncs_that_are_killed_at_any_moment_lose_nothing(
    engine_name, request, fire, settings
):
    if engine_name == "elasticsearch":
        request.getfixturevalue("server")
    burning = fire(seed=engine_name)
    for name in WRITERS:
        burning.start("write", name)
    for name in ("sync-1", "sync-2", "rebuild"):
        burning.start(name.partition("-")[0], name)
    for name in ("reader-1", "reader-2"):
        burning.start("read", name)
    kills = burning.burn(10, ["sync-1", "sync-2", "rebuild"])
    reports = burning.finish()
    print(kills, reports, burning.folder.errors, len(list(burning.folder.path.glob("rebuilt*"))))
    assert kills > 10
    assert_no_reader_saw_it(burning, reports)
    assert_index_equals_database()
