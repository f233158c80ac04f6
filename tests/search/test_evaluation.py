"""How relevance is measured: the metrics, the judged queries, the floors, the command."""

import json
import math
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from bench import content as generated
from search import services
from search.documents import Content, Suggestion
from search.engines import available, get_engine, using
from search.evaluation import (
    CLASSES,
    Answered,
    JudgedQuery,
    Score,
    Source,
    answer,
    build,
    by_engine,
    evaluate,
    floors,
    ndcg,
    overall,
    reciprocal_rank,
    wagtail_baseline,
)
from search.models import DictionaryWord, Synonym

grades = st.lists(st.integers(0, 3), max_size=30)
some_relevant = grades.filter(any)


# The metrics


@given(some_relevant, st.randoms())
def test_ndcg_lies_between_nothing_and_one(ideal, rng):
    ranked = rng.sample(ideal, rng.randint(0, len(ideal)))
    assert 0 <= ndcg(ranked, ideal) <= 1


@given(some_relevant)
def test_the_best_order_is_one(ideal):
    assert ndcg(sorted(ideal, reverse=True), ideal) == 1


@given(some_relevant)
def test_only_irrelevant_hits_are_nothing(ideal):
    assert ndcg([0] * 10, ideal) == 0


@given(some_relevant, st.data())
def test_a_better_hit_moved_up_never_lowers_ndcg(ranked, data):
    high = data.draw(st.integers(0, len(ranked) - 1))
    low = data.draw(st.integers(high, len(ranked) - 1))
    swapped = list(ranked)
    if swapped[low] >= swapped[high]:
        swapped[high], swapped[low] = swapped[low], swapped[high]
    assert ndcg(swapped, ranked) >= ndcg(ranked, ranked) - 1e-12


@given(some_relevant, st.integers(0, 3))
def test_one_more_hit_never_lowers_ndcg(ranked, more):
    ideal = [*ranked, more]
    assert ndcg([*ranked, more], ideal) >= ndcg(ranked, ideal)


@given(some_relevant)
def test_only_the_first_ten_count(ranked):
    assert ndcg(ranked, ranked) == ndcg(ranked[:10], ranked)


def test_a_known_value_of_ndcg():
    assert ndcg([0, 2], [2]) == pytest.approx(1 / math.log2(3))


def test_a_query_without_anything_relevant_measures_nothing():
    with pytest.raises(ValueError, match="no relevant"):
        ndcg([0], [0])


@given(grades)
def test_the_reciprocal_rank_is_that_of_the_first_relevant_hit(ranked):
    found = reciprocal_rank(ranked)
    if any(ranked):
        place = round(1 / found)
        assert ranked[place - 1] > 0
        assert not any(ranked[: place - 1])
    else:
        assert found == 0


# The judged queries


def source(number, title, body="", *, kind="story", people=False, **more):
    found = Content(title=title, url="/", body=body, **more)
    return Source(f"{kind}:{number}", found, people)


SITE = [
    source(1, "秦守业", kind="person", people=True, terms=(Suggestion("秦守业", 5),)),
    source(2, "秦守业的焊枪三十一年没有放下", "他是省里的劳动模范。", note="云港市总工会"),
    source(3, "港口的焊枪", "秦守业带过的徒弟。", note="云港市总工会"),
    source(4, "2026年书目", "与焊枪无关。"),
]


def queries(name, sites=SITE, **options):
    return {q.words: q.grades for q in build(sites, **options) if q.name == name}


def test_a_person_is_worth_most_then_titles_then_bodies():
    assert queries("person") == {"秦守业": {"person:1": 3, "story:2": 2, "story:3": 1}}


def test_a_whole_title_is_worth_most():
    assert queries("title")["港口的焊枪"] == {"story:3": 3}


def test_the_middle_of_a_title_means_the_titles_that_hold_it():
    assert queries("cut") == {"的焊枪三十一年没": {"story:2": 2}}


def test_a_place_and_a_topic_are_both_needed():
    for words, found in queries("place", places=["云港市总工会"]).items():
        place, topic = words.split()
        assert place in ("云港市", "云港市总工会")
        for held in found:
            number = int(held.partition(":")[2])
            text = SITE[number - 1].content
            assert place in text.note
            assert topic in text.title + text.body


def test_a_synonym_means_both_words():
    found = queries("synonym", synonyms=[("劳模", "劳动模范")])
    assert found["劳模"] == {"story:2": 1}
    assert "劳动模范" not in found


def test_traditional_and_wide_forms_mean_the_plain_ones():
    assert queries("traditional") == {"的焊槍三十一年沒": {"story:2": 2}}
    assert queries("width") == {"２０２６年书目": {"story:4": 3}}


def test_pinyin_means_whoever_reads_so():
    (words,) = queries("pinyin")
    assert words in ("qinshouye", "qin shou ye", "qsy")
    assert queries("pinyin")[words]["person:1"] == 3


def test_a_slip_is_found_nowhere_as_it_stands():
    made = [query for query in generated.judged(300) if query.name == "typo"]
    texts = [found.content.title + found.content.body for found in generated.sources(300)]
    assert made
    assert not any(query.words in text for query in made for text in texts)


def test_the_same_content_gives_the_same_queries_whatever_its_order():
    found = generated.sources(200)
    again = build(list(reversed(found)), synonyms=generated.SYNONYMS)
    assert {(q.name, q.words) for q in build(found, synonyms=generated.SYNONYMS)} == {
        (q.name, q.words) for q in again
    }


def test_every_class_is_built_and_in_both_parts():
    made = generated.judged(2000)
    for name in CLASSES:
        assert {query.part for query in made if query.name == name} == {"tuning", "test"}
    assert all(query.grades for query in made)


# Scores and floors


def answered(name, ids, **grades):
    return Answered(JudgedQuery(name, "词", grades, "test"), ids)


def test_scores_are_means_by_class():
    found = [answered("a", ["x"], x=3), answered("a", [], x=3), answered("b", ["y", "x"], x=1)]
    scores = evaluate(found)
    assert scores["a"] == Score(2, 0.5, 0.5, 1)
    assert scores["b"].mrr == 0.5
    assert overall(found).zero_result == 1


def test_what_falls_below_its_floor_is_told(tmp_path):
    path = tmp_path / "floors.json"
    floors.record("demo", {"a": Score(9, 0.9, 1.0, 0)}, path)
    floor = floors.read("demo", path)
    assert floors.fallen({"a": Score(9, 0.89, 1.0, 0)}, floor) == []
    assert "nDCG@10 0.870" in floors.fallen({"a": Score(9, 0.87, 1.0, 0)}, floor)[0]
    assert "1 without" in floors.fallen({"a": Score(9, 0.9, 1.0, 1)}, floor)[0]
    assert "no queries" in floors.fallen({}, floor)[0]
    assert floors.read("other", path) == {}


# Engines


def test_another_engine_is_used_for_a_while_only(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "one"
    usual = get_engine()
    settings.SEARCH_INDEX_DIR = tmp_path / "two"
    other = available()["embedded"]
    settings.SEARCH_INDEX_DIR = tmp_path / "one"
    with using(other):
        assert get_engine() is other
    assert get_engine() is usual


def test_the_product_finds_what_wagtail_alone_does_not(engine, index, story):
    story("弧光三十一年：一个焊工和他的焊枪")
    story("书屋的灯")
    index()
    found = [Source(f"page:{page.pk}", Content(title=page.title, url="/"))
             for page in Page.objects.filter(depth__gt=2)]  # fmt: skip
    made = build(found, each=5)
    before = Page.objects.count()
    with wagtail_baseline(found) as rank:
        theirs = overall(answer(made, rank))
    assert overall(answer(made, by_engine(engine))).ndcg10 == 1
    assert theirs.ndcg10 < 1
    assert Page.objects.count() == before


def run(*arguments):
    out = StringIO()
    call_command("search_eval", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_tables_and_json(embedded, story):
    Synonym.objects.create(term="劳模", equivalent="劳动模范")
    story("劳动模范的一天从扫雪开始")
    services.sync_pending()
    embedded.forget()
    printed = run("--json", "--engine", "embedded", "--misses", "1")
    last = json.loads(printed.splitlines()[-1])
    assert set(last) == {"ndcg10", "mrr", "zero_result", "classes"}
    assert last["ndcg10"] == 1
    assert "Wagtail 自带" in printed
    assert "synonym" in printed


def test_the_command_asks_an_index_that_knows_an_editors_word(embedded, story):
    DictionaryWord.objects.create(text="穗郃垚")
    story("劳动模范的一天从扫雪开始")
    services.sync_pending()
    embedded.forget()
    assert "1 条内容" in run("--engine", "embedded", "--no-baseline")


def test_the_command_says_what_is_missing(engine, declared):
    with pytest.raises(CommandError, match="没有可以搜索"):
        run()


def test_the_command_ends_with_an_error_below_the_floors(engine, index, story, monkeypatch):
    story("劳动模范的一天从扫雪开始")
    index()
    monkeypatch.setattr(floors, "read", lambda name: {"pinyin": {"ndcg10": 1, "zero_result": 0}})
    with pytest.raises(CommandError, match="pinyin: no queries"):
        run("--check", "--no-baseline")
