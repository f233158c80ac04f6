"""What runs by the clock."""

from celery import shared_task

from quiz import services


@shared_task
def submit_overdue() -> None:
    """Hand in what is overdue, then make the boards of closed competitions final."""
    services.submit_overdue()
    services.thaw_boards()


@shared_task
def fold_changes() -> None:
    """Fold what the submits wrote down into the unions' counters and the ladders."""
    services.fold_changes()


@shared_task
def keep_boards_quick() -> None:
    """Build the rank ladders anew whose steps may have grown long, and copies that are lost."""
    services.level_ladders()
    services.copy_boards()
