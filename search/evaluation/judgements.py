"""Judged queries, built from the content that can be found.

A grade never comes from the engine's own analysis: it is a plain substring test on the raw text.
What a query means (the name, the piece of a title, the pair of words that it was made from, before
it was misspelt, cut or converted) is sought in each document:

- 3: the title is exactly that, or one of the document's keys (ISBN, number) is;
- 2: the title holds it;
- 1: note or body hold it, or the declared names do.

A query of two parts is worth 3 where the title holds both, 1 where the document holds both, and 2
where the document holds both and the title one of them: of place and topic the topic, of synonym
and topic either. For pinyin and initials every name that reads so is meant, the best of them
counts.

Which words are taken is decided by a hash of seed, class and text, so that new content changes few
of the queries; topics are words of a title as the dictionary cuts it (people type words). The same
hash puts each query into the tuning part, which changes may be measured on as often as one likes,
or the test part, which tells whether they hold.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from search.documents import Content, registry
from search.mapping import entry_id
from search.text import fold
from search.text.words import cut
from unions.models import Union

EACH = 40
CHINESE = regex.compile(r"\p{Han}+")
ASCII = regex.compile(r"[A-Za-z0-9]+")
PLACE_ENDINGS = ("总工会", "工会")
# Words that open no subject: nobody types them beside a place.
TOO_COMMON = frozenset(("关于", "通知", "一个", "怎样", "为什么", "他们", "我们", "今年"))

Grades = dict[str, int]
Made = tuple[str, Grades]


@dataclass(frozen=True)
class Source:
    """One findable document as judges see it: its id in the index and its raw content."""

    id: str
    content: Content
    people: bool = False

    @property
    def kind(self) -> str:
        """The kind, as in the id."""
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class JudgedQuery:
    """Words, and the grade of each relevant document. `part` is "tuning" or "test"."""

    name: str
    words: str
    grades: Grades
    part: str


def sources_of_site() -> list[Source]:
    """Every public row of every registered document, in the order of kind and title."""
    found = [
        Source(entry_id(kind, row.pk), document.prepare(row), document.people)
        for kind, document in registry.items()
        for row in document.get_queryset()
    ]
    return sorted(found, key=lambda source: (source.kind, source.content.title, source.id))


def places() -> list[str]:
    """The names of all unions without what stands in brackets, the longest first."""
    names = {name.partition("（")[0] for name in Union.objects.values_list("name", flat=True)}
    return sorted(filter(None, names), key=lambda name: (-len(name), name))


def ticket(*parts: object) -> int:
    """A number that depends on `parts` alone: it decides what is taken, and into which part."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


@dataclass
class Corpus:
    """All sources, with their raw texts laid out for substring tests."""

    sources: Sequence[Source]
    synonyms: Sequence[tuple[str, str]] = ()
    places: Sequence[str] = ()
    seed: int = 0
    titles: list[str] = field(init=False)
    rests: list[str] = field(init=False)
    keys: list[frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        contents = [source.content for source in self.sources]
        self.titles = [str(content.title) for content in contents]
        self.rests = [
            "\n".join([str(content.note), str(content.body), *content.keys]) for content in contents
        ]
        self.keys = [frozenset(content.keys) for content in contents]

    def grades(self, *wanted: str) -> Grades:
        """The grade of each document that holds one of `wanted`."""
        found: Grades = {}
        for source, title, rest, keys in zip(
            self.sources, self.titles, self.rests, self.keys, strict=True
        ):
            grade = max(_grade(source, title, rest, keys, text) for text in wanted)
            if grade:
                found[source.id] = grade
        return found

    def grades_of_two(self, others: Sequence[str], topic: str, *, either: bool = False) -> Grades:
        """The grade of each document that holds `topic` and one of `others`. With `either` a title
        that holds one of `others` is worth as much as one that holds `topic`."""
        found: Grades = {}
        for source, title, rest in zip(self.sources, self.titles, self.rests, strict=True):
            if topic not in title and topic not in rest:
                continue
            named = any(other in title for other in others)
            if not named and not any(other in rest for other in others):
                continue
            if topic in title:
                found[source.id] = 3 if named else 2
            else:
                found[source.id] = 2 if named and either else 1
        return found

    def holds(self, text: str) -> bool:
        """Whether any document holds `text` as it stands."""
        return any(text in title for title in self.titles) or any(text in r for r in self.rests)

    def drawn(self, name: str, kinds: Callable[[Source], bool] = bool) -> Iterator[Source]:
        """The sources that `kinds` takes, in the drawn order of class `name`, a title once."""
        chosen = {str(source.content.title): source for source in self.sources if kinds(source)}
        yield from (chosen[title] for title in self.shuffled(name, chosen))

    def shuffled(self, name: str, texts: Iterable[str]) -> list[str]:
        """`texts` in the drawn order of class `name`."""
        return sorted(texts, key=lambda text: ticket(self.seed, name, text))


def _grade(source: Source, title: str, rest: str, keys: frozenset[str], text: str) -> int:
    if title == text or (text in keys and not CHINESE.search(text)):
        return 3
    if text in title:
        return 2
    return int(text in rest)


def build(
    sources: Sequence[Source],
    *,
    synonyms: Sequence[tuple[str, str]] = (),
    places: Sequence[str] = (),
    each: int = EACH,
    seed: int = 0,
) -> list[JudgedQuery]:
    """At most `each` judged queries of every class, the same ones for the same content and seed.

    `synonyms` are the pairs that editors keep; `places` names of unions, sought in this order. A
    class for which the content has nothing is absent.
    """
    corpus = Corpus(sources, synonyms, places, seed)
    found: list[JudgedQuery] = []
    for name, make in CLASSES.items():
        made: dict[str, JudgedQuery] = {}
        for words, grades in make(corpus):
            if len(made) == each:
                break
            if grades and words not in made:
                part = "tuning" if ticket(seed, words) % 2 else "test"
                made[words] = JudgedQuery(name, words, grades, part)
        found += made.values()
    return found


# The classes


def people(corpus: Corpus) -> Iterator[Made]:
    """A person's name."""
    for source in corpus.drawn("person", lambda source: source.people):
        yield source.content.title, corpus.grades(source.content.title)


def place_and_topic(corpus: Corpus) -> Iterator[Made]:
    """A union's or city's name, with or without 总工会, and a word of a title."""
    for source in corpus.drawn("place", lambda source: not source.people):
        title = str(source.content.title)
        text = f"{title}\n{source.content.note}"
        place = next((place for place in corpus.places if place in text), "")
        topics = [word for word in _topics(title) if word not in place]
        if not place or not topics:
            continue
        if ticket(corpus.seed, "short", title) % 2:
            place = _short_place(place)
        topic = topics[ticket(corpus.seed, "topic", title) % len(topics)]
        yield f"{place} {topic}", corpus.grades_of_two([place], topic)


def exact_titles(corpus: Corpus) -> Iterator[Made]:
    """A whole title."""
    for source in corpus.drawn("title", lambda source: not source.people):
        title = str(source.content.title)
        if 4 <= len(title) <= 100:
            yield title, corpus.grades(title)


def cut_titles(corpus: Corpus) -> Iterator[Made]:
    """The middle of a title, wherever that cuts."""
    for piece in _middles(corpus, "cut"):
        yield piece, corpus.grades(piece)


def synonyms(corpus: Corpus) -> Iterator[Made]:
    """A word of which a document holds the equivalent only: alone, and with a topic."""
    both_ways = [*corpus.synonyms, *((right, left) for left, right in corpus.synonyms)]
    for typed, held in both_ways:
        lacking = [
            text
            for text in zip(corpus.titles, corpus.rests, strict=True)
            if held in "\n".join(text)
        ]
        if any(typed not in title and typed not in rest for title, rest in lacking):
            yield typed, corpus.grades(typed, held)
    for source in corpus.drawn("synonym"):
        title, rest = str(source.content.title), f"{source.content.note}\n{source.content.body}"
        for typed, held in both_ways:
            if held not in title + rest or typed in title + rest:
                continue
            topics = [
                word
                for word in _topics(title)
                if not any(each in word or word in each for pair in both_ways for each in pair)
            ]
            if topics:
                topic = topics[ticket(corpus.seed, "topic", title) % len(topics)]
                yield f"{typed} {topic}", corpus.grades_of_two([typed, held], topic, either=True)
                break


def traditional(corpus: Corpus) -> Iterator[Made]:
    """The middle of a title in traditional characters."""
    for piece in _middles(corpus, "traditional"):
        converted = _traditional().convert(piece)
        if converted != piece:
            yield converted, corpus.grades(piece)


def full_width(corpus: Corpus) -> Iterator[Made]:
    """Letters and digits of a title with what stands around them, or a key, in full-width forms."""
    for source in corpus.drawn("width"):
        title = str(source.content.title)
        keys = [key for key in source.content.keys if ASCII.fullmatch(key)]
        found = ASCII.search(title)
        if found:
            piece = title[max(0, found.start() - 4) : found.end() + 4].strip(" ·：，、（）“”《》")
        elif keys:
            piece = keys[0]
        else:
            continue
        yield _widened(piece), corpus.grades(piece)


def typos(corpus: Corpus) -> Iterator[Made]:
    """A name with one character of the same sound, or words of a title with one slip."""
    known = _homophones(corpus)
    for source in corpus.drawn("typo"):
        title = str(source.content.title)
        number = ticket(corpus.seed, "slip", title)
        piece = title if source.people else _phrase(title, number)
        if not CHINESE.fullmatch(piece) or not 2 <= len(piece) <= 10:
            continue
        slipped = _slipped(piece, number, known)
        if slipped and not corpus.holds(slipped):
            yield slipped, corpus.grades(piece)


def pinyin(corpus: Corpus) -> Iterator[Made]:
    """Names and titles as they are typed without Chinese input: whole, spaced, initials."""
    by_typed: dict[str, set[str]] = {}
    drawn: list[str] = []
    for source in corpus.drawn("pinyin", lambda source: source.people or source.kind == "book"):
        title = str(source.content.title)
        if not CHINESE.fullmatch(title) or not 2 <= len(title) <= 8:
            continue
        own = next((term.pinyin for term in source.content.terms if term.text == title), "")
        read = own.split() or lazy_pinyin(title, style=Style.NORMAL)
        forms = ["".join(read), " ".join(read), "".join(part[0] for part in read)]
        for form in forms if len(title) > 2 else forms[:2]:
            by_typed.setdefault(form, set()).add(title)
        choices = 3 if len(title) > 2 else 2
        drawn.append(forms[ticket(corpus.seed, "form", title) % choices])
    for form in drawn:
        yield form, corpus.grades(*sorted(by_typed[form]))


CLASSES: dict[str, Callable[[Corpus], Iterator[Made]]] = {
    "person": people,
    "place": place_and_topic,
    "title": exact_titles,
    "cut": cut_titles,
    "synonym": synonyms,
    "traditional": traditional,
    "width": full_width,
    "typo": typos,
    "pinyin": pinyin,
}


# Pieces of titles


def _topics(title: str) -> list[str]:
    words = [word for run in CHINESE.findall(title) for word in cut(run)]
    return [word for word in dict.fromkeys(words) if len(word) > 1 and word not in TOO_COMMON]


def _short_place(place: str) -> str:
    for ending in PLACE_ENDINGS:
        if place.endswith(ending) and len(place) - len(ending) >= 2:
            return place[: -len(ending)]
    return place


def _middles(corpus: Corpus, name: str) -> Iterator[str]:
    """The middle half of the longest Chinese run of each title of eight or more characters."""
    for source in corpus.drawn(name):
        run = max(CHINESE.findall(str(source.content.title)), key=len, default="")
        if len(run) >= 8:
            yield run[len(run) // 4 : len(run) - len(run) // 4]


def _phrase(title: str, number: int) -> str:
    """One to three neighbouring words of a title, three to eight characters together."""
    words = [word for run in CHINESE.findall(title) for word in [*cut(run), ""]]
    found = [
        piece
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + 3) + 1)
        if "" not in words[start:end]
        and 3 <= len(piece := "".join(words[start:end])) <= 8
        and len(words[start]) > 1
        and len(words[end - 1]) > 1
    ]
    return found[number % len(found)] if found else ""


@lru_cache(maxsize=1)
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def _widened(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _homophones(corpus: Corpus) -> dict[str, list[str]]:
    """For each character of a title the others that sound the same, as one mistypes them."""
    by_sound: dict[str, list[str]] = {}
    for character in sorted({c for title in corpus.titles for c in title if CHINESE.match(c)}):
        by_sound.setdefault(_sound(character), []).append(character)
    return by_sound


@lru_cache(maxsize=10_000)
def _sound(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]


def _slipped(piece: str, number: int, by_sound: dict[str, list[str]]) -> str:
    """`piece` with one slip: a homophone; from four characters on also a character lost, doubled
    or exchanged with the next. "" where no slip can be made."""
    at = number // 8 % len(piece)
    match number % 6 if len(piece) > 3 else 0:
        case 3:
            return piece[:at] + piece[at + 1 :]
        case 4:
            return piece[:at] + piece[at] + piece[at:]
        case 5:
            at = min(at, len(piece) - 2)
            return piece[:at] + piece[at + 1] + piece[at] + piece[at + 2 :]
    others = [
        piece[:place] + other + piece[place + 1 :]
        for place in (*range(at, len(piece)), *range(at))
        for other in by_sound.get(_sound(piece[place]), ())
        if fold(other) != fold(piece[place])
    ]
    return others[0] if others else ""
