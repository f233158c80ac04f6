"""What readers do: borrow, return, renew, queue and check in. Each is safe to send twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from reading import lending
from reading.models import CheckIn, Holding, Loan, ReadingRoom, Reservation
from unions.models import Member


class ReadingError(Exception):
    """Something a reader may not do now: `code` for programs, `message` for people."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code
        self.message = lending.MESSAGES[code]


@dataclass(frozen=True)
class Borrowed:
    """What came of the wish to borrow: a loan, or a place in the queue (1 is next)."""

    loan: Loan | None = None
    reservation: Reservation | None = None
    place: int = 0


def _lock_reader(member: Member) -> None:
    """One reader's requests run one after the other, so that limits hold (SQLite locks anyway)."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _settle_queue(holding_pk: int, now: datetime) -> None:
    """Drop holds that were not fetched; keep each copy that is in for the next in line, 24 hours.

    Runs inside the caller's transaction, whenever copies or the queue of a holding move.
    """
    waiting = Reservation.objects.filter(holding=holding_pk, ended_at__isnull=True)
    waiting.filter(held_until__lte=now).update(ended_at=now, outcome=Reservation.Outcome.EXPIRED)
    on_shelf = Holding.objects.get(pk=holding_pk).on_shelf
    served = list(waiting.order_by("pk").values_list("pk", flat=True)[: max(0, on_shelf)])
    waiting.filter(pk__in=served, held_until__isnull=True).update(held_until=now + lending.HOLD)


@transaction.atomic
def borrow(*, member: Member, holding: Holding, now: datetime | None = None) -> Loan:
    """Lend `member` one copy until the day 30 days on.

    Raises ReadingError: already_borrowed, overdue_blocks, too_many, none_in (no copy is in, or
    those that are in are kept for readers ahead in the queue).
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    _lock_reader(member)
    own = Loan.objects.filter(member=member).open()
    if code := lending.refuse_borrowing(
        has_it=own.filter(holding=holding).exists(),
        has_overdue=own.overdue(today).exists(),
        open_loans=own.count(),
    ):
        raise ReadingError(code)
    _settle_queue(holding.pk, now)
    line = Reservation.objects.active(now).filter(holding=holding)
    place = line.filter(member=member).first()
    ahead = (line.filter(pk__lt=place.pk) if place else line).count()
    if not Holding.objects.take_copy(holding.pk, ahead=ahead):
        raise ReadingError("none_in")
    line.filter(member=member).update(ended_at=now, outcome=Reservation.Outcome.BORROWED)
    return Loan.objects.create(
        member=member, holding=holding, borrowed_at=now, due_on=lending.due_on(today)
    )


def borrow_or_queue(*, member: Member, holding: Holding, now: datetime | None = None) -> Borrowed:
    """Borrow; where the last copy has just gone, take a place in the queue instead."""
    now = now or timezone.now()
    try:
        return Borrowed(loan=borrow(member=member, holding=holding, now=now))
    except ReadingError as error:
        if error.code != "none_in":
            raise
    reservation = reserve(member=member, holding=holding, now=now)
    return Borrowed(reservation=reservation, place=reservation.place_in_line(now))


@transaction.atomic
def return_loan(*, loan: Loan, now: datetime | None = None) -> bool:
    """Take the copy back and serve the queue. False if it had been returned before."""
    now = now or timezone.now()
    first = Loan.objects.filter(pk=loan.pk).open().update(returned_at=now) == 1
    if first:
        Holding.objects.give_back(loan.holding_id)
        _settle_queue(loan.holding_id, now)
    return first


@transaction.atomic
def renew(*, loan: Loan, now: datetime | None = None) -> Loan:
    """Move the due day 30 days on, once.

    Raises ReadingError: returned, overdue, renewed_already, reserved.
    """
    now = now or timezone.now()
    loan = Loan.objects.select_for_update().get(pk=loan.pk)
    waiting = Reservation.objects.active(now).filter(holding=loan.holding_id)
    if code := lending.refuse_renewal(
        returned=loan.returned_at is not None,
        renewals=loan.renewals,
        due=loan.due_on,
        today=timezone.localdate(now),
        waiting=waiting.count(),
    ):
        raise ReadingError(code)
    loan.renewals += 1
    loan.due_on += timedelta(days=lending.LOAN_DAYS)
    loan.save(update_fields=["renewals", "due_on"])
    return loan


@transaction.atomic
def reserve(*, member: Member, holding: Holding, now: datetime | None = None) -> Reservation:
    """Join the queue for a room's copies; who is in it keeps the place.

    Raises ReadingError: already_borrowed, on_shelf, too_many_reservations.
    """
    now = now or timezone.now()
    _lock_reader(member)
    _settle_queue(holding.pk, now)
    line = Reservation.objects.active(now)
    if place := line.filter(holding=holding, member=member).first():
        return place
    if Loan.objects.filter(member=member, holding=holding).open().exists():
        raise ReadingError("already_borrowed")
    stock = Holding.objects.get(pk=holding.pk)
    ahead = line.filter(holding=holding).count()
    if lending.can_take(copies=stock.copies, copies_out=stock.copies_out, ahead=ahead):
        raise ReadingError("on_shelf")
    if line.filter(member=member).count() >= lending.MOST_RESERVATIONS:
        raise ReadingError("too_many_reservations")
    return Reservation.objects.create(member=member, holding=holding, created_at=now)


@transaction.atomic
def cancel_reservation(*, reservation: Reservation, now: datetime | None = None) -> bool:
    """Leave the queue and let the next one up. False if the place had ended before."""
    now = now or timezone.now()
    first = (
        Reservation.objects.filter(pk=reservation.pk, ended_at__isnull=True).update(
            ended_at=now, outcome=Reservation.Outcome.CANCELLED
        )
        == 1
    )
    _settle_queue(reservation.holding_id, now)
    return first


@transaction.atomic
def check_in(
    *, member: Member, room: ReadingRoom, at_door: bool, now: datetime | None = None
) -> tuple[CheckIn, bool]:
    """Count the member's visit today: (row, whether it is new). Once per room and local day.

    `at_door` says that the code at the door was read a moment ago; it holds at any hour. Raises
    ReadingError: needs_door.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    known = CheckIn.objects.filter(room=room, member=member, day=today).first()
    if known:
        return known, False
    if not at_door:
        raise ReadingError("needs_door")
    return CheckIn.objects.get_or_create(
        room=room, member=member, day=today, defaults={"created_at": now}
    )
