"""What search keeps in the database: the outbox, suggestions, editors' words and pins, the log."""

from search.models.admin import AdminEntry
from search.models.log import QueryLog
from search.models.outbox import MOST_ATTEMPTS, PendingSync
from search.models.pins import MOST_PINNED, Pin, PinnedResult, PinWording
from search.models.suggestions import LexiconWord, SuggestionTerm
from search.models.words import DictionaryEdition, DictionaryWord, Synonym

__all__ = [
    "MOST_ATTEMPTS",
    "MOST_PINNED",
    "AdminEntry",
    "DictionaryEdition",
    "DictionaryWord",
    "LexiconWord",
    "PendingSync",
    "Pin",
    "PinWording",
    "PinnedResult",
    "QueryLog",
    "SuggestionTerm",
    "Synonym",
]
