"""Synonyms as queries need them."""

from django.core.cache import cache

from search.models import Synonym
from search.text import fold

KEY = "search:synonyms"
SECONDS = 60


def synonym_pairs() -> list[tuple[str, str]]:
    """All synonyms in both directions, folded; kept in the cache for a minute."""
    found = cache.get(KEY)
    if found is None:
        rows = Synonym.objects.values_list("term", "equivalent")
        folded = [(fold(term), fold(equivalent)) for term, equivalent in rows]
        found = folded + [(equivalent, term) for term, equivalent in folded]
        cache.set(KEY, found, SECONDS)
    return found
