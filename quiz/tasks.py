"""What runs by the clock."""

from datetime import date

from celery import shared_task

from quiz import services
from quiz.models import Competition, Draw, FreezeOrder, QuestionImport


@shared_task
def submit_overdue() -> None:
    """Hand in what is overdue."""
    services.submit_overdue()


@shared_task
def thaw_boards() -> None:
    """Begin to make the boards of closed competitions final, and go on with what was left."""
    services.order_thaws()


@shared_task
def go_on_with_thaw(run_pk: int) -> None:
    """Make a board final for a few seconds, then send the rest."""
    services.resume_thaw(run_pk=run_pk)


@shared_task
def issue_certificates() -> None:
    """Issue the certificates of competitions whose points and ranks are final.

    Those of results that changed since follow them.
    """
    services.follow_results()
    services.issue_due_certificates()


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
def freeze_tickets(order_pk: int) -> None:
    """Freeze the tickets of a draw for which that was ordered (it may be gone by now)."""
    for order in FreezeOrder.objects.filter(pk=order_pk):
        services.run_freeze(order=order)


@shared_task
def resume_freezes() -> None:
    """The safety net: whatever a lost message or a dead worker left to freeze."""
    services.resume_freezes()


@shared_task
def restore_ticket_list(draw_pk: int) -> None:
    """Write the published list of a draw whose file is lost."""
    for draw in Draw.objects.filter(pk=draw_pk):
        services.restore_list(draw=draw)


@shared_task
def purge_ticket_lists() -> None:
    """Delete the files of lists that never came to be a draw's."""
    services.purge_lists()


@shared_task
def order_scans() -> None:
    """Have the days that are over looked through for signs of unfair play."""
    services.order_scans()


@shared_task
def scan_day(competition_pk: int, day: str) -> None:
    """Look through a day (ISO) of a competition for signs that nobody sat there."""
    for competition in Competition.objects.filter(pk=competition_pk).select_related("bank"):
        services.scan_day(competition=competition, day=date.fromisoformat(day))


@shared_task
def promote_alternates() -> None:
    """Let alternates have the prizes that nobody claimed in time."""
    services.promote_due_alternates()


@shared_task
def run_regrades() -> None:
    """Go on with regrading what confirmed corrections concern."""
    services.run_regrades()


@shared_task
def compute_statistics() -> None:
    """Begin to compute the figures of the questions anew."""
    services.order_statistics()


@shared_task
def go_on_with_statistics(run_pk: int) -> None:
    """Compute for a few seconds, then send the rest."""
    services.go_on_with_statistics(run_pk=run_pk)


@shared_task
def resume_statistics() -> None:
    """The safety net: whatever a lost message or a dead worker left to compute."""
    services.resume_statistics()


@shared_task
def fold_changes() -> None:
    """Fold what the submits wrote down into the unions' counters and the ladders."""
    services.fold_changes()


@shared_task
def keep_boards_quick() -> None:
    """Build the rank ladders anew whose steps may have grown long, and copies that are lost."""
    services.level_ladders()
    services.copy_boards()
