"""The outbox survives rollbacks, kills, a full disk and two workers at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partialmethod

import pytest
import time_machine
from celery import Celery
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from search import dictionary, documents, mapping, services, signals, tasks
from search.engines import get_engine
from search.engines.base import EngineError, IndexMissing, Put
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.locks import host_lock, shared_lock
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy_terms import build_schema
from search.finder import find
from search.models import (
    MOST_ATTEMPTS,
    DictionaryWord,
    LexiconWord,
    PendingSync,
    QueryLog,
    SuggestionTerm,
)
from search.query import SearchRequest
from search.services import outbox, queries, rebuilding, writing
from tests.factories.unions import MemberFactory, UnionFactory
from tests.search.conftest import PageDocument
from unions.models import Member, Union


def pending():
    return PendingSync.objects.filter(done_at=None)


def test_a_rollback_leaves_no_trace_of_the_change(index, engine):
    class Changed(Exception):
        pass

    def change_and_fail():
        with transaction.atomic():
            UnionFactory(name="没有发生")
            assert pending().exists()
            raise Changed

    with pytest.raises(Changed):
        change_and_fail()
    assert not pending().exists()
    index()
    assert find(SearchRequest("没有发生"), literal=True).total == 0


def test_a_save_is_noted_in_the_same_transaction(db, declared):
    union = UnionFactory()
    assert list(pending().values_list("kind", "key").distinct().order_by("kind")) == [
        ("person", str(union.pk)),
        ("union", str(union.pk)),
    ]


def test_saving_never_touches_the_index(db, declared, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "untouched"
    UnionFactory()
    assert not settings.SEARCH_INDEX_DIR.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_asks_once_for_a_sync(declared, settings, monkeypatch):
    asked = []
    monkeypatch.setattr(outbox, "nudge", lambda: asked.append(1))
    settings.SEARCH_NUDGE = True
    with transaction.atomic():
        UnionFactory()
        UnionFactory()
        assert asked == []
    assert asked == [1]


def test_a_missing_queue_folder_never_breaks_a_save(tmp_path, monkeypatch, caplog):
    app = Celery("lost", broker="filesystem://", set_as_current=False)
    missing = str(tmp_path / "gone")
    app.conf.broker_transport_options = {
        "data_folder_in": missing,
        "data_folder_out": missing,
        "control_folder": missing,
    }
    monkeypatch.setattr(outbox, "current_app", app)
    services.nudge()
    assert "follows with the next beat" in caplog.text


def test_what_the_engine_has_no_room_for_stays_pending_and_is_tried_later(
    index, engine, monkeypatch
):
    UnionFactory(name="会再来")
    number = pending().count()

    def full(*_args):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.tantivy._apply", full)
        assert index() == 0
    assert pending().count() == number
    assert set(pending().values_list("attempts", flat=True)) == {0}, "no row is to blame"
    assert "disk full" in PendingSync.objects.failing().first().error
    assert index() == 0, "it waits for its time"
    services.retry_now(pks=list(pending().values_list("pk", flat=True)))
    assert index() == number
    assert not pending().exists()


def test_a_row_that_the_index_refuses_is_given_up_until_someone_asks(
    index, engine, story, declared, monkeypatch
):
    page, other = story("年份不对"), story("年份对")
    prepare = declared[1].prepare
    with monkeypatch.context() as patch:
        patch.setattr(
            declared[1],
            "prepare",
            lambda row: replace(prepare(row), year=10**12) if row.pk == page.pk else prepare(row),
        )
        index()
        assert [row.key for row in PendingSync.objects.failing()] == [str(page.pk)]
        assert f"page:{other.pk}" in engine.ids()
        for _try in range(MOST_ATTEMPTS):
            PendingSync.objects.failing().update(retry_at=timezone.now())
            index()
        (row,) = PendingSync.objects.given_up()
        assert row.key == str(page.pk)
        assert row.error
    assert index() == 0, "it waits for someone"
    services.retry_now(pks=[row.pk])
    assert index() == 1
    assert f"page:{page.pk}" in engine.ids()


def test_what_a_rebuild_could_not_take_is_shown_by_the_next_sync(
    index, engine, story, declared, monkeypatch
):
    for number in range(20):
        page = story(f"第 {number} 篇")
    index()
    prepare = declared[1].prepare
    monkeypatch.setattr(
        declared[1],
        "prepare",
        lambda row: replace(prepare(row), year=10**12) if row.pk == page.pk else prepare(row),
    )
    services.rebuild()
    index()
    assert [row.key for row in PendingSync.objects.failing()] == [str(page.pk)]


def test_many_changes_are_worked_off_batch_by_batch(index):
    for _number in range(3):
        UnionFactory()
    number = pending().count()
    assert number > 4
    assert services.sync_pending(batch=2) == number
    assert not pending().exists()


def test_a_sync_ends_in_time_and_leaves_the_rest_due(index):
    for _number in range(3):
        UnionFactory()
    services.sync_pending(batch=2, seconds=0)
    assert pending().exists()


def test_an_index_of_another_pipeline_is_rebuilt_by_the_next_sync(
    index, engine, story, monkeypatch
):
    story("焊工")
    index()
    monkeypatch.setattr("search.text.PIPELINE_VERSION", 99)
    engine.forget()
    assert not engine.ready()
    index()
    assert engine.ready()
    assert find(SearchRequest("焊工")).total == 1


@pytest.mark.django_db
def test_without_an_index_the_first_sync_builds_the_whole(declared, settings, tmp_path):
    union = UnionFactory(name="早就有了")
    PendingSync.objects.all().delete()
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    services.sync_pending()
    assert f"union:{union.pk}" in get_engine().ids()


@pytest.mark.django_db
def test_a_sync_leaves_a_due_rebuild_to_a_task_that_may_take_its_time(
    declared, settings, tmp_path, monkeypatch
):
    """The sync's own limit would end the rebuild of a large site each time it is begun."""
    UnionFactory(name="还没索引")
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    sent = []
    with monkeypatch.context() as queue:
        queue.setattr(outbox, "_send", lambda task, **options: sent.append(task))
        assert services.sync_pending() == services.sync_pending() == 0
        assert sent == [tasks.rebuild_if_due.name], "once, although two syncs found it due"
        assert not get_engine().ready()
        assert pending().exists()
        assert tasks.rebuild_if_due.time_limit > 100 * settings.CELERY_TASK_TIME_LIMIT
        assert tasks.rebuild_if_due()
        DictionaryWord.objects.create(text="穗郃垚")
        services.sync_pending()
        assert len(sent) == 2
        assert dictionary.changed()
        assert tasks.rebuild_if_due()
    assert not dictionary.changed()
    assert not tasks.rebuild_if_due(), "nothing is due"
    assert find(SearchRequest("还没索引")).total == 1


def test_rows_that_were_done_long_ago_are_forgotten(index, engine):
    UnionFactory()
    index()
    PendingSync.objects.update(done_at="2020-01-01T00:00:00Z")
    services.sync_pending()
    assert not PendingSync.objects.exists()


def test_a_kind_that_is_no_longer_declared_leaves_the_index(index, engine):
    services.enqueue(kind="vanished", pk=1)
    with engine.writing() as writer:
        entry = {"kind": "vanished", "date": mapping.NO_DATE}
        writer.write([Put("vanished:1", entry)])
    index()
    assert "vanished:1" not in engine.ids()


@pytest.mark.parametrize("date", [datetime(2026, 4, 1), "2026-04-01"])
def test_a_row_with_a_senseless_date_is_reported_and_alone(
    index, story, declared, monkeypatch, date
):
    bad, _good = story("坏日期"), story("好日期")
    prepare = declared[1].prepare

    def with_bad_date(row):
        content = prepare(row)
        return replace(content, date=date) if row.pk == bad.pk else content

    monkeypatch.setattr(declared[1], "prepare", with_bad_date)
    index()
    assert [hit.title for hit in find(SearchRequest("日期")).hits] == ["好日期"]
    assert [row.key for row in PendingSync.objects.failing()] == [str(bad.pk)]


def test_a_change_of_something_related_is_noted_for_the_rows_it_concerns(db, declared, monkeypatch):
    monkeypatch.setattr(
        declared[0], "related", classmethod(lambda cls: [(Member, lambda row: [row.union_id])])
    )
    signals.connect(declared[0])
    member = MemberFactory()
    PendingSync.objects.all().delete()
    member.save()
    assert [(row.kind, row.key) for row in pending()] == [("union", str(member.union_id))]
    member.union = None
    PendingSync.objects.all().delete()
    member.save()
    assert not pending().exists()


def test_what_the_clock_alone_hides_leaves_the_index(index, engine, story, declared):
    page = story("限时的", expire_at=timezone.now() + timedelta(hours=1))
    index()
    assert f"page:{page.pk}" in engine.ids()

    class InTime(PageDocument):
        @classmethod
        def get_queryset(cls):
            return super().get_queryset().exclude(expire_at__lte=timezone.now())

        @classmethod
        def turning(cls, since, until):
            closed = Page.objects.filter(expire_at__gt=since, expire_at__lte=until)
            return closed.values_list("pk", flat=True)

    documents.registry["page"] = InTime  # `declared` puts the registry back
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        index()
    assert f"page:{page.pk}" not in engine.ids()


# Locks and kills


def test_a_second_writer_waits_and_then_gives_up_clearly(tmp_path):
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    with first.locked(), pytest.raises(EngineError), second.locked(wait=0.1):
        pass


@pytest.mark.parametrize("lock", [host_lock, shared_lock])
def test_who_works_in_a_loop_lets_the_others_have_their_turn(lock, tmp_path, db):
    """A rebuild gets the write lock although a sync takes it again the moment it lets go."""
    path, held, done = tmp_path / "writer.lock", threading.Event(), threading.Event()

    def work():
        while not done.is_set():
            with lock(path, 10):
                held.set()
                time.sleep(0.2)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert held.wait(10)
        for _time in range(3):
            with lock(path, 2):
                pass
    finally:
        done.set()
        worker.join()


def test_only_one_rebuild_runs_at_a_time(tmp_path):
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    with first.rebuilding(), pytest.raises(EngineError), second.rebuilding():
        pass


def test_a_rebuild_left_without_a_swap_leaves_nothing(tmp_path):
    engine = TantivyEngine(tmp_path)
    with engine.rebuilding() as building:
        assert building.path.exists()
    assert not list(tmp_path.glob("index-*"))
    with pytest.raises(IndexMissing):
        engine.ids()


def test_what_a_killed_rebuild_left_is_cleaned_up_and_the_previous_index_kept(tmp_path):
    engine = TantivyEngine(tmp_path)
    for _time in range(2):
        with engine.rebuilding() as building:
            building.swap()
    (tmp_path / "index-halfdone").mkdir()
    with engine.rebuilding() as building:
        building.swap()
    assert len(list(tmp_path.glob("index-*"))) == 2


WORKER = """
import sys
from pathlib import Path
from search.engines.base import Put
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.locks import host_lock, shared_lock
from search.engines.tantivy import TantivyEngine
from search.mapping import NO_DATE
with TantivyEngine(Path(sys.argv[1])).writing() as writer:
    for number in range(100_000):
        writer.write([Put(f"union:{number}", {"kind": "union", "date": NO_DATE})])
        print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_wrote_and_frees_the_lock(tmp_path):
    engine = TantivyEngine(tmp_path)
    with engine.rebuilding() as building:
        building.swap()
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    written = [process.stdout.readline().strip() for _line in range(3)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert written == ["0", "1", "2"]
    assert {f"union:{number}" for number in written} <= engine.ids()
    with engine.writing() as writer:
        writer.write([Put("union:after", {"kind": "union", "date": mapping.NO_DATE})])
    assert "union:after" in engine.ids()


def test_a_worker_that_dies_before_it_is_done_leaves_the_rows_pending(index, engine, monkeypatch):
    """The process dies after the index was written and before the rows were marked."""
    union = UnionFactory(name="半路")

    class Killed(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("search.models.PendingSync.objects.filter", die)
        with pytest.raises(Killed):
            services.sync_pending()
    assert pending().filter(key=str(union.pk)).exists()
    index()
    assert find(SearchRequest("半路")).total == 1
    assert not pending().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_an_older_state_never_overwrites_a_newer_one(engine, declared, monkeypatch, locked):
    """Two workers sync one row: the slow one read it before the change. With the lock held over
    read and write the newer state stays; without it the race is seen to happen."""
    union = UnionFactory(name="旧名焊工会")
    read = threading.Event()
    slow = threading.local()
    prepare = declared[0].prepare

    def prepare_slowly(row):
        content = prepare(row)
        if getattr(slow, "yes", False):
            read.set()
            time.sleep(1.0)
        return content

    monkeypatch.setattr(declared[0], "prepare", prepare_slowly)
    if not locked:
        for kind in (TantivyEngine, ElasticsearchEngine):
            monkeypatch.setattr(kind, "locked", lambda self, wait=0: nullcontext())

    def slow_worker():
        slow.yes = True
        services.sync(document=declared[0], pk=union.pk)
        connections.close_all()

    worker = threading.Thread(target=slow_worker)
    worker.start()
    assert read.wait(10)
    Union.objects.filter(pk=union.pk).update(name="新名焊工会")
    services.sync(document=declared[0], pk=union.pk)
    worker.join()
    engine.forget()
    titles = [hit.title for hit in find(SearchRequest("焊工会", kind="union")).hits]
    assert titles == (["新名焊工会"] if locked else ["旧名焊工会"])


def test_what_another_process_is_writing_is_left_to_it(embedded, monkeypatch):
    UnionFactory(name="别人在写")
    impatient = partialmethod(TantivyEngine.locked, wait=0.1)
    monkeypatch.setattr(TantivyEngine, "locked", impatient)
    with TantivyEngine(embedded.folder).locked():
        assert services.sync_pending() == 0
    assert not PendingSync.objects.failing().exists(), "nothing is wrong with the rows"
    assert services.sync_pending() > 0
    assert not pending().exists()


class Killed(BaseException):
    pass


def test_a_killed_rebuild_leaves_suggestions_and_words_as_they_were(
    index, engine, story, monkeypatch
):
    story("焊工的一天")
    index()
    kept = set(LexiconWord.objects.values_list("text", flat=True))
    assert "焊工" in kept

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mapping, "to_entry", die)
        with pytest.raises(Killed):
            services.rebuild()
    assert set(LexiconWord.objects.values_list("text", flat=True)) == kept
    assert SuggestionTerm.objects.filter(text="焊工的一天").exists()


def test_a_rebuild_forgets_words_and_suggestions_that_nothing_public_has(index, story):
    story("焊工的一天")
    index()
    LexiconWord.objects.create(text="旧词", pinyin="jiuci", first="旧", last="词", size=2)
    term = SuggestionTerm.objects.get(text="焊工的一天")
    term.pk, term.key = None, "0"
    term.save()
    services.rebuild()
    assert not LexiconWord.objects.filter(text="旧词").exists()
    assert LexiconWord.objects.filter(text="焊工").exists()
    assert SuggestionTerm.objects.get(text="焊工的一天").key != "0"


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_does_not_put_older_suggestions_in_place_of_newer(engine, declared, monkeypatch):
    """The rebuild reads a row, and is killed after a sync has written a newer state of it."""
    union = UnionFactory(name="旧名焊工会")
    read, changed, slow = threading.Event(), threading.Event(), threading.local()
    write_terms = services.write_terms

    def write_slowly(*args):
        if getattr(slow, "yes", False):
            read.set()
            changed.wait(1.0)
        found = write_terms(*args)
        if getattr(slow, "yes", False):
            raise Killed
        return found

    monkeypatch.setattr(writing, "write_terms", write_slowly)

    def rebuild():
        slow.yes = True
        with suppress(Killed):
            services.rebuild()
        connections.close_all()

    rebuilding = threading.Thread(target=rebuild)
    rebuilding.start()
    assert read.wait(10)
    Union.objects.filter(pk=union.pk).update(name="新名焊工会")
    services.sync(document=declared[0], pk=union.pk)
    changed.set()
    rebuilding.join()
    offered = SuggestionTerm.objects.filter(kind="union", key=str(union.pk))
    assert [term.text for term in offered] == ["新名焊工会"]


def test_what_fails_only_in_the_last_step_of_a_rebuild_is_shown_too(
    index, engine, story, declared, monkeypatch
):
    page = story("先好后坏")
    index()
    prepare, tries = declared[1].prepare, []

    def fail_the_second_time(row):
        tries.append(row)
        return replace(prepare(row), year=10**12 if len(tries) > 1 else None)

    monkeypatch.setattr(declared[1], "prepare", fail_the_second_time)
    monkeypatch.setattr(rebuilding, "ENOUGH_TO_SWAP", 0)
    services.rebuild()
    assert pending().filter(kind="page", key=str(page.pk)).exists()


def test_a_rebuild_does_what_was_pending_once(index, engine, story, monkeypatch):
    page, changed, gone = story("没有再变"), story("又变了"), story("撤下了")
    index()
    PendingSync.objects.update(done_at=timezone.now() - timedelta(hours=1))
    gone.unpublish()
    services.enqueue_many(keys=[("page", pk) for pk in (page.pk, page.pk, changed.pk)])
    PendingSync.objects.filter(kind=outbox.BRANCH).delete()
    written = []
    sync_keys = rebuilding.sync_keys

    def noting(writer, keys):
        written.extend(keys)
        return sync_keys(writer, keys)

    def meanwhile(*_progress):
        if ("page", str(changed.pk)) in written:
            Page.objects.filter(pk=changed.pk, title="又变了").update(title="变成这样")
            services.enqueue(kind="page", pk=changed.pk)

    monkeypatch.setattr(rebuilding, "sync_keys", noting)
    services.rebuild(progress=meanwhile)
    assert written.count(("page", str(page.pk))) == 1
    assert written.count(("page", str(changed.pk))) == 2
    assert not pending().exists()
    engine.forget()
    assert [hit.title for hit in find(SearchRequest("变成这样")).hits] == ["变成这样"]
    assert f"page:{gone.pk}" not in engine.ids()


def test_a_rebuild_replays_in_steps(index, engine, story, monkeypatch):
    for number in range(7):
        story(f"第 {number} 篇")
    index()
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    sizes = []
    sync_keys = rebuilding.sync_keys
    monkeypatch.setattr(
        rebuilding,
        "sync_keys",
        lambda writer, keys: sizes.append(len(keys)) or sync_keys(writer, keys),
    )
    PendingSync.objects.update(done_at=timezone.now())
    services.rebuild()
    assert len(sizes) > 4
    assert max(sizes) == 3


def test_a_rebuild_that_is_not_swapped_leaves_the_outbox_as_it_was(
    index, story, declared, monkeypatch
):
    for number in range(5):
        story(f"第 {number} 篇")
    before = pending().count()
    with monkeypatch.context() as patch:
        patch.setattr(mapping, "to_entry", lambda *_args: 1 / 0)
        with pytest.raises(services.SearchError):
            services.rebuild()
    assert pending().count() == before
    services.rebuild()
    assert not pending().exists()


# Branches of the page tree


def restrict(page):
    return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_a_restriction_reaches_the_branch_where_it_stands_now(index, story, engine):
    """The editor's page was loaded before another editor moved it."""
    elsewhere, branch = story("别处"), story("栏目")
    child = story("叶", parent=branch)
    stale = Page.objects.get(pk=branch.pk)
    Page.objects.get(pk=branch.pk).move(Page.objects.get(pk=elsewhere.pk), pos="last-child")
    index()
    assert f"page:{child.pk}" in engine.ids()
    restrict(stale)
    index()
    assert not engine.ids() & {f"page:{branch.pk}", f"page:{child.pk}"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not settings.DATABASE_URL, reason="SQLite lets one write after the other")
def test_a_page_moved_while_a_restriction_is_being_saved_is_restricted_too(index, story, engine):
    branch, page = story("栏目"), story("移来的")
    index()
    restricted, synced = threading.Event(), threading.Event()

    def restrict_slowly():
        with transaction.atomic():
            restrict(branch)
            restricted.set()
            synced.wait(10)
        connections.close_all()

    editor = threading.Thread(target=restrict_slowly)
    editor.start()
    assert restricted.wait(10)
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=branch.pk), pos="last-child")
    index()
    assert f"page:{page.pk}" in engine.ids(), "nobody else sees the restriction yet"
    synced.set()
    editor.join()
    index()
    assert f"page:{page.pk}" not in engine.ids()


def test_a_move_is_noted_in_its_own_transaction(index, story, engine):
    """The process dies before Wagtail says that the page was moved."""
    hidden, moved = story("内部"), story("要移的")
    child = story("叶", parent=moved)
    restrict(hidden)
    index()
    receivers = post_page_move.receivers
    post_page_move.receivers = []
    post_page_move.sender_receivers_cache.clear()
    try:
        Page.objects.get(pk=moved.pk).move(Page.objects.get(pk=hidden.pk), pos="last-child")
    finally:
        post_page_move.receivers = receivers
        post_page_move.sender_receivers_cache.clear()
    index()
    assert not engine.ids() & {f"page:{moved.pk}", f"page:{child.pk}"}


@pytest.mark.django_db(transaction=True)
def test_a_restriction_is_noted_although_the_process_dies_right_after_it(
    index, story, engine, monkeypatch
):
    page = story("马上受限")
    index()

    def die(**_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(services, "enqueue_subtree", die)
        with pytest.raises(Killed):
            restrict(page)
    assert PageViewRestriction.objects.filter(page=page).exists()
    with time_machine.travel(timezone.now() + outbox.ANNOUNCED * 2, tick=True):
        index()
    assert f"page:{page.pk}" not in engine.ids()


# The rest


def test_the_command_rebuilds_and_says_how_much(index, story, capsys):
    story("焊工")
    call_command("rebuild_index")
    assert "索引已换用" in capsys.readouterr().out
    call_command("rebuild_index", verbosity=0)
    assert capsys.readouterr().out == ""


def test_the_command_fails_clearly(index, monkeypatch):
    def refuse(**_options):
        raise services.SearchError("too_few", "新索引不全")

    monkeypatch.setattr(services, "rebuild", refuse)
    with pytest.raises(CommandError, match="新索引不全"):
        call_command("rebuild_index")


def test_a_field_type_without_translation_raises(monkeypatch):
    monkeypatch.setattr(mapping, "fields", lambda: {"place": {"type": "geo_point"}})
    with pytest.raises(ValueError, match="geo_point"):
        build_schema()


def test_the_fingerprint_follows_the_pipeline(monkeypatch):
    before = mapping.fingerprint()
    monkeypatch.setattr("search.text.PIPELINE_VERSION", 99)
    assert mapping.fingerprint() != before


def test_the_mapping_is_strict():
    assert mapping.mapping()["dynamic"] == "strict"


def test_a_page_saved_by_its_base_class_is_noted_too(db, declared, story):
    page = story("基类")
    PendingSync.objects.all().delete()
    Page.objects.get(pk=page.pk).save()
    assert pending().filter(kind="page", key=str(page.pk)).exists()


def test_a_flood_of_different_queries_does_not_fill_the_log(db, monkeypatch):
    monkeypatch.setattr(queries, "MOST_QUERIES_A_DAY", 3)
    for number in range(5):
        services.log_query(query=f"词 {number}", day=date(2026, 4, 1), hits=0, visitor="甲")
    services.log_query(query="词 0", day=date(2026, 4, 1), hits=0, visitor="乙")
    assert QueryLog.objects.count() == 3
    assert QueryLog.objects.get(query="词 0").count == 2
