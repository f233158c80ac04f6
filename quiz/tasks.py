"""What runs by the clock."""

from celery import shared_task

from quiz import services
from quiz.models import QuestionImport


@shared_task
def submit_overdue() -> None:
    """Hand in what is overdue, then make the boards of closed competitions final."""
    services.submit_overdue()
    services.thaw_boards()


@shared_task
def import_questions(order_pk: int) -> None:
    """Write an import that was ordered (it may be gone by now)."""
    for order in QuestionImport.objects.filter(pk=order_pk).defer("rows"):
        services.run_import(order=order)


@shared_task
def resend_imports() -> None:
    """The safety net: whatever a lost message or a dead worker left to write."""
    services.resend_imports()


@shared_task
def scan_attempts() -> None:
    """Look through yesterday's attempts for signs that nobody sat there."""
    services.scan_attempts()


@shared_task
def run_regrades() -> None:
    """Go on with regrading what confirmed corrections concern."""
    services.run_regrades()
