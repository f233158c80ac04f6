"""One query for every engine: what is asked for, and the small tree that engines translate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from search.text import ParsedQuery, Segment, Unit, bigrams, parse
from search.text.words import is_chinese

PAGE_SIZE = 10
MAX_PAGE = 100
# Fields that results can be narrowed by, each an exact value, each with counts.
FACETS = ("kind", "unions", "channel", "year", "level")

TITLE = 5.0
BODY = 1.0
PHRASE = 2.0
PARTS = 0.3
SYNONYM = 0.8
# Above what a few words can score together: an exact key is meant.
EXACT_KEY = 440.0
# Above all that words and keys can score: an editor has put it first.
PINNED = 10_000.0
ONE_CHARACTER = 2.2
ENOUGH = 0.6
# A slip (a character lost, doubled, exchanged) spoils words and pairs but leaves most characters:
# a title that has them is likely the one, likelier than one with a single rare word.
SCATTERED = 22.0
ENOUGH_SCATTERED = 0.75

Sort = Literal["relevance", "date"]


@dataclass(frozen=True)
class Term:
    """Documents whose `field` holds `value` as one token, scored by BM25."""

    field: str
    value: str
    boost: float = 1.0


@dataclass(frozen=True)
class Phrase:
    """Documents whose `field` holds `values` (two or more) side by side."""

    field: str
    values: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True)
class Identity:
    """The one document of this id, whatever it holds."""

    id: str


@dataclass(frozen=True)
class Constant:
    """Whatever `node` matches, all at the same score."""

    node: "Node"
    score: float


@dataclass(frozen=True)
class And:
    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class AtLeast:
    """Documents that `minimum` or more of `nodes` match."""

    nodes: tuple["Node", ...]
    minimum: int


Node = Term | Phrase | Identity | Constant | And | Or | AtLeast


@dataclass(frozen=True)
class SearchRequest:
    """What a reader asks for. `page` counts from 1; filters are exact and empty for "any".

    `unions` is the tree path of a union: it stands for everything below it. `elsewhere`: where
    the filters leave nothing, matches outside them count; without it the words are rewritten or
    relaxed until something inside the filters is found.
    """

    words: str
    kind: str = ""
    unions: str = ""
    channel: str = ""
    year: int | None = None
    level: str = ""
    sort: Sort = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    elsewhere: bool = True

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters that are set, by field."""
        values = {name: getattr(self, name) for name in FACETS}
        return {name: value for name, value in values.items() if value not in ("", None)}

    @property
    def offset(self) -> int:
        """How many hits stand on the pages before."""
        return (self.page - 1) * self.size


@dataclass(frozen=True)
class Plan:
    """What an engine executes.

    `facets` are counted over `node` and all `filters` but the facet's own.
    """

    node: Node
    filters: dict[str, str | int] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = PAGE_SIZE


def plan_for(request: SearchRequest, node: Node, facets: tuple[str, ...] = FACETS) -> Plan:
    """The plan that answers one page of `request` with `node` as its words."""
    return Plan(node, request.filters, facets, request.sort, request.offset, request.size)


def compile_query(query: ParsedQuery, synonyms: Iterable[tuple[str, str]] = ()) -> Node | None:
    """All segments must match, or the whole is an exact key. None: nothing to search for."""
    if not query.segments:
        return None
    pairs = list(synonyms)
    nodes = [_segment(segment, pairs) for segment in query.segments]
    if len(query.segments) > 1 and query.key:
        whole = [pair for pair in pairs if pair[0] == query.key]
        return any_of([all_of(nodes), _exact(query.key), *_rewritten(query.key, 1, whole)])
    return all_of(nodes)


def with_pinned(node: Node, ids: Sequence[str]) -> Node:
    """`node`, and the documents `ids` before all others, in this order."""
    places = range(len(ids), 0, -1)
    pinned = [
        Constant(Identity(found), PINNED * place) for found, place in zip(ids, places, strict=True)
    ]
    return any_of([node, *pinned])


def compile_relaxed(query: ParsedQuery) -> Node | None:
    """60 % of the units must match (at least one), or a title has three quarters of the Chinese
    characters. None where that is no relaxation."""
    nodes: list[Node] = []
    units = query.units
    if len(units) > 1:
        minimum = max(1, int(len(units) * ENOUGH))
        nodes.append(AtLeast(tuple(_unit(unit) for unit in units), minimum))
    typed = "".join(segment.text for segment in query.segments)
    characters = [each for each in dict.fromkeys(typed) if is_chinese(each)]
    if len(characters) > 2:
        sought = tuple(Constant(Term("characters", each), SCATTERED) for each in characters)
        nodes.append(AtLeast(sought, int(len(sought) * ENOUGH_SCATTERED)))
    return any_of(nodes) if nodes else None


def compile_together(query: ParsedQuery) -> Node | None:
    """The query as one phrase, where it is several words typed in one piece; else None."""
    if len(query.segments) != 1 or len(query.units) < 2:
        return None
    pairs = query.segments[0].bigrams
    return any_of(_phrases(pairs, 1.0)) if len(pairs) > 1 else None


def rewrites(text: str, synonyms: Iterable[tuple[str, str]], most: int = 4) -> list[str]:
    """The texts that `text` becomes when one of its words is replaced by an equivalent."""
    found = [
        text.replace(word, equivalent)
        for word, equivalent in synonyms
        if word in text and not (word in equivalent and equivalent in text)
    ]
    return [other for other in dict.fromkeys(found) if other != text][:most]


def meanings(query: ParsedQuery, synonyms: Iterable[tuple[str, str]]) -> list[str]:
    """All other texts that `compile_query` also seeks in place of a segment or of the whole."""
    pairs = list(synonyms)
    found = [text for segment in query.segments for text in rewrites(segment.text, pairs)]
    return found + [equivalent for word, equivalent in pairs if word == query.key]


def _segment(segment: Segment, synonyms: Sequence[tuple[str, str]]) -> Node:
    nodes = [_plain_segment(segment), _exact(segment.text)]
    return any_of(nodes + _rewritten(segment.text, len(segment.bigrams), synonyms))


def _rewritten(text: str, size: int, synonyms: Sequence[tuple[str, str]]) -> list[Node]:
    """A node for each rewriting of `text`, which has `size` bigrams."""
    nodes = []
    for other in rewrites(text, synonyms):
        inner = parse(other).segments
        # A longer wording sums more bigrams: without this it would beat the typed one.
        longer = sum(len(part.bigrams) for part in inner) / size
        node = all_of([_plain_segment(part) for part in inner])
        nodes.append(scaled(node, SYNONYM / max(1.0, longer)))
    return nodes


def _plain_segment(segment: Segment) -> Node:
    units = all_of([_unit(unit) for unit in segment.units])
    if len(segment.bigrams) < 2 and not segment.units[0].is_run and len(segment.text) == 1:
        return any_of([units, Constant(Term("characters", segment.text), ONE_CHARACTER)])
    return any_of([units, *_phrases(segment.bigrams, PHRASE)])


def _unit(unit: Unit) -> Node:
    if unit.is_run:
        return any_of(_phrases(tuple(bigrams(unit.text)), 1.0))
    nodes: list[Node] = _word(unit.text)
    if unit.parts:
        nodes.append(scaled(all_of([any_of(_word(part)) for part in unit.parts]), PARTS))
    return any_of(nodes)


def _word(word: str) -> list[Node]:
    return [Term("title_words", word, TITLE), Term("body_words", word, BODY)]


def _phrases(pairs: tuple[str, ...], boost: float) -> list[Node]:
    found: list[Node] = []
    for name, weight in (("title_bigrams", TITLE), ("body_bigrams", BODY)):
        if len(pairs) == 1:
            found.append(Term(name, pairs[0], weight * boost))
        else:
            found.append(Phrase(name, pairs, weight * boost))
    return found


def _exact(key: str) -> Node:
    return Constant(Term("keys", key), EXACT_KEY)


def all_of(nodes: Sequence[Node]) -> Node:
    """And, without a level for a single node."""
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def any_of(nodes: Sequence[Node]) -> Node:
    """Or, without a level for a single node."""
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def scaled(node: Node, factor: float) -> Node:
    """`node` with every score multiplied by `factor`."""
    if isinstance(node, Term | Phrase):
        return replace(node, boost=node.boost * factor)
    if isinstance(node, Constant):
        return replace(node, score=node.score * factor)
    if isinstance(node, Identity):
        return node
    return replace(node, nodes=tuple(scaled(inner, factor) for inner in node.nodes))
