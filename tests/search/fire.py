"""Processes that write, sync, rebuild and read at the same time, to be killed at any moment.

`python -m tests.search.fire FOLDER` gets Django ready once and then forks a process for each line
of its input (`{"role", "name", "seed"}`), so that a killed one is replaced at once. Each works
until the file `stop` is in FOLDER. All end when the input ends.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import django
from django.db import DatabaseError, connection, transaction

ROOT = Path(__file__).resolve().parent.parent.parent
# Words that no dictionary splits.
ALWAYS, EDITED, NEVER = "alwayspublic", "everedited", "neverpublic"
SECTIONS = 3


class Folder:
    """Where the processes meet: what they report, and the sign to stop."""

    def __init__(self, path):
        self.path = Path(path)

    @property
    def stopped(self):
        return (self.path / "stop").exists()

    def stop(self):
        (self.path / "stop").touch()

    def report(self, name, **found):
        aside = self.path / f"{name}.new"
        aside.write_text(json.dumps(found, ensure_ascii=False))
        aside.replace(self.path / f"{name}.json")

    def reports(self):
        return {path.stem: json.loads(path.read_text()) for path in self.path.glob("*.json")}

    def complain(self, name, error):
        with (self.path / "errors").open("a") as file:
            file.write(f"{name}: {type(error).__name__}: {error}\n")

    @property
    def errors(self):
        path = self.path / "errors"
        return path.read_text().splitlines() if path.exists() else []


# What the processes do (imports of the product come after `django.setup`)


def main(folder):
    django.setup()
    from wagtail import hooks  # noqa: PLC0415

    from search import documents, signals, text  # noqa: PLC0415
    from tests.search.conftest import PageDocument, UnionDocument  # noqa: PLC0415

    for document in list(documents.registry.values()):
        signals.disconnect(document)
    documents.registry.clear()
    for document in (UnionDocument, PageDocument):
        documents.register(document)
        signals.connect(document)
    text.words("what is slow the first time is done once, before the processes part")
    hooks.search_for_hooks()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # Popen and waitpid work as usual
            status = 1
            try:
                ROLES[asked["role"]](Folder(folder), asked["name"], random.Random(asked["seed"]))
                status = 0
            except Exception as error:  # noqa: BLE001  (the test reads what went wrong)
                Folder(folder).complain(asked["name"], error)
            finally:
                os._exit(status)
        print(pid, flush=True)
    os.killpg(0, signal.SIGKILL)


def write(folder, name, rng):
    """Change pages and unions of its own, and restrict the sections of all."""
    writer = Editor(name, rng)
    done, failed = Counter(), Counter()
    while not folder.stopped:
        change = rng.choices(list(writer.changes), list(writer.changes.values()))[0]
        try:
            change()
        except DatabaseError as error:  # busy or deadlocked: an editor would try again
            failed[type(error).__name__] += 1
        done[change.__name__] += 1
        folder.report(name, done=done, failed=failed)
        time.sleep(rng.random() * 0.05)


class Editor:
    """The changes of one writer. Only it writes its pages: Wagtail's tree has no locks."""

    def __init__(self, name, rng):
        from wagtail.models import Page, PageViewRestriction  # noqa: PLC0415

        from unions.models import Union  # noqa: PLC0415

        self.pages, self.restrictions, self.unions = Page, PageViewRestriction, Union
        self.name, self.rng, self.made = name, rng, 0
        self.changes = {
            self.create: 3,
            self.edit: 5,
            self.edit_what_is_always_public: 3,
            self.edit_what_is_never_public: 2,
            self.publish: 2,
            self.unpublish: 2,
            self.restrict: 2,
            self.lift: 2,
            self.move: 4,
            self.move_section: 1,
            self.delete: 2,
            self.roll_back: 2,
            self.rename_union: 3,
        }

    def _sections(self):
        return list(self.pages.objects.filter(slug__startswith=f"{self.name}-section-"))

    def _page(self):
        found = self.pages.objects.filter(slug__startswith=f"{self.name}-story-")
        pks = list(found.order_by("pk").values_list("pk", flat=True))
        return self.pages.objects.get(pk=self.rng.choice(pks)) if pks else None

    def _any_section(self):
        found = self.pages.objects.filter(slug__contains="-section-").order_by("pk")
        return self.rng.choice(list(found))

    def create(self):
        self.made += 1
        title = f"{self.name} 的第 {self.made} 篇"
        page = self.pages(
            title=title, slug=f"{self.name}-story-{self.made}", live=self.rng.random() < 0.7
        )
        self.rng.choice(self._sections()).add_child(instance=page)

    def edit(self):
        if page := self._page():
            page.title = f"{self.name} 改了第 {self.rng.randrange(10**6)} 次"
            page.save()

    def edit_what_is_always_public(self):
        page = self.pages.objects.get(slug=f"{self.name}-edited")
        page.title = f"{EDITED} 第 {self.rng.randrange(10**6)} 版"
        page.save()

    def edit_what_is_never_public(self):
        for slug in (f"{self.name}-draft", f"{self.name}-locked"):
            page = self.pages.objects.get(slug=slug)
            page.title = f"{NEVER} 第 {self.rng.randrange(10**6)} 版"
            page.save()

    def publish(self):
        if page := self._page():
            page.title = f"{self.name} 发布 {self.rng.randrange(10**6)}"
            page.save_revision().publish()

    def unpublish(self):
        if page := self._page():
            page.unpublish()

    def restrict(self):
        self.restrictions.objects.create(
            page=self._any_section(), restriction_type=self.restrictions.LOGIN
        )

    def lift(self):
        found = list(self.restrictions.objects.filter(page__slug__contains="-section-"))
        if found:
            self.rng.choice(found).delete()

    def move(self):
        if page := self._page():
            page.move(self.rng.choice(self._sections()), pos="last-child")

    def move_section(self):
        first, second, *_others = self._sections()
        inner, outer = self.rng.sample([first, second], 2)
        if inner.is_descendant_of(outer):
            inner.move(outer.get_parent(), pos="last-child")
        elif not outer.is_descendant_of(inner):
            inner.move(outer, pos="last-child")

    def delete(self):
        if page := self._page():
            page.delete()

    def roll_back(self):
        with suppress(RolledBack), transaction.atomic():
            for change in (self.edit, self.create, self.delete, self.restrict, self.rename_union):
                change()
            raise RolledBack

    def rename_union(self):
        union = self.unions.objects.get(code=self.name)
        union.name = f"{self.name} 工会 {self.rng.randrange(10**6)}"
        union.short_name = self.rng.choice(["隐", ""])
        union.save()


class RolledBack(Exception):
    pass


def sync(folder, name, rng):
    from search import services  # noqa: PLC0415

    while not folder.stopped:
        services.sync_pending(batch=rng.choice([5, 50, 2000]), seconds=2)
        time.sleep(0.2)


def rebuild(folder, name, rng):
    from search import services  # noqa: PLC0415
    from search.engines.base import EngineError  # noqa: PLC0415
    from search.services import outbox, rebuilding, writing  # noqa: PLC0415
    from search.services.writing import SearchError  # noqa: PLC0415

    for module in (outbox, rebuilding, writing):
        module.BATCH = 25  # many steps, so that a kill meets each
    while not folder.stopped:
        try:
            services.rebuild()
        # The lock of one killed a moment ago, a server that is away, or a small site that grew by a
        # tenth since the last look: tried again, as a sync does.
        except (EngineError, SearchError):
            time.sleep(0.1)
        else:
            (folder.path / f"rebuilt-{name}-{time.monotonic_ns()}").touch()


def read(folder, name, rng):
    """Search for what is always and what is never there; report how often, and what was wrong."""
    from search.engines import get_engine  # noqa: PLC0415
    from search.engines.guarded import GuardedEngine  # noqa: PLC0415
    from search.finder import find  # noqa: PLC0415
    from search.query import SearchRequest  # noqa: PLC0415

    expected = json.loads(os.environ["FIRE"])["expected"]
    answers, wrong, slowest = Counter(), [], 0.0
    engine = get_engine()
    if isinstance(engine, GuardedEngine):
        answer = engine.copy.search
        engine.copy.search = lambda plan: answers.update(copy=1) or answer(plan)
    while not folder.stopped:
        words = rng.choice([*expected, NEVER])
        began = time.monotonic()
        found = find(SearchRequest(words), literal=True)
        slowest = max(slowest, time.monotonic() - began)
        answers[words] += 1
        if found.total != expected.get(words, 0) or found.degraded:
            titles = [hit.title for hit in found.hits]
            wrong.append(f"{words}: {found.total}, degraded {found.degraded}, {titles}")
        time.sleep(0.01)
    folder.report(name, answers=answers, wrong=wrong, slowest=slowest)


ROLES = {"write": write, "sync": sync, "rebuild": rebuild, "read": read}


# What the test holds


class Fire:
    """The processes of one test. `start` them, `kill` what may be killed, `finish` asks the others
    to end and returns what they report."""

    def __init__(self, folder, settings, expected, seed):
        self.folder = Folder(folder)
        self.rng = random.Random(seed)
        self.running = {}
        given = {
            "database": str(connection.settings_dict["NAME"]),
            "index_folder": str(settings.SEARCH_INDEX_DIR),
            "url": settings.ELASTICSEARCH_URL,
            "prefix": settings.ELASTICSEARCH_INDEX,
            "expected": expected,
        }
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.search.fire_settings",
            "FIRE": json.dumps(given),
            "TMPDIR": str(folder),
            "LOG_LEVEL": "ERROR",
        }
        self.log = (self.folder.path / "log").open("w")
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.search.fire", str(folder)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        assert self.parent.stdout.readline() == "ready\n", self.said

    @property
    def said(self):
        return (self.folder.path / "log").read_text()[-4000:]

    @property
    def rebuilt(self):
        """How many rebuilds were finished."""
        return len(list(self.folder.path.glob("rebuilt-*")))

    def start(self, role, name):
        """Fork a process of `role`; `name` is that of its report."""
        asked = {"role": role, "name": name, "seed": self.rng.random()}
        self.parent.stdin.write(json.dumps(asked) + "\n")
        self.parent.stdin.flush()
        self.running[name] = (role, int(self.parent.stdout.readline()))

    def start_all(self, writers, *, syncs=0, rebuilds=0, readers=0):
        """Start processes that are called `sync-1`, `sync-2`, `rebuild-1`, `reader-1` …"""
        for name in writers:
            self.start("write", name)
        for role, name, count in (
            ("sync", "sync", syncs),
            ("rebuild", "rebuild", rebuilds),
            ("read", "reader", readers),
        ):
            for number in range(1, count + 1):
                self.start(role, f"{name}-{number}")

    def kill(self, name):
        """SIGKILL; a new one takes its place. False where it had ended by itself."""
        role, pid = self.running[name]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.start(role, name)
        return True

    @property
    def changes(self):
        """How many changes the writers have tried."""
        found = self.folder.reports().values()
        return sum(sum(report["done"].values()) for report in found if "done" in report)

    def burn(self, names, *, kills, changes, pause=0.3, seconds=90):
        """Kill one of `names` at random moments, until there were so many kills and changes and
        then a rebuild that was not killed; give up after `seconds`."""
        until, killed = time.monotonic() + seconds, 0
        while killed < kills or self.changes < changes:
            assert not self.folder.errors, self.folder.errors
            assert time.monotonic() < until, self.said
            time.sleep(self.rng.random() * 2 * pause)
            killed += self.kill(self.rng.choice(names))
        before, left = self.rebuilt, until - time.monotonic()
        while self.rebuilt == before:
            assert not self.folder.errors, self.folder.errors
            assert time.monotonic() < until, (
                f"no rebuild in {left:.0f} s after {killed} kills, {self.changes} changes and "
                f"{before} rebuilds\n{self.said}"
            )
            time.sleep(0.1)

    def finish(self, seconds=30.0):
        """Let all end, and return the reports by name."""
        self.folder.stop()
        until = time.monotonic() + seconds
        for name, (_role, pid) in self.running.items():
            while is_alive(pid):
                assert time.monotonic() < until, f"{name} does not end: {self.said}"
                time.sleep(0.05)
        return self.folder.reports()

    def close(self):
        self.parent.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(self.parent.pid, signal.SIGKILL)
        self.parent.wait()
        self.parent.stdout.close()
        self.log.close()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
