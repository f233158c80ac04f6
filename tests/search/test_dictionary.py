"""Words that editors want kept whole: in effect when the index built with them takes over, and
until then nothing changes for readers."""

import pytest
from django.core.cache import cache

from search import dictionary, services
from search.engines.base import EngineError
from search.finder import find
from search.models import DictionaryEdition, DictionaryWord, LexiconWord
from search.query import SearchRequest
from search.services import outbox, syncing, writing
from search.text import Terms, dictionary_version, kept_whole, parts, words
from tests.factories.unions import MemberFactory

# Invented, so that no general dictionary joins it.
NAME = "穗郃垚"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory():
    cache.clear()


def titles(typed):
    results = find(SearchRequest(typed), literal=True)
    assert not results.degraded
    return [hit.title for hit in results.hits]


def test_a_term_is_kept_whole_only_where_it_is_asked_for():
    assert NAME not in words(f"工匠{NAME}的一天")
    before = dictionary_version()
    with kept_whole(Terms("of no edition", (NAME,))):
        assert NAME in words(f"工匠{NAME}的一天")
        assert dictionary_version() != before
    assert NAME not in words(f"工匠{NAME}的一天")
    assert dictionary_version() == before


def test_the_parts_of_a_word_follow_the_terms_that_are_kept_whole():
    assert "垚郃" not in parts("垚郃学堂")
    with kept_whole(Terms("of no other", ("垚郃",))):
        assert "垚郃" in parts("垚郃学堂")
    assert "垚郃" not in parts("垚郃学堂")


def test_a_new_word_takes_effect_with_the_next_sync(index, story):
    story(f"垚郃与穗：记{NAME}")
    story("焊工")
    index()
    DictionaryWord.objects.create(text=NAME)
    assert dictionary.changed()
    index()
    assert not dictionary.changed()
    assert DictionaryEdition.objects.in_use().words == [NAME]
    with dictionary.in_use():
        assert NAME in words(NAME)
    assert titles(NAME) == titles(f"记{NAME}") == [f"垚郃与穗：记{NAME}"]
    assert LexiconWord.objects.filter(text=NAME).exists(), "a slip can be mended to it"
    assert titles("焊工") == ["焊工"]


def test_a_word_that_is_taken_back_loses_its_effect_with_the_next_sync(index, story):
    story(f"记{NAME}")
    word = DictionaryWord.objects.create(text=NAME)
    index()
    word.delete()
    index()
    assert DictionaryEdition.objects.in_use().words == []
    with dictionary.in_use():
        assert NAME not in words(NAME)
    assert titles(NAME) == [f"记{NAME}"]


def test_while_the_index_is_rebuilt_readers_find_what_they_found_before(index, story, engine):
    for number in range(3):
        story(f"记{NAME} {number}")
    story("焊工")
    index()
    DictionaryWord.objects.create(text=NAME)
    seen = []

    def look(*_progress):
        engine.forget()
        with dictionary.in_use():
            seen.append((len(titles(NAME)), NAME in words(NAME)))

    look()
    services.rebuild(progress=look)
    assert len(seen) > 1
    assert set(seen) == {(3, False)}
    engine.forget()
    assert len(titles(NAME)) == 3


def test_a_search_that_began_before_the_swap_is_still_answered(index, story, monkeypatch):
    """It cut its words with the edition before, and asks after the new index is in place."""
    story("焊工的一天")
    index()
    before = DictionaryEdition.objects.in_use()
    DictionaryWord.objects.create(text=NAME)
    index()
    with monkeypatch.context() as patch:
        patch.setattr(DictionaryEdition.objects, "in_use", lambda: before)
        assert titles("焊工") == ["焊工的一天"]
    assert titles("焊工") == ["焊工的一天"]


def test_what_is_saved_during_the_rebuild_is_found_before_it_ends(
    index, story, engine, monkeypatch
):
    for number in range(3):
        story(f"旧闻 {number}")
    index()
    DictionaryWord.objects.create(text=NAME)
    contents, seen = writing._contents, []

    def slowly(document, keys):
        found = contents(document, keys)
        if not seen and document and document.kind == "page":
            seen.append("saved")
            story("新闻一则")
            return found
        return found

    swap = dictionary.use

    def look_and_swap(edition):
        engine.forget()
        seen.append(titles("一则"))
        swap(edition)

    monkeypatch.setattr(writing, "_contents", slowly)
    monkeypatch.setattr(dictionary, "use", look_and_swap)
    index()
    assert seen == ["saved", ["新闻一则"]]
    assert titles("一则") == ["新闻一则"]


def test_a_rebuild_that_fails_changes_nothing_and_is_tried_again_later(
    index, story, engine, monkeypatch, caplog
):
    story(f"记{NAME}")
    index()
    DictionaryWord.objects.create(text=NAME)
    tried = []

    def fail(**_options):
        tried.append(1)
        raise EngineError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(syncing, "rebuild", fail)
        index()
        index()
    assert tried == [1], "not with every beat"
    assert "tried again later" in caplog.text
    assert titles(NAME) == [f"记{NAME}"]
    cache.clear()
    index()
    assert not dictionary.changed()


def test_the_first_index_knows_the_words_at_once(declared, index_folder, story):
    DictionaryWord.objects.create(text=NAME)
    story(f"记{NAME}")
    services.sync_pending()
    assert not dictionary.changed()
    assert titles(NAME) == [f"记{NAME}"]


def test_a_rebuild_without_a_change_stays_with_the_edition(index):
    DictionaryWord.objects.create(text=NAME)
    index()
    edition = DictionaryEdition.objects.in_use()
    services.rebuild()
    assert DictionaryEdition.objects.in_use() == edition


@pytest.mark.django_db(transaction=True)
def test_saving_a_word_asks_for_a_sync_at_once(declared, settings, monkeypatch):
    asked = []
    monkeypatch.setattr(outbox, "nudge", lambda: asked.append(1))
    settings.SEARCH_NUDGE = True
    DictionaryWord.objects.create(text=NAME)
    assert asked == [1]


# The editors' form


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def test_an_editor_sees_which_words_have_taken_effect(editor, index):
    editor.post("/cms/dictionary/new/", {"text": f" {NAME} "})
    assert DictionaryWord.objects.get().text == NAME
    assert "正在重建索引" in editor.get("/cms/dictionary/").content.decode()
    index()
    assert "已生效" in editor.get("/cms/dictionary/").content.decode()


@pytest.mark.parametrize("text", ["垚", "5G车间", "穗 郃", "穗，郃", "一二三四五六七八九", ""])
def test_a_word_that_can_not_be_kept_whole_is_refused(editor, declared, text):
    assert editor.post("/cms/dictionary/new/", {"text": text}).status_code == 200
    assert not DictionaryWord.objects.exists()


def test_a_word_in_other_script_is_the_same_word(editor, declared):
    DictionaryWord.objects.create(text="劳匠")
    assert editor.post("/cms/dictionary/new/", {"text": "勞匠"}).status_code == 200
    assert DictionaryWord.objects.count() == 1
