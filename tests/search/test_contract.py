"""What every engine must do, asked through the product's own doors."""

from datetime import UTC, datetime

import pytest
from wagtail.models import Page, PageViewRestriction

from search import finder, lexicon, services
from search.documents import IndexDocument, register, registry
from search.engines.base import Delete, Put
from search.finder import find
from search.models import PendingSync, Synonym
from search.query import (
    And,
    AtLeast,
    Constant,
    Or,
    Phrase,
    Plan,
    SearchRequest,
    Term,
    plan_for,
)
from search.text import parse
from tests.factories.unions import UnionFactory
from unions.models import Union


def titles(words, **request):
    return [hit.title for hit in find(SearchRequest(words, **request)).hits]


# The query tree


@pytest.fixture
def entries(engine):
    """Three entries written past the documents, to look at the engine alone."""
    base = {"kind": "page", "keys": [], "characters": [], "unions": []}
    date = datetime(2026, 1, 1, tzinfo=UTC)
    with engine.writing() as writer:
        writer.write(
            [
                Put(
                    f"page:{number}",
                    {**base, "title_words": text, "title_bigrams": text, "date": date},
                )
                for number, text in enumerate(["甲 乙 丙", "甲 丙 乙", "甲 丁"])
            ]
        )
    engine.forget()
    return engine


def word(text):
    return Term("title_words", text)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (word("甲"), {0, 1, 2}),
        (word("戊"), set()),
        (Phrase("title_words", ("乙", "丙")), {0}),
        (And((word("甲"), word("乙"))), {0, 1}),
        (Or((word("丙"), word("丁"))), {0, 1, 2}),
        (Constant(word("丁"), 3.0), {2}),
        (AtLeast((word("乙"), word("丙"), word("丁")), 2), {0, 1}),
        (AtLeast((word("乙"), word("丁")), 1), {0, 1, 2}),
        (And((word("甲"), Or((word("戊"), word("丁"))))), {2}),
    ],
)
def test_each_node_of_the_tree_matches_what_it_says(entries, node, expected):
    answer = entries.search(Plan(node))
    assert {hit.id for hit in answer.hits} == {f"page:{number}" for number in expected}
    assert answer.total == len(expected)


def test_a_boost_changes_the_order(entries):
    node = Or((Term("title_words", "乙", 1.0), Term("title_words", "丁", 50.0)))
    assert entries.search(Plan(node)).hits[0].id == "page:2"


def test_a_constant_scores_like_so_much_bm25(entries):
    found = entries.search(Plan(Constant(word("甲"), 2.0))).hits
    assert len({hit.score for hit in found}) == 1


@pytest.mark.parametrize(
    "senseless",
    [
        {"kind": "page", "date": datetime(2026, 1, 1, tzinfo=UTC), "unheard_of": "x"},
        {"kind": "page", "date": datetime(2026, 1, 1, tzinfo=UTC), "year": "neunzehn"},
        {"kind": "page"},
    ],
    ids=["a field outside the mapping", "a word for a number", "no date"],
)
def test_what_an_engine_can_not_take_is_reported_and_the_others_are_written(entries, senseless):
    good = {"kind": "page", "title_words": "己", "date": datetime(2026, 1, 1, tzinfo=UTC)}
    with entries.writing() as writer:
        refusals = writer.write([Put("page:8", senseless), Put("page:9", good)])
    entries.forget()
    assert list(refusals) == ["page:8"]
    assert refusals["page:8"]
    assert "page:9" in entries.ids()
    assert "page:8" not in entries.ids()


def test_writing_twice_replaces_and_deleting_twice_is_harmless(entries):
    date = datetime(2026, 1, 1, tzinfo=UTC)
    put = Put("page:0", {"kind": "page", "title_words": "己", "date": date})
    with entries.writing() as writer:
        writer.write([put, put, Delete("page:1"), Delete("page:1")])
    entries.forget()
    assert entries.ids() == {"page:0", "page:2"}
    assert entries.search(Plan(word("己"))).total == 1


# Words


def test_two_characters_from_the_middle_of_a_headline_find_and_mark_it(index, story):
    story("弧光三十一年：一个焊工和他的七千道焊口")
    index()
    (hit,) = find(SearchRequest("十一")).hits
    assert "<mark>十一</mark>" in hit.title_html


def test_a_word_inside_a_longer_word_finds_it(index, story):
    story("省总工会召开座谈会")
    index()
    assert titles("工会") == ["省总工会召开座谈会"]
    assert titles("省总工会") == ["省总工会召开座谈会"]


def test_all_words_must_match(index, story):
    story("焊工的一天")
    story("焊工与劳模")
    index()
    assert titles("焊工 劳模") == ["焊工与劳模"]


def test_a_title_counts_more_than_a_body(index, story):
    story("七月的车间", body="焊工来了。")
    story("焊工来了", body="七月的车间。")
    index()
    assert titles("焊工") == ["焊工来了", "七月的车间"]


def test_traditional_and_full_width_queries_find_simplified_text(index, story):
    story("劳动者的5G车间")
    index()
    assert titles("勞動者 ５Ｇ") == ["劳动者的5G车间"]


def test_an_exact_key_comes_first(index, story):
    UnionFactory(name="第九工会", code="gh-009")
    story("gh-009 出现在标题里的报道")
    index()
    assert titles("GH-009")[0] == "第九工会"


def test_one_character_finds_titles_that_hold_it(index, story):
    story("焊花")
    story("别的")
    index()
    assert titles("焊") == ["焊花"]


@pytest.mark.parametrize("typed", ["秦守业", "qinshouye", "qin shouye", "QIN SHOU YE", "qsy"])
def test_a_person_is_found_by_name_pinyin_and_initials(index, typed):
    UnionFactory(name="秦守业", short_name="人")
    index()
    assert find(SearchRequest(typed, kind="person")).hits[0].title == "秦守业"


def test_a_surname_is_found_by_its_own_reading(index):
    UnionFactory(name="单大江", short_name="人")
    index()
    assert titles("shan dajiang", kind="person") == ["单大江"]


@pytest.mark.parametrize(
    ("typed", "name"), [("ouyang", "欧阳雪"), ("ou yang", "欧阳雪"), ("shan", "单大江")]
)
def test_a_surname_in_pinyin_finds_everyone_of_that_name(index, typed, name):
    for each in ("欧阳雪", "单大江", "秦守业"):
        UnionFactory(name=each, short_name="人")
    index()
    assert titles(typed, kind="person") == [name]


def test_synonyms_work_in_both_directions_without_a_rebuild(index, story):
    story("劳模座谈")
    story("劳动模范座谈")
    index()
    Synonym.objects.create(term="劳模", equivalent="劳动模范")
    assert sorted(titles("劳模")) == sorted(titles("劳动模范")) == ["劳动模范座谈", "劳模座谈"]
    marked = {hit.title_html for hit in find(SearchRequest("劳模")).hits}
    assert "<mark>劳动模范</mark>座谈" in marked


def test_the_typed_wording_comes_before_its_synonym(index, story):
    Synonym.objects.create(term="劳模", equivalent="劳动模范")
    story("省劳动模范座谈会", body="焊工发言。")
    story("劳模微课：焊工的笔", body="焊工发言。")
    index()
    assert titles("劳模 焊工") == ["劳模微课：焊工的笔", "省劳动模范座谈会"]


def test_a_slip_with_the_same_sound_is_mended_and_said(index, story):
    story("劳模座谈会")
    index()
    results = find(SearchRequest("劳摸"))
    assert [hit.title for hit in results.hits] == ["劳模座谈会"]
    assert results.rewritten
    assert results.shown_words == "劳模"


def test_a_slip_in_a_longer_word_is_mended(index, story):
    story("劳动模范座谈")
    index()
    results = find(SearchRequest("劳动模式"))
    assert results.shown_words == "劳动模范"
    assert results.total == 1


def test_of_two_readings_the_one_that_fits_better_is_taken(index, story):
    story("技师", body="海岸边。")
    story("海岸纪实")
    index()
    results = find(SearchRequest("海岸季实"))
    assert results.shown_words == "海岸纪实"
    assert [hit.title for hit in results.hits] == ["海岸纪实"]


def test_a_slip_that_matches_by_accident_is_mended_all_the_same(index, story):
    story("书屋的灯", body="宋师傅来过。天气温暖。通知贴出来了。")
    story("传送带检修通知")
    story("送达的通知")
    index()
    results = find(SearchRequest("宋达的通知"))
    assert results.shown_words == "送达的通知"
    typed = find(SearchRequest("宋师傅温暖通知"))
    assert not typed.rewritten
    assert [hit.title for hit in typed.hits] == ["书屋的灯"]


def test_a_title_with_nearly_all_characters_is_found_in_spite_of_a_slip(index, story):
    story("车间合唱三十首")
    index()
    results = find(SearchRequest("合三唱十"))
    assert results.relaxed
    assert [hit.title for hit in results.hits] == ["车间合唱三十首"]
    assert titles("合某天的书") == []


@pytest.mark.parametrize("typed", ["qinshouye", "qsy", "qin shou ye", "QSY 焊枪"])
def test_who_types_pinyin_finds_what_names_the_person_too(index, story, typed):
    UnionFactory(name="秦守业", short_name="人")
    story("秦守业和他的焊枪")
    story("一把焊枪")
    index()
    found = find(SearchRequest(typed))
    assert "秦守业和他的焊枪" in [hit.title for hit in found.hits]
    assert "一把焊枪" not in [hit.title for hit in found.hits]
    (named,) = [hit for hit in found.hits if "和他" in hit.title]
    assert "<mark>秦守业</mark>" in named.title_html
    assert not found.rewritten


def test_a_word_in_pinyin_is_understood_and_said(index, story):
    story("劳模座谈会")
    index()
    results = find(SearchRequest("laomo"))
    assert results.shown_words == "劳模"
    assert results.rewritten


def test_words_without_latin_letters_cost_no_look_up_of_readings(
    index, story, django_assert_num_queries
):
    query = parse("焊工 2026 书屋")
    with django_assert_num_queries(0):
        assert lexicon.readings(query) == []


def test_who_insists_on_the_typed_words_gets_no_others(index, story):
    story("劳模座谈会")
    index()
    assert find(SearchRequest("劳摸"), literal=True).total == 0


def test_without_a_hit_for_all_words_most_of_them_are_enough(index, story):
    story("焊工 车间 夏天")
    index()
    results = find(SearchRequest("焊工 车间 火星"))
    assert [hit.title for hit in results.hits] == ["焊工 车间 夏天"]
    assert results.relaxed


# Filters, facets, order, pages


@pytest.fixture
def shelf(index, story):
    province = UnionFactory(name="省焊工总会", code="sheng", level=Union.Level.PROVINCE)
    city = UnionFactory(name="甲市焊工会", code="jia", parent=province, level=Union.Level.CITY)
    UnionFactory(name="甲厂焊工会", code="jiachang", parent=city)
    UnionFactory(name="乙市焊工会", code="yi", parent=province, level=Union.Level.CITY)
    for year in (2024, 2025, 2025):
        published = datetime(year, 5, 1, tzinfo=UTC)
        story(f"焊工 {year}", seo_title="人物", first_published_at=published)
    index()
    return city


def facets_of(**request):
    return {
        name: dict(counts) for name, counts in find(SearchRequest("焊工", **request)).facets.items()
    }


def test_results_are_counted_by_kind_union_channel_year_and_level(shelf):
    facets = facets_of()
    assert facets["kind"] == {"union": 4, "page": 3}
    assert facets["year"] == {2025: 2, 2024: 1}
    assert facets["channel"] == {"人物": 3}
    assert facets["level"] == {"province": 1, "city": 2, "enterprise": 1}
    assert facets["unions"][shelf.path] == 2


@pytest.mark.parametrize(
    ("request_", "total"),
    [
        ({"kind": "page"}, 3),
        ({"year": 2025}, 2),
        ({"channel": "人物"}, 3),
        ({"channel": "别的"}, 0),
        ({"level": "city"}, 2),
        ({"kind": "union", "level": "province"}, 1),
    ],
)
def test_filters_narrow_exactly(shelf, request_, total):
    assert find(SearchRequest("焊工", **request_)).total == total


def test_a_union_stands_for_everything_below_it(shelf):
    assert set(titles("焊工", unions=shelf.path)) == {"甲市焊工会", "甲厂焊工会"}


def test_a_facet_counts_what_choosing_another_of_its_values_would_give(shelf):
    assert facets_of(kind="page")["kind"] == {"union": 4, "page": 3}
    assert facets_of(kind="page")["level"] == {}


def test_newest_first_when_asked(shelf):
    dated = titles("焊工", kind="page", sort="date")
    assert dated[-1] == "焊工 2024"


def test_pages_follow_each_other_without_gap_or_repeat(index, story):
    for number in range(23):
        story(f"焊工 {number}")
    index()
    pages = [titles("焊工", page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 3, 0]
    assert len({title for page in pages for title in page}) == 23


# Sync


def test_what_is_saved_is_found_after_the_next_sync(index, story):
    page = story("钳工")
    index()
    page.title = "焊花"
    page.save()
    assert titles("焊花") == []
    index()
    assert titles("焊花") == ["焊花"]
    assert titles("钳工") == []


def test_what_is_deleted_is_gone(index, story, engine):
    page = story("要删的")
    index()
    Page.objects.get(pk=page.pk).delete()
    index()
    assert f"page:{page.pk}" not in engine.ids()


def test_deleting_a_branch_removes_every_page_of_it(index, story, engine):
    parent = story("枝")
    child = story("叶", parent=parent)
    index()
    Page.objects.get(pk=parent.pk).delete()
    index()
    assert not engine.ids() & {f"page:{parent.pk}", f"page:{child.pk}"}


def test_unpublishing_removes_and_publishing_brings_back(index, story, engine):
    page = story("撤下再上")
    index()
    page.unpublish()
    index()
    assert f"page:{page.pk}" not in engine.ids()
    page.save_revision().publish()
    index()
    assert f"page:{page.pk}" in engine.ids()


def test_a_restriction_hides_the_whole_branch_and_its_end_shows_it(index, story, engine):
    parent = story("枝")
    child = story("叶", parent=parent)
    index()
    restriction = PageViewRestriction.objects.create(
        page=parent, restriction_type=PageViewRestriction.LOGIN
    )
    index()
    assert not engine.ids() & {f"page:{parent.pk}", f"page:{child.pk}"}
    restriction.delete()
    index()
    assert {f"page:{parent.pk}", f"page:{child.pk}"} <= engine.ids()


def test_a_page_moved_below_a_restricted_one_disappears_with_its_children(index, story, engine):
    hidden, moved = story("内部"), story("要移的")
    child = story("叶", parent=moved)
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    index()
    assert f"page:{child.pk}" in engine.ids()
    Page.objects.get(pk=moved.pk).move(Page.objects.get(pk=hidden.pk), pos="last-child")
    index()
    assert not engine.ids() & {f"page:{moved.pk}", f"page:{child.pk}"}


def test_syncing_twice_changes_nothing(index, story, engine, declared):
    page = story("两遍")
    index()
    before = engine.ids()
    services.sync(document=declared[1], pk=page.pk)
    services.sync(document=declared[1], pk=page.pk)
    assert engine.ids() == before


def test_one_row_that_cannot_be_prepared_does_not_stop_the_others(
    index, story, declared, monkeypatch
):
    bad, good = story("坏的"), story("好的")
    prepare = declared[1].prepare

    def fail(row):
        if row.pk == bad.pk:
            raise RuntimeError("no")
        return prepare(row)

    monkeypatch.setattr(declared[1], "prepare", fail)
    index()
    assert titles("好的") == [good.title]
    (row,) = PendingSync.objects.failing()
    assert row.key == str(bad.pk)
    assert "no" in row.error
    assert row.retry_at > row.at


# Rebuild


def test_a_rebuild_gives_exactly_what_the_database_has(index, story, engine, declared):
    pages = {f"page:{story(f'第 {number} 篇').pk}" for number in range(5)}
    with engine.writing() as writer:
        writer.write([Delete(next(iter(pages)))])
    services.rebuild()
    found = engine.ids()
    assert pages <= found
    expected = {
        f"{document.kind}:{pk}"
        for document in declared
        for pk in document.get_queryset().values_list("pk", flat=True)
    }
    assert found == expected


def test_a_rebuild_that_finds_too_little_keeps_the_old_index(
    index, story, engine, declared, monkeypatch
):
    for number in range(5):
        story(f"第 {number} 篇")
    index()
    before = engine.ids()

    def fail(row):
        raise RuntimeError("no")

    monkeypatch.setattr(declared[1], "prepare", fail)
    with pytest.raises(services.SearchError) as raised:
        services.rebuild()
    assert raised.value.code == "too_few"
    assert engine.ids() == before


def test_what_changes_while_a_rebuild_runs_is_in_the_new_index(index, story, engine):
    page = story("之前")
    index()

    def meanwhile(seen, total):
        Page.objects.filter(pk=page.pk).update(title="其间")
        services.enqueue(kind="page", pk=page.pk)
        services.sync_pending()

    services.rebuild(progress=meanwhile)
    engine.forget()
    assert titles("其间") == ["其间"]


def test_readers_see_the_old_index_until_the_swap(index, story, engine):
    story("一直都在")
    index()
    seen = []

    def look(*_progress):
        engine.forget()
        seen.append(titles("一直都在"))

    services.rebuild(progress=look)
    assert seen
    assert all(found == ["一直都在"] for found in seen)


# Without an engine


def test_without_an_index_titles_are_compared_and_it_is_said(index, story, engine, monkeypatch):
    story("焊工的一天", body="别处")
    monkeypatch.setattr(engine, "search", broken)
    results = find(SearchRequest("焊工"))
    assert [hit.title for hit in results.hits] == ["焊工的一天"]
    assert results.degraded


def broken(plan):
    raise finder.EngineError("away")


# What is not public


@pytest.fixture
def secret(index, story):
    """A page with a word of its own, indexed and then hidden while the index is behind."""
    page = story("绝密焊接 zhimima", seo_title="内部栏目")
    index()
    Page.objects.filter(pk=page.pk).update(live=False)
    return page


@pytest.mark.parametrize("words", ["绝密焊接", "绝密", "zhimima", "绝蜜", "绝密 焊接 其他"])
def test_what_is_no_longer_public_is_not_told_even_before_the_sync(secret, words):
    results = find(SearchRequest(words))
    assert results.hits == []
    assert results.total == 0
    assert not any(results.facets.values())
    assert not results.rewritten
    assert finder.suggest("绝密") == finder.suggest("jue") == []


def test_a_hit_that_is_gone_is_synced_again(secret, index, engine):
    find(SearchRequest("绝密"))
    assert PendingSync.objects.filter(kind="page", key=str(secret.pk), done_at=None).exists()
    index()
    assert f"page:{secret.pk}" not in engine.ids()


def test_a_restricted_page_never_enters_the_index(index, story, engine):
    parent = story("内部")
    PageViewRestriction.objects.create(page=parent, restriction_type=PageViewRestriction.LOGIN)
    child = story("内部独有词汇", parent=parent)
    index()
    assert f"page:{child.pk}" not in engine.ids()
    assert find(SearchRequest("独有词汇")).total == 0
    assert finder.suggest("内部独有") == []


def test_the_number_of_statements_does_not_grow_with_the_hits(index, story, count_queries):
    story("焊工 0")
    index()
    find(SearchRequest("焊工"))
    few = count_queries(lambda: find(SearchRequest("焊工")))
    for number in range(1, 10):
        story(f"焊工 {number}")
    index()
    assert len(titles("焊工")) == 10
    assert count_queries(lambda: find(SearchRequest("焊工"))) == few


def test_the_engine_answers_what_the_page_asks(index, story, engine):
    story("焊工")
    index()
    plan = plan_for(SearchRequest("焊工", size=1), word("焊工"))
    assert engine.search(plan).total == 1


def test_a_kind_whose_names_are_read_as_peoples_says_so_itself(db):
    assert [kind for kind, document in registry.items() if document.people] == ["person"]
    kept = dict(registry)
    registry.clear()
    try:
        silent = register(type("Silent", (IndexDocument,), {"kind": "person"}))
        assert not silent.people
    finally:
        registry.clear()
        registry.update(kept)
