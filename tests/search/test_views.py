"""The search page as a reader meets it."""

import json
import re
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone

from search import services
from search.models import QueryLog
from search.query import MAX_PAGE
from tests.factories.unions import UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db


def page(client, **query):
    return client.get("/search/", query)


def text(response):
    return response.content.decode()


def test_without_words_the_page_offers_the_box_and_what_others_look_for(client, index, story):
    story("劳模座谈会")
    story("某人的事")
    index()
    today = timezone.localdate()
    QueryLog.objects.create(day=today, query="劳模", count=9)
    QueryLog.objects.create(day=today, query="某人的事", count=2)
    QueryLog.objects.create(day=today, query="查不到的", count=9, zero_count=9)
    shown = text(page(client))
    assert "大家在搜" in shown
    assert "劳模" in shown
    assert "某人的事" not in shown
    assert "查不到的" not in shown


def test_what_many_looked_for_and_is_no_longer_public_is_not_offered(client, index, story):
    page_of_person = story("秦守业")
    index()
    QueryLog.objects.create(day=timezone.localdate(), query="秦守业", count=9)
    assert "秦守业" in text(page(client))
    page_of_person.unpublish()
    cache.clear()
    assert "秦守业" not in text(page(client))


def test_results_are_titled_counted_and_marked(client, index, story):
    story(
        "焊工的一天",
        body="他带着徒弟补焊缝。",
        first_published_at=datetime(2026, 4, 22, tzinfo=UTC),
    )
    index()
    shown = text(page(client, q="焊工"))
    assert "“焊工”的搜索结果（1 条）" in shown
    assert "<mark>焊工</mark>的一天" in shown
    assert "2026年4月22日" in shown


def test_a_query_log_row_says_what_was_searched_and_nothing_about_whom(client, index, story):
    story("焊工的一天")
    index()
    for words in ("焊工", "焊工", "火星文明"):
        page(client, q=words)
    page(client, q="焊工", page=2)
    rows = set(QueryLog.objects.values_list("query", "count", "zero_count"))
    assert rows == {("焊工", 2, 0), ("火星文明", 1, 1)}
    assert {field.name for field in QueryLog._meta.fields} == {
        "id",
        "day",
        "query",
        "count",
        "zero_count",
    }


def test_a_rewritten_query_says_so_and_offers_the_typed_one(client, index, story):
    story("劳模座谈会")
    index()
    shown = text(page(client, q="劳摸"))
    assert "已显示“<b>劳模</b>”的结果" in shown
    assert "exact=1" in shown
    assert "没有找到“劳摸”" in text(page(client, q="劳摸", exact="1"))


def test_a_query_of_100_kb_is_answered_with_the_limit(client, index):
    response = client.get("/search/", {"q": "焊" * 34_000, "channel": "x" * 9000}, follow=True)
    assert response.status_code == 200
    assert "最多 100 个字" in text(response)
    assert len(response.content) < 20_000
    assert not QueryLog.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "*",
        "?",
        '"',
        ":",
        '* ? : "',
        "title:劳模",
        "劳模 AND (",
        "[* TO *]",
        "劳模~2^9",
        "\\",
        "%",
        "_",
        "😀",
        "👩‍🏭👩‍🏭",
        "'; DROP TABLE",
        "焊" * 100,
        " ".join("焊工车间夏天劳模"[at % 8] for at in range(50)),
    ],
)
def test_nothing_typed_is_an_operator_or_an_error(client, index, story, words):
    story("焊工与劳模")
    index()
    response = page(client, q=words)
    assert response.status_code == 200
    assert client.get("/search/suggest/", {"q": words}).status_code == 200


def test_html_in_the_query_and_in_titles_is_text(client, index, story):
    story("<script>alert(1)</script>焊工", body="<img src=x onerror=alert(1)>焊工")
    index()
    shown = text(page(client, q="<script>alert(1)</script> 焊工"))
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("number", ["101", "99999999999999", "-1", "0", "x", "²", ""])
def test_a_deep_or_senseless_page_number_is_brought_into_range(client, index, story, number):
    story("焊工")
    index()
    response = page(client, q="焊工", page=number)
    assert response.status_code == 200
    assert response.context["results"].request.page <= MAX_PAGE


@pytest.mark.parametrize(
    "query",
    [
        {"type": "nothing"},
        {"unit": "nowhere"},
        {"year": "20260"},
        {"year": "²⁰²⁵"},
        {"sort": "random"},
        {"level": "x" * 5000},
        {"channel": "'\""},
    ],
)
def test_filters_that_make_no_sense_do_no_harm(client, index, story, query):
    story("焊工")
    index()
    assert page(client, q="焊工", **query).status_code == 200


def test_the_second_page_is_a_link_that_keeps_the_filters(client, index, story):
    for number in range(12):
        story(f"焊工 {number}")
    index()
    shown = text(page(client, q="焊工", type="page"))
    assert 'href="?q=%E7%84%8A%E5%B7%A5&amp;type=page&amp;page=2"' in shown
    assert "第 1 页，共 2 页" in shown
    assert text(page(client, q="焊工", type="page", page=2)).count('class="hit"') == 2


def test_units_of_the_chosen_city_are_offered_with_counts(client, index):
    province = UnionFactory(name="省焊工总会", code="sheng", level=Union.Level.PROVINCE)
    city = UnionFactory(name="甲市焊工会", short_name="甲市", code="jia", parent=province)
    UnionFactory(name="甲厂焊工会", code="jiachang", parent=city)
    UnionFactory(name="乙市焊工会", code="yi", parent=province)
    index()
    assert "甲市<span>2</span>" in text(page(client, q="焊工"))
    assert "甲厂焊工会<span>1</span>" in text(page(client, q="焊工", unit="jia"))


def test_filters_without_results_can_be_taken_away(client, index, story):
    story("焊工")
    index()
    shown = text(page(client, q="焊工", year="1999"))
    assert "这样筛选没有结果" in shown
    assert "去掉筛选" in shown


def test_no_result_comes_with_help(client, index, story):
    story("带电作业工具展")
    index()
    shown = text(page(client, q="带电作业工具展三十二", exact="1"))
    assert "带电作业工具展" in shown
    assert "12351" in text(page(client, q="火星文明"))


def test_without_an_index_the_page_says_that_results_may_be_incomplete(
    client, declared, story, settings, tmp_path
):
    settings.SEARCH_INDEX_DIR = tmp_path / "nowhere"
    story("焊工的一天")
    shown = text(page(client, q="焊工"))
    assert "结果可能不完整" in shown
    assert "<mark>焊工</mark>的一天" in shown
    assert page(client, q="火星").status_code == 200


def test_a_damaged_index_falls_back_too(client, embedded, story):
    story("焊工的一天")
    services.sync_pending()
    for path in embedded.folder.glob("index-*/*"):
        path.write_bytes(b"broken")
    (current,) = embedded.folder.glob("index-*")
    (current / "fingerprint").write_text("of another version")
    embedded.forget()
    assert "结果可能不完整" in text(page(client, q="焊工"))


def suggestions(client, typed):
    return json.loads(client.get("/search/suggest/", {"q": typed}).content)["suggestions"]


@pytest.mark.parametrize("typed", ["秦", "秦守", "qin", "qinsh", "QINSHOUYE", "qs"])
def test_the_box_offers_people_by_character_pinyin_and_initials(client, index, typed):
    person = UnionFactory(name="秦守业", short_name="人")
    index()
    found = suggestions(client, typed)
    assert found[0] == {"text": "秦守业", "label": "人物", "url": f"/people/{person.pk}/"}


def test_the_box_offers_nothing_for_nothing(client, index):
    assert suggestions(client, "") == suggestions(client, "😀") == []


def test_the_box_counts_its_statements_by_kind_not_by_term(client, index, story, count_queries):
    story("焊工 0")
    index()
    few = count_queries(lambda: suggestions(client, "焊工"))
    for number in range(1, 8):
        story(f"焊工 {number}")
    index()
    assert len(suggestions(client, "焊工")) == 8
    assert count_queries(lambda: suggestions(client, "焊工")) == few


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_searching_changes_nothing(client, declared, method):
    assert getattr(client, method)("/search/").status_code == 405


@contextmanager
def a_writer_that_takes_its_time(day):
    """Another connection that holds the write lock (SQLite) or the row (PostgreSQL)."""
    held, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                QueryLog.objects.filter(day=day).update(count=7)
                held.set()
                done.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_costs_a_search_neither_the_page_nor_its_speed(client, index, caplog):
    union = UnionFactory(name="球罐工会")
    UnionFactory(name="球罐分会")
    index()
    Union.objects.filter(pk=union.pk).update(short_name="隐")  # unnoticed by signals
    today = timezone.localdate()
    QueryLog.objects.create(day=today, query="球罐", count=1)
    with a_writer_that_takes_its_time(today):
        began = time.monotonic()
        response = page(client, q="球罐")
        took = time.monotonic() - began
    assert response.status_code == 200
    assert "球罐分会" in re.sub("<[^>]+>", "", text(response))
    assert took < 10  # the usual patience is twenty seconds for each write
    assert "A search was not counted." in caplog.text
    assert QueryLog.objects.get(query="球罐").count == 7
