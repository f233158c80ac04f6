"""Wagtail's admin search, mended for Chinese on SQLite.

FTS5 takes a run of Chinese for one token, so that a word inside a title is never found, and a
double quote in a query is a syntax error. Here index and query alike hold one token per Chinese
character and no marks; each word of a query is a phrase. Other databases keep Wagtail's own.
"""

from typing import Any

import regex
from django.db.models import QuerySet
from modelsearch.backends.database.sqlite.query import AndNot, Lexeme, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import And, Or, Phrase, PlainText

from search.text import fold

TOKEN = regex.compile(r"\p{Han}|(?:(?!\p{Han})[\p{L}\p{N}\p{M}])+")
TEXT_FIELDS = ("title", "autocomplete", "body")


def spaced(text: str) -> str:
    """`text` folded, a token per Chinese character, no marks: 劳模2026年 → 劳 模 2026 年."""
    return " ".join(TOKEN.findall(fold(text)))


class SpacedEntries(QuerySet):
    """Index entries that are written in tokens."""

    def update(self, **values: Any) -> int:
        return super().update(
            **{
                name: spaced(value) if isinstance(value, str) else value
                for name, value in values.items()
            }
        )

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        entries = list(objs)
        for entry in entries:
            for name in TEXT_FIELDS:
                setattr(entry, name, spaced(getattr(entry, name)))
        return super().bulk_create(entries, *args, **kwargs)


class ChineseIndex(SQLiteIndex):
    def __init__(self, backend: Any) -> None:
        super().__init__(backend)
        self.entries = SpacedEntries(self.entries.model, using=self.entries._db)


class PhraseQueries:
    """Builds each word as a phrase of tokens; a query without letters matches nothing."""

    def build_search_query_content(self, query: Any, config: Any = None) -> Any:
        if isinstance(query, PlainText):
            words = [word for text in query.query_string.split() if (word := spaced(text))]
            return _joined(
                [
                    SearchQueryExpression(Lexeme(word, prefix=self._is_prefix(word, words)))
                    for word in words
                ],
                every=query.operator.upper() == "AND",
            )
        if isinstance(query, Phrase):
            words = spaced(query.query_string)
            return SearchQueryExpression(Lexeme(words)) if words else None
        if isinstance(query, AndNot):
            wanted = self.build_search_query_content(query.subquery_a, config)
            unwanted = self.build_search_query_content(query.subquery_b, config)
            return wanted._combine(unwanted, "NOT") if wanted and unwanted else wanted
        if isinstance(query, And | Or):
            built = [self.build_search_query_content(inner, config) for inner in query.subqueries]
            return _joined([part for part in built if part], every=isinstance(query, And))
        return super().build_search_query_content(query, config=config)

    def _is_prefix(self, word: str, words: list[str]) -> bool:
        return self.LAST_TERM_IS_PREFIX and word is words[-1]

    def search(self, config: Any, start: Any, stop: Any, score_field: Any = None) -> Any:
        if not _says_something(self.query):
            return self.queryset.none()
        return super().search(config, start, stop, score_field)


def _joined(parts: list[Any], *, every: bool) -> Any:
    if not parts:
        return None
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if every else joined | part
    return joined


def _says_something(query: Any) -> bool:
    """Whether a letter is left in any text of `query` (queries without text always do)."""
    if isinstance(query, PlainText | Phrase):
        return bool(spaced(query.query_string))
    if isinstance(query, And | Or):
        return any(map(_says_something, query.subqueries))
    return True


class ChineseCompiler(PhraseQueries, SQLiteSearchQueryCompiler):
    pass


class ChineseAutocompleteCompiler(PhraseQueries, SQLiteAutocompleteQueryCompiler):
    pass


class SearchBackend(SQLiteSearchBackend):
    """Named as Wagtail looks it up; only for SQLite (settings choose)."""

    query_compiler_class = ChineseCompiler
    autocomplete_query_compiler_class = ChineseAutocompleteCompiler
    index_class = ChineseIndex
