"""What runs beside the web server; each task may run twice."""

from celery import shared_task
from django.utils import timezone

from engagement import services


@shared_task
def flush_counters():
    """Move noted page views into the database."""
    services.flush_counters()


@shared_task
def roll_up_today():
    """Bring today's tallies up to date."""
    services.roll_up(first=timezone.localdate(), last=timezone.localdate())


@shared_task
def roll_up_yesterday():
    """Close yesterday's tallies, with what came in late, and those of days left open before."""
    services.close_days()
