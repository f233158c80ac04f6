"""Relevance as a number: judged queries from the site's own content, and what they find."""

from search.evaluation.judgements import (
    CLASSES,
    EACH,
    JudgedQuery,
    Source,
    build,
    places,
    sources_of_site,
)
from search.evaluation.metrics import ndcg, reciprocal_rank
from search.evaluation.runner import (
    Answered,
    Score,
    answer,
    by_engine,
    evaluate,
    overall,
    unfilled_baseline,
    wagtail_baseline,
)

__all__ = [
    "CLASSES",
    "EACH",
    "Answered",
    "JudgedQuery",
    "Score",
    "Source",
    "answer",
    "build",
    "by_engine",
    "evaluate",
    "ndcg",
    "overall",
    "places",
    "reciprocal_rank",
    "sources_of_site",
    "unfilled_baseline",
    "wagtail_baseline",
]
