"""Runs judged queries on the product's search, and on Wagtail's own as the baseline."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.db.models import Max
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail.search.backends.database import SearchBackend

from search import engines, finder, mapping
from search.engines.base import Engine
from search.evaluation.judgements import JudgedQuery, Source
from search.evaluation.metrics import DEPTH, ndcg, reciprocal_rank
from search.query import SearchRequest

# Words → ids, best first; an empty list is a query without results.
Ranker = Callable[[str], list[str]]


@dataclass(frozen=True)
class Score:
    """What a ranker reached on a set of queries; nDCG@10 and MRR are means between 0 and 1."""

    queries: int
    ndcg10: float
    mrr: float
    zero_result: int


@dataclass(frozen=True)
class Answered:
    """One judged query with what a ranker answered (`ids`, best first)."""

    query: JudgedQuery
    ids: list[str]

    @property
    def grades(self) -> list[int]:
        """The grades of the hits in their order."""
        return [self.query.grades.get(found, 0) for found in self.ids]

    @property
    def ndcg10(self) -> float:
        """nDCG@10 of this query."""
        return ndcg(self.grades, self.query.grades.values())


def by_engine(engine: Engine) -> Ranker:
    """The product's whole search, rewriting and relaxing included, on `engine`."""

    def rank(words: str) -> list[str]:
        with engines.using(engine):
            results = finder.find(SearchRequest(words))
        return [mapping.entry_id(hit.kind, hit.key) for hit in results.hits]

    return rank


def answer(queries: Iterable[JudgedQuery], rank: Ranker) -> list[Answered]:
    """Ask every query."""
    return [Answered(query, rank(query.words)[:DEPTH]) for query in queries]


def overall(answered: Sequence[Answered]) -> Score:
    """The mean over all `answered` queries."""
    if not answered:
        return Score(0, 0.0, 0.0, 0)
    count = len(answered)
    return Score(
        count,
        round(sum(each.ndcg10 for each in answered) / count, 4),
        round(sum(reciprocal_rank(each.grades) for each in answered) / count, 4),
        sum(not each.ids for each in answered),
    )


def evaluate(answered: Iterable[Answered]) -> dict[str, Score]:
    """The scores by class."""
    by_class: dict[str, list[Answered]] = defaultdict(list)
    for each in answered:
        by_class[each.query.name].append(each)
    return {name: overall(found) for name, found in by_class.items()}


# The baseline


# What Wagtail's indexer reads of a page, as a page type declares it.
FIELDS = (index.SearchField("title", boost=2), index.SearchField("body"))


@contextmanager
def wagtail_baseline(sources: Sequence[Source]) -> Iterator[Ranker]:
    """Wagtail's own database backend, unmended, with all `sources` as pages of its own index."""
    with unfilled_baseline(sources) as (fill, rank):
        fill()
        yield rank


@contextmanager
def unfilled_baseline(sources: Sequence[Source]) -> Iterator[tuple[Callable[[], None], Ranker]]:
    """As `wagtail_baseline`, with the index still empty: yields what fills it, and the ranker.

    Each source becomes a page with its title; its note and body are indexed as the page's other
    search field. Pages and index exist in one transaction that is rolled back at the end, so that
    the site keeps its own.
    """
    with transaction.atomic():
        shift = (Page.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        pages = _pages(sources, shift)
        Page.objects.bulk_create(pages, batch_size=500)
        backend = SearchBackend({})
        stock = backend.get_index_for_model(Page)
        judged = Page.objects.filter(path__startswith="zz")

        def fill() -> None:
            for start in range(0, len(pages), 500):
                stock.add_items(Page, pages[start : start + 500])

        def rank(words: str) -> list[str]:
            try:
                with transaction.atomic():
                    found = [page.pk for page in backend.search(words, judged)[:DEPTH]]
            except DatabaseError:  # some marks are errors of syntax there
                return []
            return [sources[pk - shift].id for pk in found]

        yield fill, rank
        transaction.set_rollback(True)


def _pages(sources: Sequence[Source], shift: int) -> list[Page]:
    """A page per source, the first with the primary key `shift`; not yet written."""
    model_type = ContentType.objects.get_for_model(Page)
    locale = Locale.get_default()
    pages = []
    for number, source in enumerate(sources):
        content = source.content
        page = Page(
            pk=shift + number,
            path=f"zz{number:010x}",
            depth=3,
            title=str(content.title)[:255],
            draft_title="",
            slug=f"judged-{number}",
            url_path=f"/judged-{number}/",
            content_type=model_type,
            locale=locale,
        )
        page.body = f"{content.note}\n{content.body}"
        page.get_search_fields = lambda: FIELDS
        pages.append(page)
    return pages
