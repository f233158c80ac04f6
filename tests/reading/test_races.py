"""Two readers at once: the database settles it, and without its help both would win."""

import threading

import pytest
from django.db import close_old_connections, connection

from reading import services
from reading.models import CheckIn, Holding, HoldingQuerySet, Loan, Reservation
from tests.factories.reading import HoldingFactory, LoanFactory, ReadingRoomFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that start together; return their results or exceptions."""
    start = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(place, call):
        close_old_connections()
        start.wait()
        try:
            results[place] = call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_readers_one_gets_the_last_copy_and_the_other_a_place_in_the_queue():
    holding = HoldingFactory(copies=1)
    results = at_once(
        *(
            lambda member=member: services.borrow_or_queue(member=member, holding=holding)
            for member in MemberFactory.create_batch(2)
        )
    )
    winner, loser = sorted(results, key=lambda result: result.loan is None)
    assert winner.loan == Loan.objects.get()
    assert loser.reservation == Reservation.objects.get()
    assert loser.place == 1
    assert Holding.objects.get().copies_out == 1


def test_reading_first_and_writing_later_would_lend_the_last_copy_twice(monkeypatch):
    both_have_read = threading.Barrier(2)

    def read_then_write(self, pk, *, ahead):
        holding = self.get(pk=pk)
        both_have_read.wait()
        if holding.on_shelf <= ahead:
            return False
        self.filter(pk=pk).update(copies_out=holding.copies_out + 1)
        return True

    monkeypatch.setattr(HoldingQuerySet, "take_copy", read_then_write)
    monkeypatch.setattr(services, "_lock_reader", lambda member: None)
    monkeypatch.setattr(
        Holding.objects, "take_copy", Holding.objects.all().take_copy, raising=False
    )
    holding = HoldingFactory(copies=1)
    unprotected = services.borrow.__wrapped__  # without its transaction
    at_once(
        *(
            lambda member=member: unprotected(member=member, holding=holding)
            for member in MemberFactory.create_batch(2)
        )
    )
    assert Loan.objects.open().count() == 2
    assert Holding.objects.get().copies_out == 1


def test_one_reader_s_two_taps_borrow_once():
    holding = HoldingFactory(copies=2)
    member = MemberFactory()
    results = at_once(*[lambda: services.borrow(member=member, holding=holding)] * 2)
    refused = [result for result in results if isinstance(result, services.ReadingError)]
    assert [error.code for error in refused] == ["already_borrowed"]
    assert Holding.objects.get().copies_out == 1


def test_a_reader_does_not_pass_the_limit_by_borrowing_in_two_windows():
    member = MemberFactory()
    LoanFactory.create_batch(4, member=member)
    results = at_once(
        *(
            lambda holding=holding: services.borrow(member=member, holding=holding)
            for holding in HoldingFactory.create_batch(2)
        )
    )
    refused = [result for result in results if isinstance(result, services.ReadingError)]
    assert [error.code for error in refused] == ["too_many"]


def test_counting_loans_without_the_reader_s_lock_would_pass_the_limit(monkeypatch):
    both_have_counted = threading.Barrier(2)
    take_copy = HoldingQuerySet.take_copy

    def wait_and_take(self, pk, *, ahead):
        both_have_counted.wait()
        return take_copy(self, pk, ahead=ahead)

    member = MemberFactory()
    LoanFactory.create_batch(4, member=member)
    monkeypatch.setattr(HoldingQuerySet, "take_copy", wait_and_take)
    monkeypatch.setattr(services, "_lock_reader", lambda member: None)
    unprotected = services.borrow.__wrapped__  # without its transaction
    at_once(
        *(
            lambda holding=holding: unprotected(member=member, holding=holding)
            for holding in HoldingFactory.create_batch(2)
        )
    )
    assert Loan.objects.open().count() == 6


def test_two_returns_at_once_count_once():
    loan = LoanFactory(holding__copies=2)
    LoanFactory(holding=loan.holding)
    results = at_once(*[lambda: services.return_loan(loan=loan)] * 2)
    assert sorted(results) == [False, True]
    assert Holding.objects.get().copies_out == 1


def test_two_scans_at_once_are_one_visit():
    room, member = ReadingRoomFactory(), MemberFactory()
    results = at_once(*[lambda: services.check_in(member=member, room=room, at_door=True)] * 2)
    assert sorted(new for _row, new in results) == [False, True]
    assert CheckIn.objects.count() == 1
