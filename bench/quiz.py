"""Competitions: an attempt beside bare statements, boards beside bare queries, a bank, a spike.

    python bench/quiz.py [--quick] [--standings 200000] [--unions 5000] [--attempts 9000]
                         [--database URL]

Makes a competition of a whole province in an empty database (SQLite in a temporary folder without
`--database`). Attempts are sat over HTTP; beside them a bare Django view under the same server
sends as many bare SQL statements. Boards are asked in this process through `quiz.boards`, from SQL
and, where the machine has one, from a Redis of our own. A second server has the queue on, for a
crowd that begins in one second. It takes one to two minutes, half a minute with `--quick`: a
bank of 3,000 questions instead of 9,000 then, and smaller crowds. The last line is JSON.
"""

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true")
parser.add_argument("--standings", type=int)
parser.add_argument("--unions", type=int)
parser.add_argument("--attempts", type=int, help="whose standings are rebuilt")
parser.add_argument("--database", default="", help="an empty database; SQLite without it")
arguments = parser.parse_args()

ROOT = Path(__file__).resolve().parent.parent
STATE = tempfile.TemporaryDirectory(prefix="gongsheng-bench-")
os.environ["VAR_DIR"] = STATE.name
# Empty, not absent: a `.env` must not lead a benchmark to a real database.
os.environ |= dict.fromkeys(["REDIS_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL"], "")
os.environ["DATABASE_URL"] = arguments.database
os.environ["QUIZ_STARTS_PER_SECOND"] = "0"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PYTHONPATH"] = str(ROOT)
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.pages import free_port, granian  # noqa: E402
from bench.quiz_bank import bank_results  # noqa: E402
from bench.quiz_boards import board_results, redis_results, union_results  # noqa: E402
from bench.quiz_queue import Saver, percentile, queue_results  # noqa: E402
from bench.quiz_standings import rebuild_results  # noqa: E402
from bench.report import Result, paired, publish, result  # noqa: E402
from quiz import services  # noqa: E402
from quiz.models import Attempt, Competition  # noqa: E402
from unions.models import Member  # noqa: E402

TOKEN = "b" * 32
SPIKE_ANSWERS = 2000
SPIKE_CLIENTS = 32
# As the settings have it where nobody says otherwise; a smaller run gets a smaller burst.
STARTS, STARTS_RATE, STARTS_BURST = 1000, 50, 200
SAVERS = 20
KINDS = ("start", "save", "submit")


# Clients


class Asker:
    """One kept connection with a member's session; notes how long each kind of request took."""

    def __init__(self, port: int, session: str = ""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}; sessionid={session}"}
        self.taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.statuses: Counter[int] = Counter()

    def post(self, kind: str, path: str, body: dict | None = None) -> str:
        """The `Location` of the reply, or its body."""
        headers = self.headers | ({"Content-Type": "application/json"} if body else {})
        began = time.perf_counter()
        self.connection.request("POST", path, json.dumps(body) if body else "", headers)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        self.taken[kind].append(time.perf_counter() - began)
        self.statuses[reply.status] += 1
        return reply.getheader("Location") or text


def sessions_of(members: list[Member]) -> list[str]:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    with transaction.atomic():
        for member in members:
            session = store()
            session[SESSION_KEY] = str(member.pk)
            session[BACKEND_SESSION_KEY] = "unions.auth.PhoneOrUsernameBackend"
            session[HASH_SESSION_KEY] = member.get_session_auth_hash()
            session.save()
            keys.append(session.session_key)
    return keys


def entries_of(attempt: Attempt) -> list[dict]:
    """A reply to each question."""
    return [
        {"question": number, "sequence": 1, "options": [item.options[0][0]]}
        for number, item in enumerate(attempt.drawn().items, start=1)
    ]


# An attempt, over HTTP


def sit(asker: Asker, competition: Competition) -> None:
    """Start, save every answer by itself, hand in."""
    location = asker.post("start", reverse("quiz:start", args=[competition.slug]))
    uuid = location.split("/")[4]
    address = f"/competitions/{competition.slug}/attempts/{uuid}/"
    for entry in entries_of(Attempt.objects.get(uuid=uuid)):
        asker.post("save", f"{address}answers/", entry)
    asker.post("submit", f"{address}submit/")


def statements(competition: Competition, member: Member) -> dict[str, tuple[int, int]]:
    """(reads, writes) that the server sends per kind of request, counted in this process."""
    client = django.test.Client(headers={"host": "127.0.0.1"})
    client.force_login(member, backend="unions.auth.PhoneOrUsernameBackend")
    found = {}

    def counted(kind: str, ask: Callable[[], object]) -> None:
        with CaptureQueriesContext(connection) as captured:
            ask()
        verbs = Counter(query["sql"].split(" ", 1)[0] for query in captured)
        found[kind] = verbs["SELECT"], verbs["INSERT"] + verbs["UPDATE"]

    counted("start", lambda: client.post(reverse("quiz:start", args=[competition.slug])))
    attempt = Attempt.objects.get(member=member)
    address = f"/competitions/{competition.slug}/attempts/{attempt.uuid}/"
    first, second = entries_of(attempt)[:2]
    client.post(f"{address}answers/", first, content_type="application/json")
    counted(
        "save",
        lambda: client.post(f"{address}answers/", second, content_type="application/json"),
    )
    counted("submit", lambda: client.post(f"{address}submit/"))
    return found


def bare_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id integer PRIMARY KEY, body text NOT NULL)")
        for number in range(1, 1001):
            cursor.execute("INSERT INTO bench_bare VALUES (%s, 'x')", [number])


def life_cycle(
    ports: tuple[int, int], competition: Competition, sessions: list[str], rounds: int, lives: int
) -> list[Result]:
    member = Member.objects.filter(username__startswith=services.scale.MARK).order_by("-pk")[0]
    sent = statements(competition, member)
    print("statements (reads, writes):", sent)
    questions = len(Attempt.objects.get(member=member).paper)
    remaining, ours = iter(sessions), [Asker(ports[0])]
    theirs = Asker(ports[1])

    def attempts() -> float:
        askers = [Asker(ports[0], next(remaining)) for _life in range(lives)]
        began = time.perf_counter()
        for asker in askers:
            sit(asker, competition)
        ours.extend(askers)
        return time.perf_counter() - began

    def bare() -> float:
        theirs.connection.close()  # the server has dropped it while the other side was measured
        began = time.perf_counter()
        for _life in range(lives):
            for kind, count in (("start", 1), ("save", questions), ("submit", 1)):
                for _number in range(count):
                    theirs.post(kind, "/{}/{}/".format(*sent[kind]))
        return time.perf_counter() - began

    ratio = paired(attempts, bare, rounds)
    refused = {s for asker in [*ours, theirs] for s in asker.statuses if s not in (200, 302)}
    if refused:
        raise SystemExit(f"the server answered {refused}")
    taken = {kind: [t for asker in ours for t in asker.taken[kind]] for kind in KINDS}
    results = [
        result(
            "attempt: start, saves, submit / bare statements",
            ratio,
            0.6,
            note=", ".join(
                f"{kind} {statistics.median(taken[kind]) * 1e3:.1f} ms beside "
                f"{statistics.median(theirs.taken[kind]) * 1e3:.1f}"
                for kind in KINDS
            ),
        )
    ]
    for kind in ("save", "submit"):
        middle, end = statistics.median(taken[kind]), percentile(taken[kind], 0.99)
        note = f"{middle * 1e3:.1f} and {end * 1e3:.1f} ms, {len(taken[kind])} requests"
        results.append(
            result(f"attempt: p99 of {kind} / p50", end / middle, 10, at_least=False, note=note)
        )
    return results


# A spike


def spike(port: int, competition: Competition, members: list[Member], answers: int) -> list[Result]:
    """`answers` replies, all meant for one second, from members who are in the middle of it."""
    sessions = sessions_of(members)
    attempts = [services.start_attempt(competition=competition, member=m) for m in members]
    work = [
        (session, attempt, entry)
        for session, attempt in zip(sessions, attempts, strict=True)
        for entry in entries_of(attempt)
    ][:answers]
    lock, told, statuses = threading.Lock(), Counter(), Counter()
    begin = threading.Barrier(SPIKE_CLIENTS + 1)
    askers = [Asker(port) for _client in range(SPIKE_CLIENTS)]

    def run(number: int) -> None:
        asker = askers[number]
        begin.wait()
        for session, attempt, entry in work[number::SPIKE_CLIENTS]:
            asker.headers["Cookie"] = f"csrftoken={TOKEN}; sessionid={session}"
            address = f"/competitions/{competition.slug}/attempts/{attempt.uuid}/answers/"
            asker.post("save", address, entry)
            if list(asker.statuses) == [200]:
                with lock:
                    told[attempt.pk, entry["question"]] += 1

    threads = [threading.Thread(target=run, args=(n,)) for n in range(SPIKE_CLIENTS)]
    for thread in threads:
        thread.start()
    begin.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    for asker in askers:
        statuses += asker.statuses
    stored = {
        (attempt.pk, int(number))
        for attempt in Attempt.objects.filter(pk__in=[a.pk for a in attempts])
        for number in attempt.answers
    }
    taken = [t for asker in askers for t in asker.taken["save"]]
    rate = len(work) / seconds
    note = (
        f"{len(work):,} answers of one second taken in {seconds:.1f} s ({rate:.0f} a second on "
        f"{os.cpu_count()} cores that also send them), p50 {statistics.median(taken) * 1e3:.0f} "
        f"and p99 {percentile(taken, 0.99) * 1e3:.0f} ms, replies {dict(statuses)}"
    )
    lost = len(set(told) - stored)
    return [
        result("spike: answers refused or lost", len(work) - len(told) + lost, 0, at_least=False,
               note=note),
        result("spike: answers a second / 2,000", rate / SPIKE_ANSWERS, 1, note="of this machine"),
    ]  # fmt: skip


def starts(port: int, competition: Competition, members: list[Member], burst: int) -> list[Result]:
    """All of `members` but the first few begin within a second; those answer meanwhile."""
    answering, crowd = members[:SAVERS], members[SAVERS:]
    attempts = [services.start_attempt(competition=competition, member=m) for m in answering]
    savers = [
        Saver(session, reverse("quiz:answers", args=[competition.slug, attempt.uuid]), entries)
        for session, attempt in zip(sessions_of(answering), attempts, strict=True)
        if (entries := entries_of(attempt))
    ]
    path = reverse("quiz:start", args=[competition.slug])
    return queue_results(port, path, sessions_of(crowd), savers, rate=STARTS_RATE, burst=burst)


def shown(what: str, done: int, total: int) -> None:
    if done == total:
        print(f"{what} {total:,}")


def main() -> None:
    quick = arguments.quick
    standings = arguments.standings or (20_000 if quick else 200_000)
    unions = arguments.unions or (1_000 if quick else 5_000)
    attempts = arguments.attempts or (1_800 if quick else 9_000)
    rounds, lives = (3, 3) if quick else (5, 6)
    # Ended from outside, the servers end too.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
    began = time.perf_counter()
    # The tables as the models say: going through all migrations takes longer than the rest.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    competition = services.generate_scale(
        standings=standings,
        unions=unions,
        questions=3_000 if quick else 9_000,
        progress=shown,
    )
    bare_table()
    print(
        f"{connection.vendor}, {standings:,} standings, {unions:,} unions, made in "
        f"{time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}"
    )
    results = board_results(competition, rounds) + redis_results(competition, rounds, STATE.name)
    results += union_results(competition, rounds)
    members = list(Member.objects.filter(username__startswith=services.scale.MARK).order_by("pk"))
    results += bank_results(competition, members[-2000:-1000], 5)
    # Not the last members: of theirs every attempt is looked at below.
    results += rebuild_results(members[: standings // 2], attempts, 3)
    # For the page of the queue.
    call_command("collectstatic", interactive=False, verbosity=0)
    ports = free_port(), free_port(), free_port()
    some, burst = (STARTS // 4, STARTS_BURST // 4) if quick else (STARTS, STARTS_BURST)
    queueing = dict(
        os.environ, QUIZ_STARTS_PER_SECOND=str(STARTS_RATE), QUIZ_STARTS_BURST=str(burst)
    )
    servers = [
        granian("config.wsgi:application", ports[0], dict(os.environ)),
        granian("bench.bare_quiz:application", ports[1], dict(os.environ)),
        granian("config.wsgi:application", ports[2], queueing),
    ]
    try:
        for port, path in zip(ports, ("/healthz", "/1/1/", "/healthz"), strict=True):
            wait_for(port, path)
        sitting = sessions_of(members[: (rounds + 1) * lives])
        results += life_cycle(ports[:2], competition, sitting, rounds, lives)
        answers = SPIKE_ANSWERS // 4 if quick else SPIKE_ANSWERS
        crowd = members[1000 : 1000 + answers // 20]
        results += spike(ports[0], competition, crowd, answers)
        crowd = members[2000 : 2000 + SAVERS + some]
        results += starts(ports[2], competition, crowd, burst)
        publish(results)
    finally:
        end(servers)


def wait_for(port: int, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            Asker(port).post("start", path)
        except OSError:
            time.sleep(0.1)  # a server says nothing when it begins to listen
        else:
            return
    raise SystemExit(f"no server on port {port}")


def end(servers: list[subprocess.Popen]) -> None:
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(10)


if __name__ == "__main__":
    main()
