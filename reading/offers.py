"""What a book's page offers this reader at each room."""

from dataclasses import dataclass

from reading import lending
from reading.models import Holding, Loan, Reservation, Title
from unions.models import Member


@dataclass(frozen=True)
class Offer:
    """One room's copies as seen by one reader (or by nobody: `loan` and `place` stay empty).

    `waiting` counts all readers in line, `place` is the reader's own (0 for none).
    """

    holding: Holding
    waiting: int
    loan: Loan | None = None
    reservation: Reservation | None = None
    place: int = 0

    @property
    def can_borrow(self) -> bool:
        """A copy is in that nobody ahead has a claim on."""
        ahead = self.place - 1 if self.place else self.waiting
        return self.loan is None and lending.can_take(
            copies=self.holding.copies, copies_out=self.holding.copies_out, ahead=ahead
        )

    @property
    def can_reserve(self) -> bool:
        return self.loan is None and not self.place and not self.can_borrow


def offers_for(title: Title, member: Member | None) -> list[Offer]:
    """One offer per public room that owns `title`; the reader's own union first, then stock."""
    holdings = list(Holding.objects.of_title(title))
    if member is None:
        return [Offer(holding, holding.waiting) for holding in holdings]
    own = Loan.objects.open_of(member).filter(holding__title=title)
    loans = {loan.holding_id: loan for loan in own}
    queued = Reservation.objects.of(member).filter(holding__title=title)
    places = {reservation.holding_id: reservation for reservation in queued}
    holdings.sort(key=lambda holding: holding.room.union_id != member.union_id)
    return [
        Offer(
            holding,
            holding.waiting,
            loan=loans.get(holding.pk),
            reservation=places.get(holding.pk),
            place=places[holding.pk].place if holding.pk in places else 0,
        )
        for holding in holdings
    ]


def best(offers: list[Offer]) -> Offer | None:
    """What the page's one main button acts on: a loan, a copy kept, a copy in, else a queue."""
    tests = (
        lambda offer: offer.loan is not None,
        lambda offer: offer.place and offer.can_borrow,
        lambda offer: offer.can_borrow,
        lambda offer: offer.place,
        lambda offer: True,
    )
    return next((offer for test in tests for offer in offers if test(offer)), None)
