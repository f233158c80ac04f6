"""Words that readers use for one another."""

from config.demo.files import rows
from search.models import Synonym


def load() -> None:
    """Write the synonyms."""
    for row in rows("synonyms", "synonym"):
        Synonym.objects.create(term=row["term"], equivalent=row["equivalent"])
