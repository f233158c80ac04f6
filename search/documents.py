"""What an app declares so that its rows can be found.

Each app with something public has a `documents.py` (autodiscovered) with one `IndexDocument`
subclass per kind. A row is in the index if and only if the document's `get_queryset()` returns it.

Saves and deletes of the model (and of `related()` ones) are noticed by signals. `update()`,
`bulk_create()` and many-to-many changes send none: who uses them calls
`search.services.enqueue_many` in the same transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

# Raise it when documents tell the index other things than before (a new kind, a longer body): it
# is then rebuilt by the next sync.
CONTENT_VERSION = 4


@dataclass(frozen=True)
class Suggestion:
    """A suggestion: what the box offers while someone types.

    `weight` orders suggestions (higher first); `pinyin` overrides the reading of `text` (full
    syllables separated by spaces), for surnames that dictionaries misread.
    """

    text: str
    weight: int = 1
    pinyin: str = ""


@dataclass(frozen=True)
class Content:
    """What the index holds of one row.

    `title` and `body` are plain text (no markup); `url` is the public path; `date` an aware
    datetime or None; `union_path` the tree path of the union that publishes it ("" for none);
    `keys` exact keys (ISBN, person's name, document number), matched whole; `terms` suggestions;
    `image` the path of a picture of 16:9 or "" and `note` one line under the title. `attached`
    are pairs (name, text) of what hangs on the row: found like the body, and named in the excerpt
    where the words stand in it alone.
    """

    title: str
    url: str
    body: str = ""
    note: str = ""
    image: str = ""
    date: datetime | None = None
    union_path: str = ""
    channel: str = ""
    year: int | None = None
    level: str = ""
    keys: tuple[str, ...] = ()
    terms: tuple[Suggestion, ...] = ()
    attached: tuple[tuple[str, str], ...] = ()


# Stands before each attachment in what the index keeps for excerpts, and after its name: no text
# holds it, for a control character is dropped where text comes in.
ATTACHED = "\f"


def with_attached(content: Content) -> str:
    """The body and what is attached to it as one text, which `parts_of` takes apart."""
    pieces = [str(content.body)]
    for name, text in content.attached:
        pieces += [str(name), str(text)]
    return ATTACHED.join(piece.replace(ATTACHED, " ") for piece in pieces)


def parts_of(body: str) -> tuple[str, list[tuple[str, str]]]:
    """The body and the pairs (name, text) that `with_attached` put together."""
    own, *rest = body.split(ATTACHED)
    return own, list(zip(rest[::2], rest[1::2], strict=False))


class IndexDocument:
    """One kind of findable thing. Subclasses declare `kind`, `label`, `model` and two methods."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    model: ClassVar[type[Model]]
    # Whether the terms are names of persons, so that their pinyin is read with surnames.
    people: ClassVar[bool] = False
    # The model's field that a plain title match looks at while the index is away.
    title_field: ClassVar[str] = "title"
    # What the values of `Content.level` are called, the highest first.
    levels: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def get_queryset(cls) -> QuerySet:
        """The public rows, with what `prepare` reads already joined."""
        raise NotImplementedError

    @classmethod
    def prepare(cls, row: Any) -> Content:
        """What the index holds of `row`. No query per row."""
        raise NotImplementedError

    @classmethod
    def related(cls) -> Iterable[tuple[type[Model], Any]]:
        """Pairs (model, function from its instance to the keys of rows to sync with it)."""
        return ()

    @classmethod
    def below(cls, page: Any) -> Iterable[Any]:
        """Keys of rows, other than pages of this kind, that may turn public or private when
        `page` (of Wagtail) and what is below it is moved, unpublished or restricted."""
        return ()

    @classmethod
    def turning(cls, since: datetime, until: datetime) -> Iterable[Any]:
        """Keys of rows that the clock alone makes public, or no longer public, after `since` and
        up to `until` (aware): where a time window opens or closes without a save."""
        return ()


registry: dict[str, type[IndexDocument]] = {}


def register(document: type[IndexDocument]) -> type[IndexDocument]:
    """Class decorator: make `document` known under its kind."""
    if document.kind in registry and registry[document.kind] is not document:
        raise ValueError(f"two documents of kind {document.kind!r}")
    registry[document.kind] = document
    return document
