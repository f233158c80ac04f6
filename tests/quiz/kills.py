"""A web server whose processes are killed, and members who go on answering meanwhile.

`python -m tests.quiz.kills [FLAW]` gets the site ready once, listens, and forks a process that
answers for each line of its input, so that a killed one is replaced at once; what waits to be
accepted waits on. All end when the input ends. With FLAW the server breaks a promise on purpose.
"""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections, transaction
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "k" * 32
WIDEN = 0.2  # seconds that a flaw stays open

# The server


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class Server(WSGIServer):
    """Answers one request after the other on a socket that others listen on as well."""

    def __init__(self, listening, application):
        super().__init__(listening.getsockname(), Quiet, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = listening.getsockname()
        self.setup_environ()
        self.set_app(application)

    def answer_on(self):
        while True:
            request, address = self.socket.accept()
            with suppress(ConnectionError):  # a client that has gone
                self.process_request(request, address)


def main(flaw=""):
    django.setup()
    application = get_wsgi_application()
    for path in ("/healthz", "/competitions/"):  # what is slow the first time is done once
        application(RequestFactory().get(path, headers={"host": "127.0.0.1"}).environ, _ignore)
    connections.close_all()
    if flaw:
        FLAWS[flaw]()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(listening.getsockname()[1], flush=True)
    for _line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                Server(listening, application).answer_on()
            finally:
                os._exit(1)
        print(pid, flush=True)
    os.killpg(0, signal.SIGKILL)


def _ignore(*_status_and_headers):
    pass


def reply_before_the_answer_is_stored():
    from quiz import services  # noqa: PLC0415 – the product comes after `django.setup`
    from quiz.errors import QuizError  # noqa: PLC0415 – as above
    from quiz.views import attempts  # noqa: PLC0415

    save, view = services.save_own_answers, attempts._save_json
    waiting = []

    def look(**given):
        """What saving would return."""
        with suppress(Undone), transaction.atomic():
            found = save(**given)
            raise Undone
        waiting.append(given)
        return found

    def store():
        time.sleep(WIDEN)
        while waiting:
            with suppress(QuizError):
                save(**waiting.pop())

    def answer(*args):
        response = view(*args)
        response._resource_closers.append(store)
        return response

    services.save_own_answers, attempts._save_json = look, answer


def begin_anew_whenever_asked():
    from quiz import services  # noqa: PLC0415 – as above
    from quiz.models import Attempt  # noqa: PLC0415 – as above

    start = services.start_attempt

    def begin(*, competition, member, round=None):
        for attempt in Attempt.objects.of(competition, member).unfinished():
            services.submit_attempt(attempt=attempt)
        found = start(competition=competition, member=member, round=round)
        time.sleep(WIDEN)
        return found

    services.start_attempt = begin


class Undone(Exception):
    pass


FLAWS = {
    "reply_before_the_answer_is_stored": reply_before_the_answer_is_stored,
    "begin_anew_whenever_asked": begin_anew_whenever_asked,
}


# What the test holds


class Farm:
    """The server of one test, with `count` processes; use it in a `with`."""

    def __init__(self, folder, *, seed, count=3, flaw=""):
        self.rng = random.Random(seed)
        self.kills = 0
        self.log = (Path(folder) / "server.log").open("w+")
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.quiz.kills_settings",
            "KILLS_DATABASE": str(connection.settings_dict["NAME"]),
        }
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.quiz.kills", *([flaw] if flaw else [])],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        port = self.parent.stdout.readline()
        assert port, self.said
        self.port = int(port)
        self.pids = [self._fork() for _number in range(count)]

    def _fork(self):
        self.parent.stdin.write("\n")
        self.parent.stdin.flush()
        return int(self.parent.stdout.readline())

    def kill(self):
        """SIGKILL to any of the processes; a new one takes its place."""
        place = self.rng.randrange(len(self.pids))
        os.kill(self.pids[place], signal.SIGKILL)
        self.pids[place] = self._fork()
        self.kills += 1

    @property
    def said(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-4000:]

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.parent.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(self.parent.pid, signal.SIGKILL)
        self.parent.wait()
        self.parent.stdout.close()
        self.log.close()


@dataclass
class Told:
    """What the server has acknowledged of one attempt."""

    uuid: str
    answers: dict[int, tuple[int | None, tuple[str, ...]]] = field(default_factory=dict)
    submitted: bool = False


class Person(threading.Thread):
    """Takes part again and again until `stop` is set, asking anew whenever no reply comes."""

    def __init__(self, port, slug, session, stop, *, seed):
        super().__init__(daemon=True)
        self.port, self.slug, self.session, self.stop = port, slug, session, stop
        self.rng = random.Random(seed)
        self.log: list[Told] = []
        self.asked, self.unanswered = Counter(), Counter()
        self.trouble: list[str] = []

    def run(self):
        try:
            while not self.stop.is_set():
                self._take_part()
        except Exception as error:  # noqa: BLE001 – the test looks at it
            self.trouble.append(f"{type(error).__name__}: {error}")

    def _take_part(self):
        _text, location = self._ask("start", "POST", f"/competitions/{self.slug}/start/", {}, 302)
        told = Told(re.search(r"/attempts/([0-9a-f-]{36})/q/", location)[1])
        self.log.append(told)
        attempt = f"/competitions/{self.slug}/attempts/{told.uuid}/"
        number, count = 0, 1
        while (number := number + 1) <= count:
            page, _location = self._ask("page", "GET", f"{attempt}q/{number}/", None, 200)
            count = page.count("data-entry=")
            self._answer(told, attempt, number, re.findall(r'name="option" value="(\w+)"', page))
        self._ask("submit", "POST", f"{attempt}submit/", {}, 302)
        told.submitted = True

    def _answer(self, told, attempt, number, options):
        """Choose, and perhaps think again; as the script of the page does, or as its form."""
        if self.rng.random() < 0.25:
            chosen = self.rng.choice(options)
            self._ask("save", "POST", f"{attempt}q/{number}/", {"option": chosen}, 302)
            told.answers[number] = (1, (chosen,))
            return
        for sequence in range(1, self.rng.randint(1, 3) + 1):
            chosen = self.rng.choice(options)
            entry = {"question": number, "sequence": sequence, "options": [chosen]}
            if self.rng.random() < 0.3:
                address, body = f"{attempt}answers/batch/", {"answers": [entry]}
            else:
                address, body = f"{attempt}answers/", entry
            text, _location = self._ask("save", "POST", address, body, 200, as_json=True)
            (saved,) = json.loads(text)["saved"]
            told.answers[number] = (saved["sequence"], tuple(saved["options"]))
            if told.answers[number] != (sequence, (chosen,)):
                self.trouble.append(f"asked to save {entry}, told {saved}")

    def _ask(self, kind, method, path, body, expected, *, as_json=False):
        """(body, Location) of the reply; sent again until one comes."""
        for _turn in range(100):
            self.asked[kind] += 1
            try:
                status, text, location = self._send(method, path, body, as_json)
            except (OSError, http.client.HTTPException):
                self.unanswered[kind] += 1
                time.sleep(self.rng.random() * 0.02)
                continue
            if status != expected:
                raise AssertionError(f"{method} {path}: {status} {text[-300:]}")
            return text, location
        raise AssertionError(f"{method} {path}: never answered")

    def _send(self, method, path, body, as_json):
        form = "&".join(f"{name}={value}" for name, value in (body or {}).items())
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded",
        }
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asking.request(method, path, json.dumps(body) if as_json else form, headers)
            reply = asking.getresponse()
            if reply.getheader("Content-Length") is None:  # cut off among the headers
                raise http.client.IncompleteRead(b"")
            return reply.status, reply.read().decode(), reply.getheader("Location") or ""
        finally:
            asking.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
