"""Tasks of search."""

from celery import shared_task

from search import services

# A rebuild takes as long as it takes. Celery knows no “unlimited” beside a limit for all tasks.
A_WEEK = 7 * 24 * 60 * 60


@shared_task(name="search.tasks.sync_pending")
def sync_pending() -> int:
    """Sync what is due; run by beat, and sooner after a commit."""
    return services.sync_pending()


@shared_task(name="search.tasks.forget_old_queries")
def forget_old_queries() -> int:
    """Drop what was searched long ago; run by beat at night."""
    return services.forget_old_queries()


@shared_task(name="search.tasks.rebuild_if_due", time_limit=A_WEEK)
def rebuild_if_due() -> bool:
    """Build the index anew where it must be; sent by a sync."""
    return services.rebuild_if_due()
