"""Borrowing, the queue, returning and renewing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reading import lending, services
from reading.models import Holding, Loan, Reservation
from tests.factories.reading import HoldingFactory, LoanFactory, ReservationFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


def refusal(call, **kwargs):
    with pytest.raises(services.ReadingError) as caught:
        call(**kwargs)
    return caught.value.code


def test_a_loan_is_due_thirty_local_days_on():
    holding = HoldingFactory()
    night = datetime.fromisoformat("2026-04-23T23:50:00+08:00")
    loan = services.borrow(member=MemberFactory(), holding=holding, now=night)
    assert loan.due_on == date(2026, 5, 23)


def test_no_copy_in_is_a_reason():
    holding = LoanFactory().holding
    assert refusal(services.borrow, member=MemberFactory(), holding=holding) == "none_in"


def test_the_same_book_is_not_lent_twice_to_one_reader():
    loan = LoanFactory(holding__copies=2)
    assert refusal(services.borrow, member=loan.member, holding=loan.holding) == "already_borrowed"


def test_five_books_are_the_limit():
    member = MemberFactory()
    LoanFactory.create_batch(lending.MOST_OPEN_LOANS, member=member)
    assert refusal(services.borrow, member=member, holding=HoldingFactory()) == "too_many"


def test_an_overdue_book_blocks_the_next():
    loan = LoanFactory(overdue=True)
    assert refusal(services.borrow, member=loan.member, holding=HoldingFactory()) == (
        "overdue_blocks"
    )
    services.return_loan(loan=loan)
    assert services.borrow(member=loan.member, holding=HoldingFactory()).pk


def test_returning_twice_counts_once():
    loan = LoanFactory(holding__copies=2)
    LoanFactory(holding=loan.holding)
    assert services.return_loan(loan=loan) is True
    first = Loan.objects.get(pk=loan.pk).returned_at
    assert services.return_loan(loan=loan) is False
    assert Loan.objects.get(pk=loan.pk).returned_at == first
    assert Holding.objects.get().copies_out == 1


def test_a_book_can_be_borrowed_again_after_its_return():
    loan = LoanFactory()
    services.return_loan(loan=loan)
    assert services.borrow(member=loan.member, holding=loan.holding).pk != loan.pk


def test_one_renewal_moves_the_due_day_on():
    loan = LoanFactory()
    assert services.renew(loan=loan).due_on == loan.due_on + timedelta(days=30)
    assert refusal(services.renew, loan=loan) == "renewed_already"


def test_renewing_is_refused_when_late_reserved_or_returned():
    assert refusal(services.renew, loan=LoanFactory(overdue=True)) == "overdue"
    wanted = LoanFactory()
    ReservationFactory(holding=wanted.holding)
    assert refusal(services.renew, loan=wanted) == "reserved"
    assert refusal(services.renew, loan=LoanFactory(returned=True)) == "returned"


def test_the_due_day_itself_is_in_time():
    loan = LoanFactory(due_on=timezone.localdate())
    assert not loan.is_overdue
    assert services.renew(loan=loan).renewals == 1


def test_a_place_in_the_queue_is_kept_when_asked_for_again():
    holding = LoanFactory().holding
    ReservationFactory(holding=holding)
    member = MemberFactory()
    first = services.reserve(member=member, holding=holding)
    assert services.reserve(member=member, holding=holding) == first
    assert first.place_in_line() == 2


def test_places_count_those_who_still_wait():
    holding = LoanFactory().holding
    queue = ReservationFactory.create_batch(4, holding=holding)
    ReservationFactory(member=queue[3].member)
    services.cancel_reservation(reservation=queue[1])
    found = {r.holding_id: r.place for r in Reservation.objects.of(queue[3].member)}
    assert found[holding.pk] == 3
    assert sorted(found.values()) == [1, 3]
    assert Holding.objects.with_waiting().get(pk=holding.pk).waiting == 3
    assert Loan.objects.with_waiting().get().waiting == 3


def test_reserving_is_refused_when_a_copy_is_in_or_at_home():
    loan = LoanFactory(holding__copies=1)
    assert refusal(services.reserve, member=loan.member, holding=loan.holding) == (
        "already_borrowed"
    )
    assert refusal(services.reserve, member=MemberFactory(), holding=HoldingFactory()) == (
        "on_shelf"
    )


def test_a_reader_waits_for_five_books_at_most():
    member = MemberFactory()
    for _n in range(lending.MOST_RESERVATIONS):
        services.reserve(member=member, holding=LoanFactory().holding)
    assert refusal(services.reserve, member=member, holding=LoanFactory().holding) == (
        "too_many_reservations"
    )


def test_a_returned_copy_is_kept_a_day_for_the_first_in_line():
    loan = LoanFactory()
    first = services.reserve(member=MemberFactory(), holding=loan.holding)
    second = services.reserve(member=MemberFactory(), holding=loan.holding)
    now = timezone.now()
    services.return_loan(loan=loan, now=now)
    first.refresh_from_db()
    assert first.held_until == now + lending.HOLD
    assert refusal(services.borrow, member=second.member, holding=loan.holding) == "none_in"
    assert services.borrow(member=first.member, holding=loan.holding)
    first.refresh_from_db()
    assert first.outcome == Reservation.Outcome.BORROWED


@pytest.mark.parametrize("leaves", ["cancels", "does not come"])
def test_the_next_in_line_is_served_when_the_first_leaves(leaves):
    loan = LoanFactory()
    first = services.reserve(member=MemberFactory(), holding=loan.holding)
    second = services.reserve(member=MemberFactory(), holding=loan.holding)
    now = timezone.now()
    services.return_loan(loan=loan, now=now)
    if leaves == "cancels":
        assert services.cancel_reservation(reservation=first, now=now) is True
        assert services.cancel_reservation(reservation=first, now=now) is False
    else:
        now += lending.HOLD
    assert services.borrow(member=second.member, holding=loan.holding, now=now)


def test_who_let_a_hold_lapse_can_join_again_at_the_end():
    loan = LoanFactory()
    first = services.reserve(member=MemberFactory(), holding=loan.holding)
    second = services.reserve(member=MemberFactory(), holding=loan.holding)
    now = timezone.now()
    services.return_loan(loan=loan, now=now)
    later = now + lending.HOLD
    again = services.reserve(member=first.member, holding=loan.holding, now=later)
    assert again.pk > second.pk
    assert again.place_in_line(later) == 2


def test_more_copies_in_than_readers_in_line_leaves_one_for_others():
    loan = LoanFactory()
    holding = loan.holding
    services.reserve(member=MemberFactory(), holding=holding)
    Holding.objects.filter(pk=holding.pk).update(copies=3)
    assert services.borrow(member=MemberFactory(), holding=holding)
    assert refusal(services.borrow, member=MemberFactory(), holding=holding) == "none_in"


def test_the_database_refuses_more_out_than_owned():
    holding = HoldingFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.filter(pk=holding.pk).update(copies_out=2)


def test_the_database_refuses_a_second_open_loan_of_the_same_copies():
    loan = LoanFactory(holding__copies=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanFactory(member=loan.member, holding=loan.holding)


def test_an_editor_s_older_form_does_not_undo_a_loan():
    stale = HoldingFactory(copies=1)
    services.borrow(member=MemberFactory(), holding=stale)
    stale.copies = 4
    stale.save()
    fresh = Holding.objects.get(pk=stale.pk)
    assert (fresh.copies, fresh.copies_out) == (4, 1)


@given(borrowed=st.dates(date(2000, 1, 1), date(2100, 1, 1)), later=st.integers(0, 400))
def test_a_book_is_late_after_thirty_days_and_not_before(borrowed, later):
    today = borrowed + timedelta(days=later)
    assert lending.is_overdue(lending.due_on(borrowed), today) == (later > lending.LOAN_DAYS)


@given(copies=st.integers(0, 9), out=st.integers(0, 9), ahead=st.integers(0, 9))
def test_readers_ahead_are_never_passed(copies, out, ahead):
    if lending.can_take(copies=copies, copies_out=out, ahead=ahead):
        assert copies - out - 1 >= ahead


def test_every_refusal_has_words():
    codes = {
        lending.refuse_borrowing(has_it=a, has_overdue=b, open_loans=c)
        for a in (True, False)
        for b in (True, False)
        for c in (0, 5)
    } | {
        lending.refuse_renewal(
            returned=a, renewals=b, due=date(2026, 5, 1), today=date(2026, 5, c), waiting=d
        )
        for a in (True, False)
        for b in (0, 1)
        for c in (1, 2)
        for d in (0, 1)
    }
    assert codes - {""} <= set(lending.MESSAGES)
    assert len(codes) == 8
