"""A view is noted without SQL and counted exactly once, whatever crashes in between."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from engagement import services, spool
from engagement.models import FlushedFile, PageViews
from engagement.tasks import flush_counters

DAY = date(2026, 4, 23)
FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A spool of this test's own."""
    settings.COUNTER_DIR = tmp_path / "counters"
    yield settings.COUNTER_DIR
    services.writer().close()


def leave_a_file(folder: Path, content: bytes, name: str = "1-a.views") -> Path:
    """A file as a process that is gone left it."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def flush() -> int:
    services.writer().close()
    return services.flush_counters()


@pytest.mark.django_db
def test_views_are_counted_per_day_page_and_union():
    for _ in range(3):
        services.record_view(page_id=7, union_id=2)
    services.record_view(page_id=7, union_id=None)
    services.record_view(page_id=8, union_id=2)
    flush()
    today = timezone.localdate()
    assert set(PageViews.objects.values_list("day", "page_id", "union_id", "views")) == {
        (today, 7, 2, 3),
        (today, 7, 0, 1),
        (today, 8, 2, 1),
    }
    assert PageViews.objects.total_of(7) == 4


@pytest.mark.django_db
def test_a_view_sends_no_sql(django_assert_num_queries):
    with django_assert_num_queries(0):
        services.record_view(page_id=7, union_id=2)


@pytest.mark.django_db
def test_the_day_of_a_view_is_the_local_one():
    services.record_view(page_id=7, union_id=2, now=datetime(2026, 4, 22, 16, 30, tzinfo=UTC))
    flush()
    assert PageViews.objects.get().day == date(2026, 4, 23)


@pytest.mark.django_db
def test_midnight_begins_a_new_day():
    with time_machine.travel(datetime(2026, 4, 22, 15, 59, 59, tzinfo=UTC), tick=False) as clock:
        services.record_view(page_id=7, union_id=2)
        clock.shift(1)
        services.record_view(page_id=7, union_id=2)
    flush()
    assert dict(PageViews.objects.values_list("day", "views")) == {
        date(2026, 4, 22): 1,
        date(2026, 4, 23): 1,
    }


@pytest.mark.django_db
def test_later_views_add_to_what_is_counted():
    services.record_view(page_id=7, union_id=2)
    flush()
    services.record_view(page_id=7, union_id=2)
    flush()
    assert PageViews.objects.get().views == 2


@pytest.mark.django_db
def test_a_file_that_is_being_written_is_left_alone_and_counted_later():
    services.record_view(page_id=7, union_id=2)
    assert services.flush_counters() == 0
    assert flush() == 1
    assert PageViews.objects.get().views == 1


@pytest.mark.django_db
def test_an_idle_process_gives_its_file_up_by_itself(folder):
    writer = spool.Writer(folder, open_for=0.05)
    writer.append(spool.line(DAY, 7, 2))
    deadline = time.monotonic() + 5
    while not services.flush_counters():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert PageViews.objects.get().views == 1


@pytest.mark.django_db
def test_a_counted_file_is_removed(folder):
    path = leave_a_file(folder, spool.line(DAY, 7, 2))
    flush_counters.delay()
    assert not path.exists()
    assert FlushedFile.objects.filter(name=path.name).exists()


@pytest.mark.django_db
def test_a_crash_between_commit_and_removal_does_not_count_twice(folder, monkeypatch):
    path = leave_a_file(folder, spool.line(DAY, 7, 2) * 5)

    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            services.flush_counters()
    assert path.exists()
    assert services.flush_counters() == 0
    assert PageViews.objects.get().views == 5
    assert not path.exists()


@pytest.mark.django_db
def test_without_the_name_of_the_file_that_crash_would_count_twice(folder):
    path = leave_a_file(folder, spool.line(DAY, 7, 2) * 5)
    services._count(path.name, path.read_bytes())
    FlushedFile.objects.all().delete()
    services.flush_counters()
    assert PageViews.objects.get().views == 10


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_the_commit_counts_nothing_and_later_all(folder, monkeypatch):
    leave_a_file(folder, spool.line(DAY, 7, 2) * 5)
    with monkeypatch.context() as patched:
        patched.setattr(spool, "tally", lambda content: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.flush_counters()
    assert not FlushedFile.objects.exists()
    assert services.flush_counters() == 1
    assert PageViews.objects.get().views == 5


@pytest.mark.django_db
def test_a_torn_line_is_left_out_and_the_rest_counted(folder, caplog):
    whole = spool.line(DAY, 7, 2)
    leave_a_file(folder, whole + b"2026-04\n" + whole + b"\0\0\0\n" + whole + b"2026-04-23 7 ")
    with caplog.at_level(logging.WARNING):
        services.flush_counters()
    assert PageViews.objects.get().views == 3
    assert "torn" in caplog.text


@pytest.mark.django_db
def test_a_full_disk_does_not_break_the_page(monkeypatch, caplog):
    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        services.record_view(page_id=7, union_id=2)
    services.record_view(page_id=7, union_id=2)
    flush()
    assert PageViews.objects.get().views == 1
    assert "not counted" in caplog.text


@pytest.mark.django_db
def test_half_a_line_never_gets_a_second_half(monkeypatch):
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda fd, line: write(fd, line[:9]))
        services.record_view(page_id=7, union_id=2)
    services.record_view(page_id=7, union_id=2)
    flush()
    assert PageViews.objects.get().views == 1


@pytest.mark.django_db
def test_threads_lose_nothing():
    def views():
        for _ in range(500):
            services.record_view(page_id=7, union_id=2)

    threads = [threading.Thread(target=views) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    flush()
    assert PageViews.objects.get().views == 4000


def write_views(folder: Path, count: int, then_die: bool = False) -> None:
    writer = spool.Writer(folder, open_for=0.01)
    for _ in range(count):
        writer.append(spool.line(DAY, 7, 2))
    if then_die:
        os.kill(os.getpid(), signal.SIGKILL)
    writer.close()
    os._exit(0)


@pytest.mark.django_db
def test_processes_lose_nothing_while_their_files_are_flushed(folder):
    processes = [FORK.Process(target=write_views, args=(folder, 2000)) for _ in range(4)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        services.flush_counters()
    for process in processes:
        process.join()
    services.flush_counters()
    assert PageViews.objects.get().views == 8000


@pytest.mark.django_db
def test_a_killed_process_loses_nothing_that_it_noted(folder):
    process = FORK.Process(target=write_views, args=(folder, 321, True))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert services.flush_counters() == 1
    assert PageViews.objects.get().views == 321


@pytest.mark.django_db
def test_a_forked_process_writes_to_a_file_of_its_own(folder):
    services.record_view(page_id=7, union_id=2)

    def child():
        services.record_view(page_id=7, union_id=2)
        os._exit(0)

    process = FORK.Process(target=child)
    process.start()
    process.join()
    assert len(spool.finished(folder)) == 2
    assert flush() == 2
    assert PageViews.objects.get().views == 2


@pytest.mark.django_db(transaction=True)
def test_two_flushers_at_once_count_each_file_once(folder):
    for number in range(30):
        leave_a_file(folder, spool.line(DAY, 7, 2) * 10, f"{number}-x.views")
    barrier = threading.Barrier(3)
    counted = []

    def run():
        barrier.wait()
        try:
            counted.append(services.flush_counters())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.flush_counters()
    assert PageViews.objects.get().views == 300
    assert FlushedFile.objects.count() == 30


def test_a_file_that_another_counted_meanwhile_is_not_read_again(folder, monkeypatch):
    path = leave_a_file(folder, spool.line(DAY, 7, 2))
    real = spool.fcntl.flock

    def late(descriptor, how):
        path.unlink()
        real(descriptor, how)

    monkeypatch.setattr(spool.fcntl, "flock", late)
    with spool.claimed(path) as content:
        assert content is None


@pytest.mark.django_db
def test_names_of_files_are_forgotten_after_two_days(folder):
    with time_machine.travel("2026-04-20 08:00+08:00"):
        leave_a_file(folder, spool.line(DAY, 7, 2))
        services.flush_counters()
    with time_machine.travel("2026-04-23 08:00+08:00"):
        services.flush_counters()
    assert not FlushedFile.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_a_second_counter_of_the_same_page_and_day():
    PageViews.objects.create(day=DAY, page_id=1, union_id=1, views=1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor():
        PageViews.objects.create(day=DAY, page_id=1, union_id=1, views=1)


@pytest.mark.django_db
def test_with_no_name_to_forget_nothing_is_written(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        services.flush_counters()
    assert asked.captured_queries[0]["sql"].startswith("SELECT")
