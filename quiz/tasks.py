"""What runs by the clock."""

from celery import shared_task

from quiz import services


@shared_task
def submit_overdue() -> None:
    """Hand in what is overdue, make the boards of closed competitions final, then certify."""
    services.submit_overdue()
    services.thaw_boards()
    services.issue_due_certificates()


@shared_task
def compute_statistics() -> None:
    """Compute the figures of the questions anew."""
    services.compute_all_statistics()
