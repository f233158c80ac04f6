"""Lists of pages of several types: filter, cut into pages, load what a card shows.

Knows page types by their reverse relations from `Page` alone, so that page models may use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.shapes import SHAPES
from media.models import SiteRendition


@dataclass(frozen=True)
class Filtered:
    """`rows` left by the reader's choice; `year` and `union` are None when not (validly) chosen."""

    rows: QuerySet
    year: int | None = None
    union: int | None = None

    def __bool__(self) -> bool:
        return self.year is not None or self.union is not None


def renditions_of(field: str, *shapes: str) -> Prefetch:
    """Prefetch the renditions in `shapes` of the picture in `field` (which is joined)."""
    specs = [spec for shape in shapes for spec in SHAPES[shape]]
    ready = SiteRendition.objects.filter(filter_spec__in=specs)
    return Prefetch(f"{field}__renditions", queryset=ready, to_attr="prefetched_renditions")


def whole_number(text: str | None, most: int = 2**31) -> int | None:
    """Return `text` as a number from 1 to `most`, or None for anything else."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    number = int(text)
    return number if 0 < number <= most else None


def chosen_year(query) -> int | None:
    """The query's `year`, or None for what is none; the first and last are beyond a datetime."""
    year = whole_number(query.get("year"), most=9998)
    return year if year is not None and year > 1 else None


def filtered(rows: QuerySet, query) -> Filtered:
    """Narrow a queryset of `Page` by the query's `year` and `union` (a union's id)."""
    year = chosen_year(query)
    union = whole_number(query.get("union"))
    if year is not None:
        rows = rows.filter(first_published_at__year=year)
    if union is not None:
        rows = rows.filter(
            Q(storypage__union=union) | Q(videopage__union=union) | Q(lessonpage__union=union)
        )
    return Filtered(rows, year, union)


def is_article() -> Q:
    """The condition on a `Page` that makes it fit for a card: a film, or a story that stands."""
    films = Q(videopage__isnull=False) | Q(lessonpage__isnull=False)
    return films | Q(storypage__isnull=False, storypage__withdrawn_on__isnull=True)


def years_of(rows: QuerySet) -> list[tuple[int, str]]:
    """The local years in which `rows` were first published as (year, title), latest first."""
    found = rows.order_by().filter(first_published_at__isnull=False)
    return [
        (moment.year, _("%(year)d 年") % {"year": moment.year})
        for moment in found.datetimes(
            "first_published_at", "year", order="DESC", tzinfo=timezone.get_current_timezone()
        )
    ]


def cards_of(rows: QuerySet, number: str | None, per_page: int) -> ListPage:
    """One page (any nonsense in `number` gives the nearest) of `rows` as articles for cards."""
    page = Paginator(rows.only("pk", "content_type"), per_page).get_page(number)
    page.object_list = articles(page.object_list)
    return page


def articles(pages: Sequence) -> list:
    """The articles behind `pages` in their order: one query per type, plus pictures."""
    by_type: dict[type, list[int]] = {}
    for page in pages:
        by_type.setdefault(page.specific_class, []).append(page.pk)
    found: dict[int, object] = {}
    for model, keys in by_type.items():
        found |= model.objects.for_lists().in_bulk(keys)
    return [found[page.pk] for page in pages if page.pk in found]
