"""Documents over what every installation has (unions, pages), and an empty index per test."""

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from elasticsearch import Elasticsearch
from wagtail.models import Locale, Page

import search.tasks  # noqa: F401  (so that a rebuild that a sync asks for runs at once)
from search import documents, services, signals
from search.documents import Content, IndexDocument, Suggestion
from search.engines import get_engine
from search.models import PendingSync
from unions.models import Union


class UnionDocument(IndexDocument):
    kind = "union"
    label = "工会"
    model = Union
    title_field = "name"

    @classmethod
    def get_queryset(cls):
        return Union.objects.exclude(short_name="隐")

    @classmethod
    def prepare(cls, row):
        return Content(
            title=row.name,
            url=f"/unions/{row.code}/",
            union_path=row.path,
            level=row.level,
            keys=(row.code,),
        )


class PageDocument(IndexDocument):
    """Pages: the description is the body, the SEO title (if any) the channel."""

    kind = "page"
    label = "报道"
    model = Page

    @classmethod
    def get_queryset(cls):
        return Page.objects.live().public().filter(depth__gt=2)

    @classmethod
    def prepare(cls, row):
        return Content(
            title=row.title,
            url=f"/pages/{row.pk}/",
            body=row.search_description,
            channel=row.seo_title,
            date=row.first_published_at,
            year=row.first_published_at.year if row.first_published_at else None,
            terms=(Suggestion(row.title, weight=2),),
        )


class PersonDocument(IndexDocument):
    """People are stood for by unions with the short name 人."""

    kind = "person"
    label = "人物"
    model = Union
    people = True
    title_field = "name"

    @classmethod
    def get_queryset(cls):
        return Union.objects.filter(short_name="人")

    @classmethod
    def prepare(cls, row):
        return Content(
            title=row.name,
            url=f"/people/{row.pk}/",
            keys=(row.name,),
            terms=(Suggestion(row.name, weight=9),),
        )


@pytest.fixture
def declared():
    """Only the test documents are registered."""
    kept = dict(documents.registry)
    documents.registry.clear()
    found = [UnionDocument, PageDocument, PersonDocument]
    for document in found:
        documents.register(document)
        signals.connect(document)
    yield found
    for document in found:
        signals.disconnect(document)
    documents.registry.clear()
    documents.registry.update(kept)


@pytest.fixture
def index_folder(settings):
    """An empty folder for the embedded engine."""
    memory = Path("/dev/shm")  # noqa: S108  (an index in memory spares a sync to disk per commit)
    folder = tempfile.mkdtemp(prefix="gongsheng-index-", dir=memory if memory.is_dir() else None)
    settings.SEARCH_INDEX_DIR = Path(folder)
    yield settings.SEARCH_INDEX_DIR
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_indices():
    """Settings that name a real Elasticsearch, and a prefix whose indices are removed after."""
    if not settings.TEST_ELASTICSEARCH_URL:
        if os.environ.get("CI"):
            pytest.fail("CI needs a server named by ELASTICSEARCH_URL")
        pytest.skip("no server named by ELASTICSEARCH_URL")
    url, prefix = settings.TEST_ELASTICSEARCH_URL, f"test-{secrets.token_hex(4)}"
    with (
        override_settings(ELASTICSEARCH_URL=url, ELASTICSEARCH_INDEX=prefix),
        Elasticsearch(url.split(",")) as client,
    ):
        yield client
        if names := list(client.indices.get(index=f"{prefix}-*")):
            client.indices.delete(index=names)


@pytest.fixture
def server():
    """The settings name a real Elasticsearch; what the test makes there is removed."""
    with own_indices() as client:
        yield client


@pytest.fixture
def embedded(db, declared, index_folder):
    """The embedded engine with an empty index."""
    services.rebuild()
    return get_engine()


@pytest.fixture
def guarded(db, declared, index_folder, server):
    """Elasticsearch with its embedded copy, both empty."""
    services.rebuild()
    return get_engine()


@pytest.fixture(
    params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.either_database)]
)
def engine(request, monkeypatch):
    """Each engine that there is, with an empty index. The contract suite runs on all of them."""
    if request.param == "tantivy":
        return request.getfixturevalue("embedded")
    engine = request.getfixturevalue("guarded")

    def refuse(plan):
        pytest.fail("the copy answered for the server")

    monkeypatch.setattr(engine.copy, "search", refuse)
    return engine


@pytest.fixture
def index(engine):
    """`index()` syncs what is pending and lets readers see it at once."""

    def sync():
        done = services.sync_pending()
        engine.forget()
        return done

    PendingSync.objects.all().delete()
    return sync


@pytest.fixture
def story(db):
    """`story(title, body)` publishes a page below the site's first page, where no other stands."""
    Page.objects.filter(depth__gt=2).delete()
    PendingSync.objects.all().delete()
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="根", slug="root")
    home = root.get_children().first() or root.add_child(title="首页", slug="shouye")
    made = 0

    def make(title, body="", parent=None, **kwargs):
        nonlocal made
        made += 1
        page = Page(title=title, slug=f"story-{made}", search_description=body, **kwargs)
        Page.objects.get(pk=(parent or home).pk).add_child(instance=page)
        return page

    return make
