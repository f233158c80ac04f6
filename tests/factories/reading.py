"""Factories of rooms, books and what readers do with them."""

from datetime import time, timedelta

import factory
from django.utils import timezone

from reading import isbn, lending
from reading.models import CheckIn, Holding, Loan, OpeningHours, ReadingRoom, Reservation, Title
from tests.factories.unions import MemberFactory, UnionFactory


class ReadingRoomFactory(factory.django.DjangoModelFactory):
    """A public room; `hours=((opens, closes), …)` are its spans on every weekday."""

    class Meta:
        model = ReadingRoom
        skip_postgeneration_save = True

    union = factory.SubFactory(UnionFactory)
    name = factory.Sequence(lambda n: f"第{n}职工书屋")
    number = factory.Sequence(lambda n: f"示例-{n:04}")
    address = "港前路 8 号"
    seats = 48

    @factory.post_generation
    def hours(self, create, spans, **kwargs):
        if spans is None:
            spans = ((time(0), time(0)),)
        for weekday in range(1, 8):
            for opens, closes in spans:
                OpeningHours.objects.create(room=self, weekday=weekday, opens=opens, closes=closes)


class TitleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Title

    title = factory.Sequence(lambda n: f"码头二十年 {n}")
    author = "示例作者"
    year = 2020
    publisher = "示例出版社"
    isbn = factory.Sequence(
        lambda n: f"978750080{n % 1000:03}{isbn.check_digit(f'978750080{n % 1000:03}')}"
    )
    clc = "I267"
    is_sample = True


class HoldingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Holding

    room = factory.SubFactory(ReadingRoomFactory)
    title = factory.SubFactory(TitleFactory)
    copies = 1


class LoanFactory(factory.django.DjangoModelFactory):
    """A loan as a row; the holding's count follows, as it would through the service."""

    class Meta:
        model = Loan

    member = factory.SubFactory(MemberFactory)
    holding = factory.SubFactory(HoldingFactory)
    borrowed_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyAttribute(
        lambda loan: lending.due_on(timezone.localdate(loan.borrowed_at))
    )

    class Params:
        overdue = factory.Trait(
            borrowed_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=40))
        )
        returned = factory.Trait(returned_at=factory.LazyFunction(timezone.now))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        loan = super()._create(model_class, *args, **kwargs)
        if loan.returned_at is None:
            assert Holding.objects.take_copy(loan.holding_id, ahead=0)
        return loan


class ReservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reservation

    member = factory.SubFactory(MemberFactory)
    holding = factory.SubFactory(HoldingFactory)
    created_at = factory.LazyFunction(timezone.now)


class CheckInFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CheckIn

    room = factory.SubFactory(ReadingRoomFactory)
    member = factory.SubFactory(MemberFactory)
    day = factory.LazyFunction(timezone.localdate)
    created_at = factory.LazyFunction(timezone.now)
