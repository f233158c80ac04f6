"""Synonyms, and the log of what was searched."""

import logging
from datetime import date, timedelta

from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from search import synonyms
from search.models import QueryLog
from search.numbers import without_numbers
from search.patience import impatient
from search.text import fold, key_of

logger = logging.getLogger(__name__)

# A robot that searches for everything must not fill the table.
MOST_QUERIES_A_DAY = 5000
KEEP_QUERIES = timedelta(days=400)
COUNTED_KEY = "search:counted:"
COUNTED_SECONDS = 24 * 60 * 60
# More is no reader's, or that of many behind one address, which would fill the cache.
MOST_OF_A_VISITOR = 500


def forget_synonyms() -> None:
    """Let the next search read the synonyms from the database."""
    cache.delete(synonyms.KEY)


def log_query(*, query: str, day: date, hits: int, visitor: str) -> None:
    """Count one search of `query` on `day`, each `visitor` (see `search.visitors`) once a day.

    Long numbers are hidden before it is stored. A busy database loses the count, never the page.
    """
    text = " ".join(fold(without_numbers(query)).split())[:100]
    if not key_of(text) or not _is_first(text, visitor):
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


def _is_first(text: str, visitor: str) -> bool:
    """Whether the visitor has not searched for `text` today. Remembered in the cache, neither by
    name nor in words, for a day; without a cache everyone is the first."""
    key = COUNTED_KEY + visitor
    mark = salted_hmac("search.queries", text).hexdigest()[:16]
    try:
        counted = cache.get(key) or []
        if mark in counted or len(counted) >= MOST_OF_A_VISITOR:
            return False
        cache.set(key, [*counted, mark], COUNTED_SECONDS)
    except Exception:  # each cache has errors of its own
        logger.exception("The cache does not tell who searched before.")
    return True


def forget_old_queries() -> int:
    """Drop what was searched more than 400 days ago; return how many rows."""
    old = QueryLog.objects.filter(day__lt=timezone.localdate() - KEEP_QUERIES)
    if not old.exists():  # a DELETE takes SQLite's write lock even where there is nothing to delete
        return 0
    return old.delete()[0]
