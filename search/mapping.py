"""The one declaration of the index: Elasticsearch creates its index from it, tantivy its schema."""

import hashlib
import json
import zlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from elasticsearch import dsl

from search import text
from search.documents import CONTENT_VERSION, Content, IndexDocument, with_attached
from search.pinyin import compact, initials, surname, syllables

UNION_STEP = 4
LONGEST_KEY = 200
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
# Stands in a text without words: so every engine counts the same texts when it scores.
NOTHING = "∅"
# Kept for display only: part of `_source`, never searched.
DISPLAY = {"index": False, "doc_values": False}


# Only found by, never shown: left out of what engines store.
UNSEEN = [
    "title_words",
    "title_bigrams",
    "body_words",
    "body_bigrams",
    "characters",
    "keys",
    "recency",
]


class Entry(dsl.Document):
    """One findable thing of any kind; its id is `kind:pk`."""

    kind = dsl.Keyword()
    title_words = dsl.Text(analyzer="whitespace")
    title_bigrams = dsl.Text(analyzer="whitespace")
    body_words = dsl.Text(analyzer="whitespace")
    body_bigrams = dsl.Text(analyzer="whitespace")
    characters = dsl.Keyword(multi=True)
    keys = dsl.Keyword(multi=True)
    unions = dsl.Keyword(multi=True)
    channel = dsl.Keyword()
    year = dsl.Integer()
    level = dsl.Keyword()
    date = dsl.Date()
    recency = dsl.Long()
    title = dsl.Keyword(**DISPLAY)
    body = dsl.Keyword(**DISPLAY)
    note = dsl.Keyword(**DISPLAY)
    image = dsl.Keyword(**DISPLAY)
    url = dsl.Keyword(**DISPLAY)

    class Meta:
        dynamic = dsl.MetaField("strict")
        source = dsl.MetaField(excludes=UNSEEN)


@cache
def mapping() -> dict[str, Any]:
    """The mapping as Elasticsearch takes it."""
    found: dict[str, Any] = Entry._doc_type.mapping.to_dict()
    return found


def fields() -> dict[str, dict[str, Any]]:
    """Each field's parameters, by name, in order."""
    return mapping()["properties"]


def fingerprint() -> str:
    """What decides which tokens the index holds: an index with another one must be rebuilt."""
    return _fingerprint(text.PIPELINE_VERSION, text.dictionary_version())


@cache
def _fingerprint(pipeline: int, dictionary: str) -> str:
    parts = [mapping(), pipeline, dictionary, CONTENT_VERSION]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def entry_id(kind: str, pk: Any) -> str:
    """The id of a row in the index."""
    return f"{kind}:{pk}"


def split_id(found: str) -> tuple[str, str]:
    """Kind and primary key (as text) of an id."""
    kind, _, pk = found.partition(":")
    return kind, pk


def to_entry(document: type[IndexDocument], content: Content) -> dict[str, Any]:
    """The fields of `content`, tokens joined by spaces; absent values are left out.

    Raises `TypeError` or `ValueError` for a date without time zone and for values of a wrong type.
    """
    if content.date is not None and content.date.utcoffset() is None:
        raise ValueError("the date needs a time zone")
    body = with_attached(content)
    title_words, title_bigrams = text.tokens(str(content.title))
    body_words, body_bigrams = text.tokens(f"{content.note}\n{body}")
    entry: dict[str, Any] = {
        "kind": document.kind,
        "title_words": " ".join(title_words) or NOTHING,
        "title_bigrams": " ".join(title_bigrams) or NOTHING,
        "body_words": " ".join(body_words) or NOTHING,
        "body_bigrams": " ".join(body_bigrams) or NOTHING,
        "characters": sorted(set(text.fold(str(content.title)))),
        "keys": exact_keys(document, content),
        "unions": path_prefixes(content.union_path),
        "date": content.date or NO_DATE,
        "title": str(content.title),
        "body": body,
        "note": str(content.note),
        "image": str(content.image),
        "url": str(content.url),
    }
    if content.channel:
        entry["channel"] = str(content.channel)
    if content.year is not None:
        entry["year"] = int(content.year)
    if content.level:
        entry["level"] = str(content.level)
    return entry


def to_source(found: str, entry: dict[str, Any]) -> dict[str, Any]:
    """What an engine stores under the id `found`: `entry`, with its place in the order by date.

    Raises `KeyError` for a field that the mapping doesn't know (dynamic: strict), and for an entry
    without a date.
    """
    known = fields()
    for name in entry:
        known[name]
    return {**entry, "recency": recency(found, entry["date"])}


def recency(found: str, date: datetime) -> int:
    """One number that orders by date, and rows of the same second in a fixed, arbitrary way: the
    seconds since 1970 in the upper bits, 20 bits of a hash of the id in the lower."""
    return (int(date.timestamp()) << 20) + (zlib.crc32(found.encode()) & 0xFFFFF)


def path_prefixes(path: str) -> list[str]:
    """The paths of the union and of those above it: a filter by any of them finds the row."""
    return [path[:end] for end in range(UNION_STEP, len(path) + 1, UNION_STEP)]


def exact_keys(document: type[IndexDocument], content: Content) -> list[str]:
    """Title, declared keys, and the readings and initials of declared terms; of persons also the
    reading of the surname."""
    found = [text.key_of(str(content.title)), *map(text.key_of, content.keys)]
    for term in content.terms:
        found.append(text.key_of(term.text))
        for reading in readings(document, term.text, term.pinyin):
            found += [compact(reading), initials(reading)]
            if document.people:
                found.append(compact(surname(term.text, reading)))
    return [key for key in dict.fromkeys(found) if 1 < len(key) <= LONGEST_KEY]


def readings(document: type[IndexDocument], term: str, pinyin: str = "") -> list[list[str]]:
    """How `term` may be typed in pinyin, the best reading first."""
    if pinyin:
        return [[key for part in pinyin.split() if (key := text.key_of(part))]]
    found = [syllables(term)]
    if document.people:
        found.insert(0, syllables(term, person=True))
    return [reading for at, reading in enumerate(found) if reading not in found[:at]]
