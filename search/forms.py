"""What the search page reads from its address. Nothing in it can be wrong enough for an error."""

from dataclasses import dataclass

from django.http import QueryDict

from search.documents import registry
from search.query import MAX_PAGE, SearchRequest
from search.text import MAX_CHARACTERS
from unions.models import Union

LONGEST_FILTER = 60


@dataclass(frozen=True)
class SearchInput:
    """The parsed address: the request and the union that narrows it.

    `too_long`: more than 100 characters came, the request has the first 100; `was_long`: the
    reader was sent here because of that; `literal`: no other words in place of the typed ones.
    """

    request: SearchRequest
    union: Union | None
    too_long: bool
    was_long: bool
    literal: bool

    @property
    def is_plain(self) -> bool:
        """Whether the words alone are asked: no filter, order, page or wish for these very words,
        with which one search is asked again."""
        request = self.request
        plain = not request.filters and request.sort == "relevance" and request.page == 1
        return plain and not self.literal


def read(query: QueryDict) -> SearchInput:
    """Read `q`, `type`, `unit` (a union's code), `channel`, `year`, `level`, `sort`, `page`,
    `exact`. What makes no sense counts as absent; the page is brought into 1 to 100."""
    typed = query.get("q", "").strip()
    unit = query.get("unit", "")[:LONGEST_FILTER]
    union = Union.objects.filter(code=unit).first() if unit else None
    kind = query.get("type", "")
    request = SearchRequest(
        words=" ".join(typed[:MAX_CHARACTERS].split()),
        kind=kind if kind in registry else "",
        unions=union.path if union else "",
        channel=query.get("channel", "")[:LONGEST_FILTER],
        year=_whole(query.get("year", ""), 1900, 2200),
        level=query.get("level", "")[:LONGEST_FILTER],
        sort="date" if query.get("sort") == "date" else "relevance",
        page=_page(query.get("page", "")),
    )
    return SearchInput(
        request,
        union,
        too_long=len(typed) > MAX_CHARACTERS,
        was_long=query.get("long") == "1",
        literal=query.get("exact") == "1",
    )


def _whole(text: str, least: int, most: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if least <= int(text) <= most else None


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        return 1
    return min(MAX_PAGE, max(1, int(text[:6])))
