"""Tasks of search."""

from celery import shared_task

from search import services


@shared_task(name="search.tasks.sync_pending")
def sync_pending() -> int:
    """Sync what is due; run by beat, and sooner after a commit."""
    return services.sync_pending()
