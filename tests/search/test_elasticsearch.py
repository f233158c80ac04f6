"""What only a server has: addresses and sign-in, aliases, a copy that answers while it is away."""

import base64
import http.server
import ssl
import subprocess
import threading
import urllib.request
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from elastic_transport import ConnectionTimeout
from elasticsearch import Elasticsearch

from search import checks, services
from search.engines import ElasticsearchEngine, available, get_engine
from search.engines.base import Delete, EngineError, IndexMissing, Put, Unavailable
from search.engines.breaker import Breaker
from search.engines.guarded import GuardedEngine
from search.finder import find
from search.models import PendingSync
from search.query import Plan, SearchRequest, Term

NOWHERE = "http://127.0.0.1:9"
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def entry(text):
    return {"kind": "page", "title_words": text, "date": DATE}


@pytest.fixture
def alone(db, declared, index_folder, server, settings):
    """The server's engine without its copy, with an empty index."""
    services.rebuild()
    return available()["elasticsearch"]


def aliases(server, settings):
    found = server.indices.get_alias(index=f"{settings.ELASTICSEARCH_INDEX}-*")
    return {name: set(state["aliases"]) for name, state in found.items()}


# Indices and aliases


def test_a_rebuild_keeps_the_index_before_and_no_other(alone, server, settings):
    first = set(aliases(server, settings))
    services.rebuild()
    second = set(aliases(server, settings)) - first
    services.rebuild()
    found = aliases(server, settings)
    assert len(found) == 2
    assert not first & set(found)
    (before,) = second
    assert found[before] == {alone.previous}
    (now,) = set(found) - second
    assert found[now] == {alone.alias}


def test_processes_of_an_older_version_keep_their_index_until_the_next_rebuild_but_one(
    alone, server, settings, monkeypatch
):
    with alone.writing() as writer:
        writer.write([Put("page:1", entry("甲"))])
    with monkeypatch.context() as newer:
        newer.setattr("search.text.PIPELINE_VERSION", 99)
        assert not alone.ready()
        with pytest.raises(IndexMissing):
            alone.search(Plan(Term("title_words", "甲")))
        services.rebuild()
        assert alone.ready()
    assert alone.search(Plan(Term("title_words", "甲"))).total == 1
    with monkeypatch.context() as newer:
        newer.setattr("search.text.PIPELINE_VERSION", 99)
        services.rebuild()
    assert not alone.ready()
    assert len(aliases(server, settings)) == 2


def test_what_a_killed_rebuild_left_is_removed_by_the_next(alone, server, settings):
    server.indices.create(index=f"{settings.ELASTICSEARCH_INDEX}-halfdone")
    services.rebuild()
    assert f"{settings.ELASTICSEARCH_INDEX}-halfdone" not in aliases(server, settings)


def test_a_rebuild_leaves_the_indices_of_another_installation_alone(alone, server, settings):
    """Its prefix begins as ours does; one of its indices has no alias yet."""
    others = [f"{alone.prefix}-staging-{name}" for name in ("11aa22bb", "beingbuilt")]
    for name in others:
        server.indices.create(index=name)
    server.indices.put_alias(index=others[0], name=f"{alone.prefix}-staging-fingerprint")
    services.rebuild()
    assert set(others) <= set(aliases(server, settings))


def test_only_one_rebuild_runs_at_a_time(alone):
    other = ElasticsearchEngine(None, alone.prefix, alone.folder)
    with alone.rebuilding(), pytest.raises(EngineError), other.rebuilding():
        pass


def test_a_write_without_an_index_makes_none_by_the_way(alone, server, settings):
    server.indices.delete(index=list(aliases(server, settings)))
    with pytest.raises(IndexMissing), alone.writing() as writer:
        writer.write([Put("page:1", entry("甲"))])
    assert aliases(server, settings) == {}


def test_a_swap_whose_answer_is_lost_does_not_cost_the_index(alone, story, monkeypatch):
    page = story("焊工")
    services.sync_pending()
    client = alone.writer_client
    monkeypatch.setattr(ElasticsearchEngine, "writer_client", client)
    update_aliases = client.indices.update_aliases

    def lose_the_answer(**options):
        update_aliases(**options)
        raise ConnectionTimeout("the server took too long")

    with monkeypatch.context() as slow:
        slow.setattr(client.indices, "update_aliases", lose_the_answer)
        with pytest.raises(Unavailable):
            services.rebuild()
    assert alone.ready()
    assert f"page:{page.pk}" in alone.ids()


def test_a_write_that_arrives_late_does_not_overwrite_a_newer_one(alone, monkeypatch):
    """A request that was given up for lost may still be carried out by the server."""
    with alone.writing() as writer:
        writer.write([Put("page:1", entry("新"))])
        monkeypatch.setattr("search.engines.elasticsearch._version", lambda: 1)
        with pytest.raises(Unavailable):
            writer.write([Put("page:1", entry("旧"))])
        with pytest.raises(Unavailable):
            writer.write([Delete("page:1")])
    assert alone.search(Plan(Term("title_words", "新"))).total == 1


# While the server is away


def sync(engine):
    done = services.sync_pending()
    engine.forget()
    return done


@pytest.fixture
def away(guarded, story, monkeypatch):
    """A story is indexed; then the server can't be reached."""
    story("焊工的一天", body="只在正文里的词：弧光。")
    sync(guarded)
    gone = ElasticsearchEngine(
        lambda **options: Elasticsearch(NOWHERE, **options),
        guarded.server.prefix,
        guarded.server.folder,
    )
    monkeypatch.setattr(guarded, "server", gone)
    return guarded


def test_the_copy_answers_with_the_same_hits_and_no_notice(away):
    results = find(SearchRequest("弧光"))
    assert [hit.title for hit in results.hits] == ["焊工的一天"]
    assert not results.degraded


def test_after_a_few_failures_the_server_is_left_alone_for_a_while(away, monkeypatch):
    asked = []
    search = ElasticsearchEngine.search
    monkeypatch.setattr(
        ElasticsearchEngine, "search", lambda self, plan: asked.append(1) or search(self, plan)
    )
    for _time in range(6):
        assert find(SearchRequest("弧光")).total == 1
    assert len(asked) == 2


def test_what_changes_meanwhile_is_found_in_the_copy_and_sent_later(away, story):
    page = story("刚刚写的")
    assert sync(away) == 0
    assert find(SearchRequest("刚刚写的")).total == 1
    assert PendingSync.objects.filter(kind="page", key=str(page.pk), done_at=None).exists()

    away.server = available()["elasticsearch"]
    services.retry_now(pks=list(PendingSync.objects.failing().values_list("pk", flat=True)))
    assert sync(away) >= 1
    assert f"page:{page.pk}" in away.server.ids()


def test_without_server_and_copy_titles_are_compared_and_the_page_says_so(
    away, client, monkeypatch, settings
):
    def missing(plan):
        raise IndexMissing("no copy on this machine")

    monkeypatch.setattr(away.copy, "search", missing)
    results = find(SearchRequest("焊工"))
    assert [hit.title for hit in results.hits] == ["焊工的一天"]
    assert results.degraded
    assert "结果可能不完整" in client.get(reverse("search"), {"q": "焊工"}).content.decode()


def test_an_engine_whose_server_is_away_still_counts_as_ready(away):
    assert away.ready()


# The breaker


def test_a_breaker_lets_one_caller_try_again_after_its_time():
    now = [0.0]
    breaker = Breaker(failures=2, seconds=10, clock=lambda: now[0])
    breaker.failed()
    assert breaker.allows(), "one failure may be chance"
    breaker.failed()
    assert not breaker.allows()
    now[0] = 11
    assert breaker.allows()
    assert not breaker.allows(), "the others wait for the outcome"
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_errors_that_are_not_the_servers_absence_do_not_open_the_breaker():
    class Missing:
        name = "server"

        def search(self, plan):
            raise IndexMissing("being built")

    class Copy:
        def search(self, plan):
            return "copy"

    engine = GuardedEngine(Missing(), Copy(), Breaker(failures=1))
    assert engine.search(None) == "copy"
    assert engine.breaker.allows()


# Sign-in, encryption, several hosts

USER, PASSWORD = "gongsheng", "a secret"


class Proxy(http.server.BaseHTTPRequestHandler):
    """Asks for a password and passes on to the server behind."""

    behind = ""
    key = "the-key"

    def _pass_on(self):
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if length else None
        if self.headers.get("Authorization") not in (f"Basic {expected}", f"ApiKey {self.key}"):
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kept = {
            name: value
            for name, value in self.headers.items()
            if name.lower() in ("content-type", "accept")
        }
        request = urllib.request.Request(  # noqa: S310  (the test's own server)
            self.behind + self.path, data=body, headers=kept, method=self.command
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                self._answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            self._answer(error.code, error.headers, error.read())

    def _answer(self, status, headers, content):
        self.send_response(status)
        for name in ("Content-Type", "X-elastic-product"):
            if headers.get(name):
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

    def log_message(self, *args):
        pass


@pytest.fixture
def proxied(server, settings, tmp_path):
    """The server behind TLS and a password; returns host:port and the certificate's path."""
    certificate, key = tmp_path / "ca.pem", tmp_path / "key.pem"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    paths = ("-keyout", str(key), "-out", str(certificate))
    kind = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    subprocess.run(["openssl", "req", *kind, *names, *paths], check=True, capture_output=True)
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    Proxy.behind = settings.TEST_ELASTICSEARCH_URL.split(",")[0].rstrip("/")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"localhost:{proxy.server_address[1]}", str(certificate)
    proxy.shutdown()
    proxy.server_close()


def test_a_password_in_the_address_and_a_certificate_of_our_own_are_enough(
    proxied, db, declared, index_folder, settings
):
    host, certificate = proxied
    settings.ELASTICSEARCH_URL = f"https://{USER}:a%20secret@{host}"
    settings.ELASTICSEARCH_CA_CERTS = certificate
    services.rebuild()
    assert get_engine().server.ready()


def test_a_key_signs_in_as_well(proxied, db, declared, index_folder, settings):
    host, certificate = proxied
    settings.ELASTICSEARCH_URL = f"https://{host}"
    settings.ELASTICSEARCH_CA_CERTS = certificate
    settings.ELASTICSEARCH_API_KEY = "the-key"
    services.rebuild()
    assert get_engine().server.ready()


def test_while_a_key_has_expired_the_copy_is_written_and_the_server_gets_it_later(
    proxied, db, declared, index_folder, settings, story, monkeypatch
):
    host, certificate = proxied
    settings.ELASTICSEARCH_URL = f"https://{host}"
    settings.ELASTICSEARCH_CA_CERTS = certificate
    settings.ELASTICSEARCH_API_KEY = "the-key"
    services.rebuild()
    engine = get_engine()
    with monkeypatch.context() as expired:
        expired.setattr(Proxy, "key", "a newer key")
        page = story("刚刚写的")
        sync(engine)
        assert [hit.title for hit in find(SearchRequest("刚刚写的")).hits] == ["刚刚写的"]
        (row,) = PendingSync.objects.failing().filter(kind="page")
        assert row.key == str(page.pk)
    services.retry_now(pks=list(PendingSync.objects.failing().values_list("pk", flat=True)))
    sync(engine)
    assert f"page:{page.pk}" in engine.server.ids()


@pytest.mark.parametrize(
    ("sign_in", "trusted"), [("wrong:password@", True), (f"{USER}:a%20secret@", False)]
)
def test_a_wrong_password_or_an_unknown_certificate_is_refused(
    proxied, db, declared, index_folder, settings, sign_in, trusted
):
    host, certificate = proxied
    settings.ELASTICSEARCH_URL = f"https://{sign_in}{host}"
    settings.ELASTICSEARCH_CA_CERTS = certificate if trusted else ""
    with pytest.raises(EngineError):
        services.rebuild()


def test_of_several_hosts_one_that_answers_is_enough(db, declared, index_folder, server, settings):
    settings.ELASTICSEARCH_URL = f"{NOWHERE}, {settings.TEST_ELASTICSEARCH_URL}"
    services.rebuild()
    engine = available()["elasticsearch"]
    for _time in range(3):
        assert engine.search(Plan(Term("title_words", "甲"))).total == 0


# Settings


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ELASTICSEARCH_URL": ""}, []),
        ({"ELASTICSEARCH_URL": "https://a:9200, https://b:9200"}, []),
        ({"ELASTICSEARCH_URL": "search:9200"}, ["search.E001"]),
        ({"ELASTICSEARCH_URL": "http://search"}, ["search.E001"]),
        ({"ELASTICSEARCH_URL": "http://search:port"}, ["search.E001"]),
        (
            {"ELASTICSEARCH_URL": "http://u:p@search:9200", "ELASTICSEARCH_API_KEY": "k"},
            ["search.E002"],
        ),
        (
            {"ELASTICSEARCH_URL": "https://a:9200", "ELASTICSEARCH_CA_CERTS": "/no/such/file"},
            ["search.E003"],
        ),
    ],
)
def test_settings_that_can_not_work_are_told_at_start(settings, values, expected):
    for name, value in values.items():
        setattr(settings, name, value)
    assert [error.id for error in checks.server_can_be_asked(None)] == expected
