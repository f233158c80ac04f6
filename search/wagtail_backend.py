"""Wagtail's admin search: one table of lines, the same on every database.

Wagtail's own backends take a run of Chinese for one word, fail on a double quote, and need time
that grows with the square of the hits. Here the table `AdminEntry` is read through once and what
was typed is sought in each line (decision 9); all filters and permissions stay in the queryset.
Nothing typed is an operator, and nothing typed is an error.
"""

from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan
from django.db.models.query import ModelIterable
from django.utils.functional import cached_property
from modelsearch.backends.base import (
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
)
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

from search.admin_index import AdminIndex
from search.models import AdminEntry
from search.text import MAX_UNITS, line, needle

Typed = PlainText | Phrase | Fuzzy
# So many keys are named one by one.
MOST_KEYS = 1_000


class AdminRebuilder:
    """What `wagtail_update_index` does before and after it writes every row."""

    def __init__(self, index: AdminIndex) -> None:
        self.index = index

    def start(self) -> AdminIndex:
        return self.index

    def finish(self) -> None:
        self.index.delete_stale()


class AdminCompiler(BaseSearchQueryCompiler):
    """From what was typed to a queryset. `fields` are not told apart: a row is found by any.

    The table is read until more hits are found than may be named by their keys; only if there are
    more does every further question read it again.
    """

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True

    def check(self) -> None:
        """Any filter and order will do: the database applies them."""

    def matches(self) -> QuerySet:
        """The rows of the queryset that the query finds, ordered as they came."""
        if isinstance(self.query, MatchAll):
            return self.queryset
        if self._few is None:
            return self.queryset.filter(pk__in=self._found.values("object_id"))
        return self.queryset.filter(pk__in=[key for key, _text in self._few])

    def ordered(self) -> QuerySet:
        """`matches`: by relevance, or as the queryset says; ties newest first."""
        found = self.matches()
        if not (self.order_by_relevance and self._typed):
            return found.order_by(*found.query.order_by, "-pk")
        named, begun = self._lifted()
        lifted = [
            When(pk__in=keys, then=place) for place, keys in enumerate((named, begun)) if keys
        ]
        return found.order_by(*([Case(*lifted, default=2)] if lifted else []), "-pk")

    @cached_property
    def _typed(self) -> str:
        return line(" ".join(_texts(self.query)))

    @cached_property
    def _entries(self) -> QuerySet:
        return AdminEntry.objects.of(self.queryset.model)

    @cached_property
    def _found(self) -> QuerySet:
        condition = self._condition(self.query, _Budget())
        return self._entries.none() if condition is None else self._entries.filter(condition)

    @cached_property
    def _few(self) -> list[tuple[int, str]] | None:
        return _if_few(self._found)

    def _lifted(self) -> tuple[list[int], list[int]]:
        """Keys of what is named as was typed, and of what begins so, unless too many do."""
        whole, beginning = f"{self._typed}\n", self._typed.rstrip()
        rows = self._few
        for text in (beginning, whole):
            if rows is None:
                rows = _if_few(self._entries.filter(Exact(StrIndex("text", Value(text)), 1)))
        named = [key for key, text in rows or [] if text.startswith(whole)]
        begun = [key for key, text in rows or [] if text.startswith(beginning)]
        return named, begun

    def _condition(self, query: Any, budget: "_Budget") -> Q | None:
        """`query` as a condition on entries; None where it says nothing."""
        if isinstance(query, MatchAll):
            return Q(pk__isnull=False)
        if isinstance(query, Boost):
            return self._condition(query.subquery, budget)
        if isinstance(query, Not):
            inner = self._condition(query.subquery, budget)
            return None if inner is None else ~inner
        if isinstance(query, And | Or):
            parts = [self._condition(inner, budget) for inner in query.subqueries]
            every = isinstance(query, And)
        elif isinstance(query, Typed):
            whole = isinstance(query, Phrase)
            words = [query.query_string] if whole else query.query_string.split()
            parts = [_holds(found) for word in words if (found := needle(word)) and budget.take()]
            every = whole or query.operator == "and"
        else:
            raise NotImplementedError(f"{type(query).__name__} in the admin")
        joined: Q | None = None
        for part in parts:
            if joined is None or part is None:
                joined = joined or part
            else:
                joined = joined & part if every else joined | part
        return joined


class _Budget:
    """So many words of a query count; those after them are let go."""

    def __init__(self) -> None:
        self.left = MAX_UNITS

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


def _if_few(entries: QuerySet) -> list[tuple[int, str]] | None:
    """Keys and texts of `entries`; None for more than `MOST_KEYS`, without reading them all."""
    rows = list(entries.values_list("object_id", "text")[: MOST_KEYS + 1])
    return rows if len(rows) <= MOST_KEYS else None


def _holds(found: str) -> Q:
    return Q(GreaterThan(StrIndex(F("text"), Value(found)), 0))


def _texts(query: Any) -> list[str]:
    """What was typed, in order, without what is not wanted."""
    if isinstance(query, Typed):
        return [query.query_string]
    if isinstance(query, And | Or):
        return [text for inner in query.subqueries for text in _texts(inner)]
    return _texts(query.subquery) if isinstance(query, Boost) else []


class AdminResults(BaseSearchResults):
    """A page of hits, or their number."""

    supports_facet = True

    def _do_search(self) -> list[Any]:
        found = self.query_compiler.ordered()
        if self.stop is None or found._iterable_class is not ModelIterable:
            return list(found[self.start : self.stop])
        # Keys first: sorting whole rows takes twice as long.
        keys = list(found.values_list("pk", flat=True)[self.start : self.stop])
        rows = {row.pk: row for row in self.query_compiler.queryset.filter(pk__in=keys)}
        return [rows[key] for key in keys if key in rows]

    def _do_count(self) -> int:
        total = self.query_compiler.matches().order_by().count()
        return max(0, min(total, self.stop or total) - self.start)

    def facet(self, field_name: str) -> dict[Any, int]:
        """How many hits there are per value of a field, most first."""
        found = self.query_compiler.matches().order_by().values_list(field_name)
        return dict(found.annotate(hits=Count("pk")).order_by("-hits", field_name))


class SearchBackend(BaseSearchBackend):
    """Named as Wagtail looks it up. Words and beginnings of words are sought alike."""

    query_compiler_class = AdminCompiler
    autocomplete_query_compiler_class = AdminCompiler
    index_class = AdminIndex
    results_class = AdminResults
    rebuilder_class = AdminRebuilder
