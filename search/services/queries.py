"""Synonyms, and the log of what was searched."""

import logging
from datetime import date

from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from search.models import QueryLog, Synonym
from search.patience import impatient
from search.text import fold

logger = logging.getLogger(__name__)

# A robot that searches for everything must not fill the table.
MOST_QUERIES_A_DAY = 5000
SYNONYMS_KEY = "search:synonyms"
SYNONYMS_SECONDS = 60


def synonym_pairs() -> list[tuple[str, str]]:
    """All synonyms in both directions, folded; kept in the cache for a minute."""
    found = cache.get(SYNONYMS_KEY)
    if found is None:
        rows = Synonym.objects.values_list("term", "equivalent")
        folded = [(fold(term), fold(equivalent)) for term, equivalent in rows]
        found = folded + [(equivalent, term) for term, equivalent in folded]
        cache.set(SYNONYMS_KEY, found, SYNONYMS_SECONDS)
    return found


def forget_synonyms() -> None:
    """Let the next search read the synonyms from the database."""
    cache.delete(SYNONYMS_KEY)


def log_query(*, query: str, day: date, hits: int) -> None:
    """Count one search of `query` on `day`. A busy database loses the count, never the page."""
    text = " ".join(fold(query).split())[:100]
    if not text:
        return
    missed = int(hits == 0)
    change = {"count": F("count") + 1, "zero_count": F("zero_count") + missed}
    try:
        with impatient():
            if QueryLog.objects.filter(day=day, query=text).update(**change):
                return
            if QueryLog.objects.filter(day=day).count() >= MOST_QUERIES_A_DAY:
                return
            try:
                with transaction.atomic():
                    QueryLog.objects.create(day=day, query=text, count=1, zero_count=missed)
            except IntegrityError:
                QueryLog.objects.filter(day=day, query=text).update(**change)
    except DatabaseError:
        logger.warning("A search was not counted.")
