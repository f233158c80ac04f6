"""What runs by the clock."""

from celery import shared_task

from quiz import services


@shared_task
def submit_overdue() -> None:
    """Hand in what is overdue, then make the boards of closed competitions final."""
    services.submit_overdue()
    services.thaw_boards()


@shared_task
def scan_attempts() -> None:
    """Look through yesterday's attempts for signs that nobody sat there."""
    services.scan_attempts()


@shared_task
def run_regrades() -> None:
    """Go on with regrading what confirmed corrections concern."""
    services.run_regrades()
