"""The text pipeline keeps what it promises for any text."""

from html import unescape

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from search.text import (
    MAX_UNITS,
    bigrams,
    fold,
    highlight,
    key_of,
    parse,
    parts,
    phrase_breaks,
    snippet,
    tokens,
    words,
)
from search.text.words import runs

CHINESE = "劳动模范工匠精神焊工总工会勞動的了，。：“”（）ＡＢ５Ｇabc 15gß㎏😀<>&\"'"
some_text = st.one_of(st.text(), st.text(alphabet=CHINESE))


@given(some_text)
def test_folding_keeps_the_length_and_folding_twice_changes_nothing(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_width_case_and_traditional_characters_are_folded():
    assert fold("勞動模範５Ｇ ＩＳＯ") == "劳动模范5g iso"


def test_a_number_has_one_key_however_it_is_written():
    assert key_of("978-7-02-000220-7") == key_of("９７８７０２０００２２０７")


def test_a_word_is_indexed_with_the_words_inside_it_and_none_across_its_joints():
    assert parts("集中学习") == ("集中", "学习")
    assert parts("总工会") == ("工会",)
    assert "中学" not in words("集中学习")


@given(some_text)
def test_tokens_hold_no_space_so_that_a_whitespace_analyzer_keeps_them(text):
    for token in [*words(text), *bigrams(text)]:
        assert token
        assert token.split() == [token]


@given(some_text)
def test_a_run_gives_the_same_tokens_whatever_stands_beside_it(text):
    found = runs(fold(text))
    assert words(text) == [word for run in found for word in words(run)]
    assert bigrams(text) == [pair for run in found for pair in bigrams(run)]
    assert tokens(text) == (words(text), bigrams(text))


@given(st.text(alphabet="劳动模范工匠", min_size=2))
def test_every_two_neighbouring_characters_can_be_found(text):
    assert bigrams(text) == [text[at : at + 2] for at in range(len(text) - 1)]


@given(some_text)
def test_marks_add_nothing_but_marks(text):
    marked = highlight(text, parse("劳动 工匠 5g").needles())
    assert unescape(marked.replace("<mark>", "").replace("</mark>", "")) == text


@given(some_text, some_text)
def test_html_in_text_or_query_never_becomes_html(text, query):
    for html in (highlight(text, parse(query).needles()), snippet(text, parse(query).needles())):
        bare = html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare
        assert html.count("<mark>") == html.count("</mark>")


@given(some_text, st.sampled_from(["劳动", "工匠精神", "焊工", "5g"]))
def test_what_is_marked_is_what_was_sought(text, word):
    marked = highlight(f"{text} {word} 。", [(word,)])
    inside = [piece.split("</mark>")[0] for piece in marked.split("<mark>")[1:]]
    assert inside
    assert all(set(fold(unescape(piece))) <= set(word) for piece in inside)


def test_a_traditional_spelling_is_marked_where_it_stands():
    assert highlight("致敬勞動者", parse("劳动").needles()) == "致敬<mark>勞動</mark>者"


def test_letters_and_digits_match_whole():
    assert highlight("5G 15G", parse("5g").needles()) == "<mark>5G</mark> 15G"


def test_a_snippet_shows_a_find_far_inside_a_long_text():
    found = snippet("前文。" * 100 + "这里说到焊工。" + "后文。" * 100, parse("焊工").needles())
    assert "<mark>焊工</mark>" in found
    assert found.startswith("……")
    assert found.endswith("……")


@given(some_text)
def test_a_query_never_has_more_units_than_allowed(text):
    query = parse(text * 20)
    assert len(query.units) <= MAX_UNITS
    assert all(segment.units for segment in query.segments)


def test_operators_of_other_search_engines_are_plain_separators():
    assert [segment.text for segment in parse('劳模* AND? title:"焊工" -x').segments] == [
        "劳模",
        "and",
        "title",
        "焊工",
        "x",
    ]


@pytest.mark.parametrize("text", ["😀😀", "  ", "\"*?:'", "……，。"])
def test_a_query_without_letters_holds_nothing_to_search(text):
    assert parse(text).segments == ()


@given(some_text)
def test_phrases_joined_are_the_headline(title):
    assert "".join(phrase_breaks(title)) == title


@given(some_text)
def test_no_phrase_but_the_first_starts_with_a_particle_or_closing_mark(title):
    for phrase in phrase_breaks(title)[1:]:
        assert phrase[0] not in "的了着、，。：）》”’"


@pytest.mark.parametrize(
    ("title", "phrases"),
    [
        ("一枚齿轮的公差", ["一枚齿轮的", "公差"]),
        ("铁塔上看得见海", ["铁塔上", "看得见海"]),
        (
            "油污手套里的丝级刻度：女钳工欧阳明霞的二十年",
            ["油污手套里的", "丝级刻度：", "女钳工欧阳明霞的", "二十年"],
        ),
        ("守了三十年的人", ["守了", "三十年的人"]),
        (
            "弧光三十一年：一个焊工和他的七千道焊口",
            ["弧光三十一年：", "一个焊工和他的", "七千道焊口"],
        ),
    ],
)
def test_headlines_break_where_a_reader_would_pause(title, phrases):
    assert phrase_breaks(title) == phrases


def test_the_headline_filter_escapes_and_marks_where_a_line_may_break():
    shown = Template("{% load headline %}{{ title|wbr }}").render(
        Context({"title": "一枚<b>齿轮</b>的公差"})
    )
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown.replace("<wbr>", "")
    assert "<wbr>公差" in shown
