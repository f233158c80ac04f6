"""The mapping, entries and plans of search in tantivy's terms."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import tantivy
from tantivy import Occur, Query

from search import mapping
from search.engines.base import Put
from search.query import And, AtLeast, Constant, Identity, Node, Or, Phrase, Plan, Term

MOST_BUCKETS = 1000
# Hits of one score that are put in order; more would make a page slow.
MOST_TIED = 500
# tantivy adds 32-bit floats in an order that differs from document to document: scores that differ
# by less, relative to their size, are the same.
NOISE = 1e-6

Scored = list[tuple[float, tantivy.DocAddress]]


def build_schema() -> tantivy.Schema:
    """The schema generated from the mapping; a field type without a translation raises."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name, field in mapping.fields().items():
        if field.get("index", True) is False:
            continue
        match field["type"], field.get("analyzer"):
            case "text", "whitespace":
                builder.add_text_field(name, tokenizer_name="whitespace")
            case "keyword", None:
                builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
            case "long", None:  # read for ties, apart from the rest of the entry
                builder.add_integer_field(name, stored=True, indexed=True, fast=True)
            case "integer", None:
                builder.add_integer_field(name, indexed=True, fast=True)
            case "date", None:
                builder.add_date_field(name, indexed=True, fast=True)
            case "boolean", None:
                builder.add_boolean_field(name, indexed=True, fast=True)
            case kind:
                raise ValueError(f"field {name!r}: {kind} has no translation to tantivy")
    builder.add_bytes_field("source", stored=True)
    return builder.build()


def to_document(put: Put) -> tantivy.Document:
    """A tantivy document; raises as `mapping.to_source`."""
    known = mapping.fields()
    document = tantivy.Document()
    document.add_text("id", put.id)
    shown: dict[str, Any] = {}
    for name, value in mapping.to_source(put.id, put.entry).items():
        field = known[name]
        kind = field["type"]
        if name not in mapping.UNSEEN:
            shown[name] = value
        if field.get("index", True) is False:
            continue
        for item in value if isinstance(value, list) else [value]:
            match kind:
                case "text" | "keyword":
                    document.add_text(name, item)
                case "integer" if not -(2**31) <= item < 2**31:
                    raise ValueError(f"field {name!r}: {item} has more than 32 bits")
                case "integer" | "long":
                    document.add_integer(name, item)
                case "date":
                    document.add_date(name, item)
                case "boolean":
                    document.add_boolean(name, item)
    document.add_bytes("source", json.dumps(shown, default=_to_json).encode())
    return document


def _to_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)


def to_query(schema: tantivy.Schema, node: Node) -> Query:
    """`node` in tantivy's terms."""
    match node:
        case Term(field=name, value=value, boost=boost):
            return Query.boost_query(Query.term_query(schema, name, value, "freq"), boost)
        case Phrase(field=name, values=values, boost=boost):
            return Query.boost_query(Query.phrase_query(schema, name, list(values)), boost)
        case Identity(id=found):
            return Query.term_query(schema, "id", found)
        case Constant(node=inner, score=score):
            return Query.const_score_query(to_query(schema, inner), score)
        case And(nodes=nodes):
            return Query.boolean_query([(Occur.Must, to_query(schema, each)) for each in nodes])
        case Or(nodes=nodes):
            return Query.boolean_query([(Occur.Should, to_query(schema, each)) for each in nodes])
        case AtLeast(nodes=nodes, minimum=minimum):
            return Query.boolean_query(
                [(Occur.Should, to_query(schema, each)) for each in nodes], minimum
            )


def filtered(schema: tantivy.Schema, node: Node, filters: dict[str, str | int]) -> Query:
    """`node` narrowed by exact values, which do not change its scores."""
    query = to_query(schema, node)
    if not filters:
        return query
    musts = [(Occur.Must, query)]
    for name, value in filters.items():
        exact = Query.term_query(schema, name, value)
        musts.append((Occur.Must, Query.const_score_query(exact, 0.0)))
    return Query.boolean_query(musts)


def by_score(
    searcher: tantivy.Searcher, query: Query, plan: Plan
) -> tuple[tantivy.SearchResult, Scored]:
    """One page by score, equal scores by recency: tantivy itself orders those by where they lie.

    Hits that share their score with one of the page are read too, up to `MOST_TIED`.
    """
    end = plan.offset + plan.limit
    if not plan.limit:
        return searcher.search(query, limit=1), []
    found = searcher.search(query, limit=end + 1)
    if len(found.hits) > end and _tied(found.hits[end - 1], found.hits[end]):
        found = searcher.search(query, limit=end + MOST_TIED)
    page: Scored = []
    at = 0
    for members in _groups(found.hits):
        after = at + len(members)
        if after > plan.offset and len(members) > 1:
            members.sort(key=lambda hit: _recency(searcher, hit[1]), reverse=True)
        page += [hit for place, hit in enumerate(members, at) if plan.offset <= place < end]
        at = after
        if at >= end:
            break
    return found, page


def _tied(higher: tuple[float, Any], lower: tuple[float, Any]) -> bool:
    return higher[0] - lower[0] <= NOISE * higher[0]


def _groups(hits: Scored) -> Iterator[Scored]:
    """Runs of hits whose scores are the same."""
    group: Scored = []
    for hit in hits:
        if group and not _tied(group[-1], hit):
            yield group
            group = []
        group.append(hit)
    if group:
        yield group


def _recency(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> int:
    return int(searcher.doc(address)["recency"][0])


def facets_of(
    schema: tantivy.Schema, searcher: tantivy.Searcher, plan: Plan, query: Query
) -> dict[str, list[tuple[Any, int]]]:
    """Counts per facet, most frequent first; a facet's own filter does not narrow it."""
    free = [name for name in plan.facets if name not in plan.filters]
    found = _counts(searcher, query, free)
    for name in plan.facets:
        if name in plan.filters:
            others = {key: value for key, value in plan.filters.items() if key != name}
            found |= _counts(searcher, filtered(schema, plan.node, others), [name])
    return found


def _counts(
    searcher: tantivy.Searcher, query: Query, names: list[str]
) -> dict[str, list[tuple[Any, int]]]:
    if not names:
        return {}
    wanted = {name: {"terms": {"field": name, "size": MOST_BUCKETS}} for name in names}
    found = searcher.aggregate(query, wanted)
    return {
        name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]]
        for name in names
    }
