"""Whatever readers do in whatever order, the shelf, the loans and the queue agree."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reading import services
from reading.models import Holding, Loan, Reservation
from tests.factories.reading import HoldingFactory
from tests.factories.unions import MemberFactory, UnionFactory

START = datetime.fromisoformat("2026-04-01T09:00:00+08:00")
VERBS = ["borrow", "borrow", "return", "return", "reserve", "cancel", "renew"]
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(0, 30)),
    min_size=1,
    max_size=20,
)


def act(verb, member, holding, now):
    """One reader's deed; a refusal with a code is as good an outcome as any."""
    loan = Loan.objects.filter(member=member, holding=holding).open().first()
    waiting = Reservation.objects.filter(member=member, holding=holding).first()
    try:
        if verb in {"borrow", "reserve"}:
            getattr(services, verb)(member=member, holding=holding, now=now)
        elif verb == "return" and loan:
            services.return_loan(loan=loan, now=now)
        elif verb == "renew" and loan:
            services.renew(loan=loan, now=now)
        elif verb == "cancel" and waiting:
            services.cancel_reservation(reservation=waiting, now=now)
    except services.ReadingError as error:
        return error.code
    return ""


class LendingModel(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(copies=st.integers(1, 2), steps=steps)
    def test_the_books_always_balance(self, copies, steps):
        holding = HoldingFactory(copies=copies, room__hours=())
        members = MemberFactory.create_batch(3, union=UnionFactory())
        now = START
        for verb, who, hours in steps:
            now += timedelta(hours=hours)
            queue = list(Reservation.objects.active(now).filter(holding=holding))
            on_shelf = Holding.objects.get().on_shelf
            code = act(verb, members[who], holding, now)
            if verb == "borrow" and not code:
                ahead = [place.member_id for place in queue]
                if members[who].pk in ahead:
                    ahead = ahead[: ahead.index(members[who].pk)]
                assert on_shelf > len(ahead), "a reader passed those who wait"
            if verb == "borrow" and code == "none_in":
                assert on_shelf <= len(queue), "a free copy was refused"
            self.check_balance(holding, now)

    def check_balance(self, holding, now):
        stock = Holding.objects.get()
        borrowers = list(Loan.objects.open().values_list("member", flat=True))
        assert stock.copies_out == len(borrowers) == len(set(borrowers)) <= stock.copies
        queue = list(Reservation.objects.active(now))
        assert len({place.member_id for place in queue}) == len(queue)
        kept = [place for place in queue if place.held_until]
        assert len(kept) <= stock.on_shelf
        assert kept == queue[: len(kept)], "a copy is kept for a reader out of turn"
