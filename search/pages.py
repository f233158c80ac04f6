"""What the search page shows beside the hits: tabs, facets and the pager, all as links."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from search.documents import registry
from search.finder import Results
from search.forms import SearchInput
from search.query import MAX_PAGE
from unions.models import Union

MOST_UNIONS = 8
MOST_YEARS = 8
MOST_CHANNELS = 8
CITY_DEPTH = 2
NEAR = 2


@dataclass(frozen=True)
class Choice:
    """One link of a group: `count` is None where none is known."""

    title: Any
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Facet:
    """A group of choices with its heading."""

    title: Any
    choices: list[Choice]


class Links:
    """Addresses that change one thing of the present one and go back to the first page."""

    def __init__(self, found: SearchInput) -> None:
        request = found.request
        self.values: dict[str, Any] = {
            "q": request.words,
            "type": request.kind,
            "unit": found.union.code if found.union else "",
            "channel": request.channel,
            "year": request.year,
            "level": request.level,
            "sort": "date" if request.sort == "date" else "",
            "exact": "1" if found.literal else "",
        }

    def to(self, **changes: Any) -> str:
        """The address with `changes`; an empty value takes the parameter away."""
        values = {**self.values, **changes}
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        return f"?{urlencode(kept)}"


def tabs(results: Results, links: Links) -> list[Choice]:
    """All kinds with results, most first, and "all" before them."""
    counts = results.facets.get("kind", [])
    kind = results.request.kind
    everything = sum(count for _kind, count in counts)
    found = [Choice(_("全部"), links.to(type=""), not kind, everything)]
    found += [
        Choice(registry[name].label, links.to(type=name), name == kind, count)
        for name, count in counts
        if name in registry
    ]
    if kind and kind not in dict(counts):
        found.append(Choice(registry[kind].label, links.to(type=kind), True, 0))
    return found


def facets(results: Results, found: SearchInput, links: Links) -> list[Facet]:
    """Union, year, channel, level and order; a group with nothing to choose is left out."""
    groups = [
        Facet(_("单位"), _unions(results, found.union, links)),
        Facet(_("年份"), _years(results, links)),
        Facet(_("栏目"), _channels(results, links)),
        Facet(_("荣誉级别"), _levels(results, links)),
    ]
    newest = results.request.sort == "date"
    order = [
        Choice(_("最相关"), links.to(sort=""), not newest),
        Choice(_("最新"), links.to(sort="date"), newest),
    ]
    shown = [group for group in groups if _worth_showing(group)]
    if results.degraded or results.total < 2:
        return shown
    return [*shown, Facet(_("排序"), order)]


def _worth_showing(group: Facet) -> bool:
    """Whether there is something to choose: two values, or one to take back."""
    return len(group.choices) > 2 or any(choice.current for choice in group.choices[1:])


def _unions(results: Results, chosen: Union | None, links: Links) -> list[Choice]:
    """The chosen union, the way back, and the unions right below it (cities at first)."""
    counts = dict(results.facets.get("unions", []))
    depth = chosen.depth + 1 if chosen else CITY_DEPTH
    paths = [path for path in counts if len(path) == depth * Union.steplen]
    if chosen:
        paths = [path for path in paths if path.startswith(chosen.path)]
    best = sorted(paths, key=lambda path: (-counts[path], path))[:MOST_UNIONS]
    unions = {union.path: union for union in Union.objects.filter(path__in=best)}
    found = [Choice(_("全部"), links.to(unit=""), chosen is None)]
    if chosen:
        found.append(Choice(chosen.label, links.to(unit=chosen.code), True, results.total))
    return found + [
        Choice(unions[path].label, links.to(unit=unions[path].code), False, counts[path])
        for path in best
        if path in unions
    ]


def _years(results: Results, links: Links) -> list[Choice]:
    chosen = results.request.year
    counts = {int(year): count for year, count in results.facets.get("year", [])}
    if chosen is not None:
        counts.setdefault(chosen, 0)
    found = [Choice(_("不限"), links.to(year=""), chosen is None)]
    return found + [
        Choice(str(year), links.to(year=year), year == chosen, counts[year])
        for year in sorted(counts, reverse=True)[:MOST_YEARS]
    ]


def _channels(results: Results, links: Links) -> list[Choice]:
    chosen = results.request.channel
    counts = results.facets.get("channel", [])[:MOST_CHANNELS]
    if chosen and chosen not in dict(counts):
        counts = [*counts, (chosen, 0)]
    found = [Choice(_("不限"), links.to(channel=""), not chosen)]
    return found + [
        Choice(name, links.to(channel=name), name == chosen, count) for name, count in counts
    ]


def _levels(results: Results, links: Links) -> list[Choice]:
    """The levels that have a name, the highest first."""
    chosen = results.request.level
    counts = dict(results.facets.get("level", []))
    found = [Choice(_("不限"), links.to(level=""), not chosen)]
    return found + [
        Choice(name, links.to(level=level), level == chosen, counts.get(level, 0))
        for level, name in _level_names().items()
        if level in counts or level == chosen
    ]


def _level_names() -> dict[str, Any]:
    return {
        level: name for document in registry.values() for level, name in document.levels.items()
    }


def chosen(found: SearchInput, links: Links) -> list[Choice]:
    """The filters that narrow the results, as links that take one back each."""
    request = found.request
    shown = [
        Choice(found.union.label, links.to(unit=""), True) if found.union else None,
        Choice(request.year, links.to(year=""), True) if request.year else None,
        Choice(request.channel, links.to(channel=""), True) if request.channel else None,
        Choice(_level_names().get(request.level, request.level), links.to(level=""), True)
        if request.level
        else None,
    ]
    return [choice for choice in shown if choice]


@dataclass(frozen=True)
class Pager:
    """Links to pages: `numbers` holds None where pages are left out."""

    number: int
    pages: int
    numbers: list[tuple[int, str] | None]
    previous: str
    next: str
    at_limit: bool


def pager(results: Results, links: Links) -> Pager | None:
    """The pager, or None where all results are on one page."""
    number, pages = results.request.page, results.pages
    if pages < 2:
        return None
    wanted = sorted({1, pages, *range(max(1, number - NEAR), min(pages, number + NEAR) + 1)})
    numbers: list[tuple[int, str] | None] = []
    for at in wanted:
        if numbers and numbers[-1] and numbers[-1][0] < at - 1:
            numbers.append(None)
        numbers.append((at, _page(links, at)))
    return Pager(
        number=number,
        pages=pages,
        numbers=numbers,
        previous=_page(links, number - 1) if number > 1 else "",
        next=_page(links, number + 1) if number < pages else "",
        at_limit=number == MAX_PAGE,
    )


def _page(links: Links, number: int) -> str:
    return links.to(page=number if number > 1 else "")


def context(results: Results, found: SearchInput) -> dict[str, Any]:
    """What the template of results needs."""
    links = Links(found)
    return {
        "results": results,
        "tabs": tabs(results, links),
        "facets": facets(results, found, links),
        "chosen": [] if results.degraded else chosen(found, links),
        "pager": pager(results, links),
        "exact_url": links.to(exact="1"),
        "first_url": links.to(),
        "clear_url": links.to(type="", unit="", year="", channel="", level=""),
    }
