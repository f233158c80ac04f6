"""Answer a search request: exact, then rewritten, then relaxed; and without an index at all."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.cache import cache
from django.core.exceptions import FieldError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from search import dictionary, lexicon, mapping, services
from search.documents import IndexDocument, parts_of, registry
from search.engines import get_engine
from search.engines.base import Answer, EngineError
from search.models import PinnedResult, QueryLog, SuggestionTerm
from search.pinyin import typed_part
from search.query import (
    MAX_PAGE,
    Node,
    Plan,
    SearchRequest,
    compile_query,
    compile_relaxed,
    compile_together,
    meanings,
    plan_for,
    with_pinned,
)
from search.synonyms import synonym_pairs
from search.text import ParsedQuery, highlight, key_of, parse, snippet, spans

logger = logging.getLogger(__name__)

FALLBACK_PER_KIND = 20
MOST_SUGGESTIONS = 8
LONGEST_TYPED = 40
SEPARATOR = ' <i class="sep">·</i> '
POPULAR_KEY = "search:popular"
POPULAR_SECONDS = 10


@dataclass(frozen=True)
class Found:
    """One result as a page shows it. `title_html` and `text_html` are escaped and marked;
    `pinned`: an editor has put it first for these words."""

    kind: str
    key: str
    label: Any
    title: str
    title_html: str
    text_html: str
    url: str
    image: str = ""
    note: str = ""
    date: Any = None
    union_path: str = ""
    pinned: bool = False


@dataclass(frozen=True)
class Results:
    """One page of results.

    `shown_words` are those that were searched, other than the typed ones if `rewritten`;
    `relaxed`: only most words match; `degraded`: the index is away, titles were compared;
    `elsewhere`: how many match the words where the filters leave none.
    """

    request: SearchRequest
    shown_words: str
    total: int = 0
    hits: list[Found] = field(default_factory=list)
    facets: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    rewritten: bool = False
    relaxed: bool = False
    degraded: bool = False
    cut_short: bool = False
    elsewhere: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether the reader narrows by more than the kind: what titles alone can't do."""
        return bool(self.request.filters.keys() - {"kind"})

    @property
    def pages(self) -> int:
        """How many pages can be turned to."""
        return min(MAX_PAGE, -(-self.total // self.request.size))


@dataclass(frozen=True)
class _Wording:
    """Words to search for: `pinned` are the entries that editors put first for them."""

    query: ParsedQuery
    node: Node
    pairs: list[tuple[str, str]]
    pinned: tuple[str, ...] = ()


def _wording(query: ParsedQuery, pairs: list[tuple[str, str]]) -> _Wording | None:
    """`query` ready to be asked; None where there is nothing to search for."""
    node = compile_query(query, pairs)
    if node is None:
        return None
    pinned = tuple(mapping.entry_id(*row) for row in PinnedResult.objects.for_key(query.key))
    return _Wording(query, with_pinned(node, pinned), pairs, pinned)


def find(request: SearchRequest, *, literal: bool = False) -> Results:
    """Results for `request`. With `literal` the words are never replaced by others."""
    with dictionary.in_use():
        query = parse(request.words)
        results = Results(request, query.text, cut_short=query.cut_short)
        wording = _wording(query, synonym_pairs() + lexicon.readings(query))
        if wording is None:
            return results
        try:
            return _find(wording, results, literal)
        except EngineError as error:
            logger.warning("Search falls back to titles: %s", error)
            return _by_title(wording, results)


def _find(wording: _Wording, results: Results, literal: bool) -> Results:
    # Words typed in one piece that stand together nowhere may be a slip that matches by accident.
    together = compile_together(wording.query)
    if together and not wording.pinned and not literal and not _best_score(together):
        shown = _rewritten(results, wording, together=True)
        if shown:
            return shown
    shown = _answered(results, wording)
    if not shown and not literal:
        shown = _rewritten(results, wording)
    if shown:
        return shown
    relaxed = compile_relaxed(wording.query)
    if relaxed:
        shown = _answered(replace(results, relaxed=True), replace(wording, node=relaxed))
    return shown or results


def _rewritten(results: Results, wording: _Wording, *, together: bool = False) -> Results | None:
    """The results of what was probably meant: of the proposal that fits some entry best. With
    `together` only proposals count whose words stand together somewhere."""
    found: list[tuple[float, str, ParsedQuery]] = []
    for text in lexicon.proposals(wording.query):
        other = parse(text)
        sought = compile_together(other) if together else compile_query(other, wording.pairs)
        score = _best_score(sought) if sought else 0.0
        if score:
            found.append((score, text, other))
    for _score, text, other in sorted(found, key=lambda each: -each[0]):
        meant = _wording(other, wording.pairs)
        rewritten = replace(results, shown_words=text, rewritten=True)
        shown = meant and _answered(rewritten, meant)
        if shown:
            return shown
    return None


def _best_score(node: Node) -> float:
    """The score of the best entry that `node` matches, 0 for none."""
    return max((hit.score for hit in get_engine().search(Plan(node, limit=1)).hits), default=0.0)


def _answered(results: Results, wording: _Wording) -> Results | None:
    """The results of `wording`, or None where it matches nothing, whatever the filters."""
    request = results.request
    shown = _shown(results, _ask(request, wording.node), wording)
    if shown.total or not (request.filters and request.elsewhere):
        return shown if shown.total else None
    bare = SearchRequest(request.words)
    anywhere = _shown(replace(results, request=bare), _ask(bare, wording.node), wording)
    return replace(shown, elsewhere=anywhere.total) if anywhere.total else None


def _ask(request: SearchRequest, node: Node) -> Answer:
    return get_engine().search(plan_for(request, node))


def _shown(results: Results, answer: Answer, wording: _Wording) -> Results:
    """Turn an engine's answer into what a page shows, without what is no longer public."""
    ids = [mapping.split_id(hit.id) for hit in answer.hits]
    public = public_keys(ids)
    needles = wording.query.needles()
    for text in meanings(wording.query, wording.pairs):
        needles += parse(text).needles()
    first = wording.pinned if results.request.sort == "relevance" else ()
    hits = []
    gone = []
    for (kind, key), hit in zip(ids, answer.hits, strict=True):
        if (kind, key) in public:
            found = _to_found(kind, key, hit.entry, needles)
            hits.append(replace(found, pinned=hit.id in first))
        else:
            gone.append((kind, key))
            _uncount(answer.facets, hit.entry)
    services.enqueue_if_free(keys=gone)
    return replace(results, total=answer.total - len(gone), hits=hits, facets=answer.facets)


def _uncount(facets: dict[str, list[tuple[Any, int]]], entry: dict[str, Any]) -> None:
    """Take an entry that is no longer public out of the counts too: they would betray it."""
    for name, counts in facets.items():
        value = entry.get(name)
        values = value if isinstance(value, list) else [value]
        counts[:] = [
            (found, left) for found, count in counts if (left := count - (found in values)) > 0
        ]


def public_keys(ids: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `ids` (kind, key) that are public now: one statement per kind, not per row."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in ids:
        by_kind[kind].append(key)
    found: set[tuple[str, str]] = set()
    for kind, keys in by_kind.items():
        document = registry.get(kind)
        if document:
            rows = document.get_queryset().filter(pk__in=keys).values_list("pk", flat=True)
            found |= {(kind, str(pk)) for pk in rows}
    return found


def _to_found(kind: str, key: str, entry: dict[str, Any], needles: list[tuple[str, ...]]) -> Found:
    date = parse_datetime(entry["date"])
    paths = entry.get("unions") or [""]
    return Found(
        kind=kind,
        key=key,
        label=registry[kind].label,
        title=entry["title"],
        title_html=highlight(entry["title"], needles),
        text_html=_excerpt(entry, needles),
        url=entry["url"],
        image=entry["image"],
        note=entry["note"] if entry["body"] else "",
        date=date if date and date != mapping.NO_DATE else None,
        union_path=paths[-1],
    )


def _excerpt(entry: dict[str, Any], needles: list[tuple[str, ...]]) -> str:
    """A piece of the body around what was found, or of the attachment that alone holds it, with
    its name. As HTML."""
    own, attached = parts_of(entry["body"])
    own = own or entry["note"]
    if not any(spans(text, needles) for text in (own, entry["title"], entry["note"])):
        for name, text in attached:
            if spans(f"{name}\n{text}", needles):
                named = _("附件：%(name)s") % {"name": highlight(name, needles)}
                return SEPARATOR.join(filter(None, [named, snippet(text, needles)]))
    return snippet(own, needles)


def popular(today: date, most: int = 8) -> list[str]:
    """What many searched lately and what still finds something: a name that was withdrawn since
    must not stay up as a proposal. Kept for a few seconds."""
    found = cache.get(POPULAR_KEY)
    if found is None:
        asked = QueryLog.objects.popular(today, most * 2)
        found = [words for words in asked if _finds(words)][:most]
        cache.set(POPULAR_KEY, found, POPULAR_SECONDS)
    return found


def _finds(words: str) -> bool:
    """Whether the very words find something public."""
    with dictionary.in_use():
        wording = _wording(parse(words), synonym_pairs())
        try:
            return bool(wording and _answered(Results(SearchRequest(words), words), wording))
        except EngineError:
            return False


# Without an index


def _by_title(wording: _Wording, results: Results) -> Results:
    """What is pinned, then rows whose title holds every segment, newest rows first; kinds can be
    told apart."""
    request, needles = results.request, wording.query.needles()
    found: dict[tuple[str, str], Found] = {}
    for kind, document in registry.items():
        rows = _titles_like(document, wording.query)
        found |= {(kind, str(row.pk)): _prepared(document, row, needles) for row in rows}
    found = _pinned(wording, needles) | found
    kinds = Counter(kind for kind, _key in found)
    hits = [hit for (kind, _key), hit in found.items() if request.kind in ("", kind)]
    page = hits[request.offset : request.offset + request.size]
    facets: dict[str, list[tuple[Any, int]]] = {"kind": list(kinds.items())}
    return replace(results, total=len(hits), hits=page, facets=facets, degraded=True)


def _pinned(wording: _Wording, needles: list[tuple[str, ...]]) -> dict[tuple[str, str], Found]:
    """The pinned rows that are public, in order."""
    found: dict[tuple[str, str], Found] = {}
    for kind, key in map(mapping.split_id, wording.pinned):
        document = registry.get(kind)
        row = document and document.get_queryset().filter(pk=key).first()
        if document and row:
            found[kind, key] = replace(_prepared(document, row, needles), pinned=True)
    return found


def _titles_like(document: type[IndexDocument], query: ParsedQuery) -> list[Any]:
    condition = Q()
    for word in query.text.split():
        condition &= Q(**{f"{document.title_field}__icontains": word})
    try:
        return list(document.get_queryset().filter(condition).order_by("-pk")[:FALLBACK_PER_KIND])
    except FieldError:
        return []


def _prepared(document: type[IndexDocument], row: Any, needles: list[tuple[str, ...]]) -> Found:
    content = document.prepare(row)
    entry = {
        "title": content.title,
        "body": content.body,
        "note": content.note,
        "image": content.image,
        "url": content.url,
        "date": (content.date or mapping.NO_DATE).isoformat(),
        "unions": [content.union_path],
    }
    return _to_found(document.kind, str(row.pk), entry, needles)


# Suggestions


def suggest(typed: str, most: int = MOST_SUGGESTIONS) -> list[SuggestionTerm]:
    """Terms that `typed` begins (characters, pinyin or initials), public ones only, best first."""
    typed = typed[:LONGEST_TYPED]
    # Several rows may offer one text (books of one author), and some may be public no longer.
    found = SuggestionTerm.objects.starting_with(typed, most * 4)
    public = public_keys((term.kind, term.key) for term in found)
    kept: dict[str, SuggestionTerm] = {}
    for term in found:
        if (term.kind, term.key) in public:
            kept.setdefault(term.text, term)
    return list(kept.values())[:most]


def begun(term: SuggestionTerm, typed: str) -> int:
    """How many characters of the term `typed` stands for, so that the box can mark them."""
    found = mapping.readings(registry[term.kind], term.text)
    return typed_part(term.text, key_of(typed[:LONGEST_TYPED]), found)


def suggest_for_words(words: str) -> list[SuggestionTerm]:
    """Terms that a word of a query without results begins: what the reader may have meant."""
    found: dict[str, SuggestionTerm] = {}
    for word in [words, *(unit.text for unit in parse(words).units[:4])]:
        if len(word) > 1:
            for term in suggest(word, most=3):
                found.setdefault(term.text, term)
    return list(found.values())[:5]
