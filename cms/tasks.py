from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Publish and unpublish what is due; a second run finds nothing left to do."""
    call_command("publish_scheduled")
