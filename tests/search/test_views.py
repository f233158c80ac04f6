"""The search page as a reader meets it."""

import json
import re
import threading
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from search import finder, services, tasks
from search.models import QueryLog
from search.query import MAX_PAGE
from search.services import queries
from tests.factories.unions import MemberFactory, UnionFactory
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
    client.get("/search/", {"q": "焊工"}, REMOTE_ADDR="10.0.0.9")
    rows = set(QueryLog.objects.values_list("query", "count", "zero_count"))
    assert rows == {("焊工", 2, 0), ("火星文明", 1, 1)}
    assert {field.name for field in QueryLog._meta.fields} == {
        "id",
        "day",
        "query",
        "count",
        "zero_count",
    }


def test_one_visitor_counts_once_a_day(client, signed_in, index):
    def counted():
        return QueryLog.objects.get(day=timezone.localdate(), query="火星").count

    addresses = ["10.0.0.1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "not an address"]
    for address, count in zip(addresses, [1, 2, 2, 3, 4], strict=True):
        for _time in range(2):
            client.get("/search/", {"q": "火星"}, REMOTE_ADDR=address)
        assert counted() == count, address
    signed_in(MemberFactory()).get("/search/", {"q": "火星"}, REMOTE_ADDR="10.0.0.1")
    assert counted() == 5
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        client.get("/search/", {"q": "火星"}, REMOTE_ADDR="10.0.0.1")
        assert counted() == 1
    kept = "".join(f"{key} {value}" for key, value in caches["default"]._cache.items())
    assert "10.0.0.1" not in kept


def test_what_one_visitor_may_add_to_the_log_of_a_day_has_an_end(db, monkeypatch):
    monkeypatch.setattr(queries, "MOST_OF_A_VISITOR", 3)
    for number in range(5):
        services.log_query(query=f"词 {number}", day=date(2026, 4, 1), hits=0, visitor="甲")
    assert QueryLog.objects.count() == 3


@pytest.mark.parametrize(
    "more", [{"page": 2}, {"sort": "date"}, {"exact": 1}, {"year": 2026}, {"type": "page"}]
)
def test_only_words_alone_are_counted(client, index, story, more):
    story("焊工的一天")
    index()
    page(client, q="焊工", **more)
    assert not QueryLog.objects.exists()


def test_a_search_is_answered_while_the_cache_can_not_tell_who_asks(db, monkeypatch):
    def away(*_args, **_kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(queries, "cache", SimpleNamespace(get=away, set=away))
    services.log_query(query="焊工", day=date(2026, 4, 1), hits=1, visitor="甲")
    assert QueryLog.objects.get().count == 1


def test_no_sentence_is_put_on_everybodys_page(client, index, story):
    sentence = "某某同志在会上说的那一番话大家都来看一看"
    many = " ".join("焊工车间夏天劳模" * 3)
    story(f"{sentence}吧", body=many)
    index()
    for words in (f"{sentence}吧", many, "说的 *", sentence):
        QueryLog.objects.create(day=timezone.localdate(), query=words, count=9)
    assert [each["title"] for each in page(client).context["popular"]] == [sentence]


def test_long_numbers_are_not_kept(client, index):
    for words in ("张三 138 0000 1234", "１３８００００１２３４"):
        page(client, q=words)
    assert list(QueryLog.objects.values_list("query", flat=True)) == ["张三 *"]


def test_what_was_searched_is_forgotten_after_400_days(db):
    today = timezone.localdate()
    for days in (0, 400, 401):
        QueryLog.objects.create(day=today - timedelta(days=days), query="焊工", count=1)
    assert tasks.forget_old_queries() == 1
    assert tasks.forget_old_queries() == 0
    assert QueryLog.objects.count() == 2


def test_a_rewritten_query_says_so_and_offers_the_typed_one(client, index, story):
    story("劳模座谈会")
    index()
    shown = text(page(client, q="劳摸"))
    assert "显示“<b>劳模</b>”的结果" in shown
    assert '<a href="?q=%E5%8A%B3%E6%91%B8&amp;exact=1">仍搜索“劳摸”</a>' in shown
    literal = text(page(client, q="劳摸", exact="1"))
    assert "没有找到“劳摸”" in literal
    assert '<a class="button" href="?q=%E5%8A%B3%E6%91%B8">也找相近的词</a>' in literal


def test_results_for_a_part_of_the_words_say_so(client, index, story):
    story("焊工 车间 夏天")
    index()
    assert "只包含其中一部分" in text(page(client, q="焊工 车间 火星"))


def test_a_query_that_is_cut_short_says_so(client, index, story):
    story("焊 工 车 间 夏 天 劳 模")
    index()
    for characters in ("焊工车间夏天劳模", "火星上的水"):
        many = " ".join(characters[at % len(characters)] for at in range(40))
        assert "只用了前 20 个" in text(page(client, q=many))


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


def test_each_filter_is_a_chip_that_takes_itself_back(client, index, story):
    UnionFactory(name="甲市焊工会", short_name="甲市", code="jia")
    index()
    query = {"q": "焊工", "unit": "jia", "year": "2025", "channel": "人物", "level": "city"}
    shown = text(page(client, **query, sort="date"))
    chips = re.search(r'aria-label="已选的筛选">(.*?)</nav>', shown, re.DOTALL)[1]
    links = [
        urlsplit(link.replace("&amp;", "&")).query
        for link in re.findall(r'href="(\?[^"]+)"', chips)
    ]
    kept = [dict(parse_qsl(link)) for link in links]
    for name, left in zip(["unit", "year", "channel", "level"], kept, strict=False):
        assert left == {key: value for key, value in query.items() if key != name} | {
            "sort": "date"
        }
    assert kept[4] == {"q": "焊工", "sort": "date"}
    assert "已选的筛选" not in text(page(client, q="焊工"))


def test_levels_are_offered_by_name_the_highest_first(client, index, declared, monkeypatch):
    monkeypatch.setattr(declared[0], "levels", {"province": "省级", "city": "市级"})
    province = UnionFactory(name="省焊工总会", level=Union.Level.PROVINCE)
    for number in range(2):
        UnionFactory(name=f"焊工会 {number}", parent=province, level=Union.Level.CITY)
    UnionFactory(name="焊工小组", parent=province, level=Union.Level.ENTERPRISE)
    index()
    groups = page(client, q="焊工").context["facets"]
    (levels,) = [group for group in groups if group.title == "荣誉级别"]
    assert [(choice.title, choice.count) for choice in levels.choices] == [
        ("不限", None),
        ("省级", 1),
        ("市级", 2),
    ]
    narrowed = page(client, q="焊工", level="city")
    assert narrowed.context["results"].total == 2


def test_an_address_gives_the_same_results_to_anyone(client, index, story):
    for year in (2024, 2025, 2025):
        story(f"焊工 {year}", first_published_at=datetime(year, 5, 1, tzinfo=UTC))
    index()
    query = {"q": "焊工", "type": "page", "year": "2025", "sort": "date"}
    shown = page(client, **query)
    assert shown.context["results"].total == 2
    assert "最新在前" in text(shown)
    tabs = [tab for tab in shown.context["tabs"] if tab.current]
    assert dict(parse_qsl(urlsplit(tabs[0].url).query)) == query


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
    assert "筛选也不起作用" not in shown
    narrowed = text(page(client, q="焊工", year="1999"))
    assert "<mark>焊工</mark>的一天" in narrowed
    assert "筛选也不起作用" in narrowed
    assert "已选的筛选" not in narrowed
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


def plans(call):
    """How the database goes about each statement on suggestions that `call` makes."""
    postgresql = connection.vendor == "postgresql"
    with CaptureQueriesContext(connection) as captured:
        call()
    found = []
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few rows are quicker read whole
        for query in captured.captured_queries:
            if "search_suggestionterm" in query["sql"]:
                cursor.execute(f"EXPLAIN {'' if postgresql else 'QUERY PLAN '}{query['sql']}")
                found.append(str(cursor.fetchall()))
    return found


def suggestions(client, typed):
    return json.loads(client.get("/search/suggest/", {"q": typed}).content)["suggestions"]


@pytest.mark.parametrize("typed", ["秦", "秦守", "qin", "qinsh", "QINSHOUYE", "qs"])
def test_the_box_offers_people_by_character_pinyin_and_initials(client, index, typed):
    person = UnionFactory(name="秦守业", short_name="人")
    index()
    found = suggestions(client, typed)
    begun = {"秦": 1, "秦守": 2, "qin": 1, "qinsh": 2, "QINSHOUYE": 3, "qs": 2}[typed]
    url = f"/people/{person.pk}/"
    assert found[0] == {"text": "秦守业", "typed": begun, "label": "人物", "url": url}


def test_the_box_offers_the_weightier_and_then_the_shorter_first(client, index, story):
    story("秦岭隧道通车一周年")
    story("秦岭隧道")
    UnionFactory(name="秦岭南", short_name="人")
    index()
    pages = [found for found in suggestions(client, "秦岭") if found["label"] != "工会"]
    assert [found["text"] for found in pages] == ["秦岭南", "秦岭隧道", "秦岭隧道通车一周年"]


def test_the_box_offers_each_text_once_and_still_eight(client, index, story):
    for _number in range(12):
        story("焊工")
    for number in range(9):
        story(f"焊工 {number}")
    index()
    found = [each["text"] for each in suggestions(client, "焊")]
    assert len(found) == len(set(found)) == 8


def test_the_box_reads_ranges_of_indexes_never_the_table(declared, db):
    found = " ".join(plans(lambda: finder.suggest("qin")))
    assert all(f"search_by_{column}" in found for column in ("folded", "pinyin", "initials"))
    assert "Seq Scan" not in found
    assert "SCAN" not in found


def test_the_box_offers_nothing_of_what_is_not_public(client, index, story):
    hidden = story("秦岭密件")
    index()
    assert suggestions(client, "秦岭")
    Page.objects.filter(pk=hidden.pk).update(live=False)  # before the sync
    assert suggestions(client, "秦岭") == suggestions(client, "qinling") == []


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


# Another unit's private page (in the index until the next sync, then in none).


@pytest.mark.parametrize("synced", [True, False])
@pytest.mark.parametrize("restricted", [True, False])
def test_a_term_of_a_private_page_is_told_by_nothing(client, index, story, synced, restricted):
    kept = story("公开的焊接报道")
    secret = story("绝密穹顶焊接 zhimima", seo_title="内部栏目")
    index()
    client.get("/search/", {"q": "绝密穹顶"})
    services.log_query(query="绝密穹顶", day=timezone.localdate(), hits=0, visitor="甲")
    if restricted:
        PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    else:
        Page.objects.filter(pk=secret.pk).update(live=False)
        services.enqueue(kind="page", pk=secret.pk)
    if synced:
        index()
    for words in (
        "绝密穹顶",
        "穹顶",
        "zhimima",
        "绝蜜穹顶",
        "绝密 穹顶 别的",
        f"/pages/{secret.pk}/",
    ):
        response = page(client, q=words)
        shown = text(response).replace(words, "")
        assert not response.context["results"].hits, words
        assert response.context["results"].total == 0
        assert "内部栏目" not in shown
        assert "绝密" not in shown
    results = page(client, q="焊接").context["results"]
    assert [hit.title for hit in results.hits] == [kept.title]
    assert results.total == 1
    assert all(sum(counts.values()) <= 1 for counts in map(dict, results.facets.values()))
    for typed in ("绝密", "穹", "jue", "juemi", "jm", "zhimima"):
        assert suggestions(client, typed) == []


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
