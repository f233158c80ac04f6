"""Writes of search, as others call them: the outbox, syncing, rebuilding, the query log."""

from search.services.admin import fill_admin_index
from search.services.outbox import (
    announce_subtree,
    ask_for_rebuild,
    dictionary_changed,
    enqueue,
    enqueue_if_free,
    enqueue_many,
    enqueue_subtree,
    enqueue_turning,
    forget_done,
    nudge,
    retry_now,
)
from search.services.queries import (
    forget_old_queries,
    forget_synonyms,
    log_query,
)
from search.services.rebuilding import rebuild
from search.services.syncing import rebuild_if_due, sync_pending
from search.services.terms import write_terms
from search.services.writing import SearchError, sync

__all__ = [
    "SearchError",
    "announce_subtree",
    "ask_for_rebuild",
    "dictionary_changed",
    "enqueue",
    "enqueue_if_free",
    "enqueue_many",
    "enqueue_subtree",
    "enqueue_turning",
    "fill_admin_index",
    "forget_done",
    "forget_old_queries",
    "forget_synonyms",
    "log_query",
    "nudge",
    "rebuild",
    "rebuild_if_due",
    "retry_now",
    "sync",
    "sync_pending",
    "write_terms",
]
