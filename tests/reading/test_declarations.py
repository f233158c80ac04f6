"""What reading tells the search, the desk and the home page."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from engagement.declaration import registry as measures
from reading.documents import BookDocument, RoomDocument
from reading.measures import ReadingCheckIns, ReadingLoans
from reading.models import Loan, ReadingRoom, Title
from tests.factories.reading import (
    CheckInFactory,
    HoldingFactory,
    LoanFactory,
    ReadingRoomFactory,
    TitleFactory,
)
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 23)


def at(text):
    return datetime.fromisoformat(f"2026-04-{text}+08:00")


def test_a_book_is_found_by_title_author_and_isbn():
    title = TitleFactory(title="焊缝里的光", clc="TG44", isbn="978-7-5008-0001-9")
    content = BookDocument.prepare(BookDocument.get_queryset().get())
    assert content.keys == ("9787500800019",)
    assert content.url == f"/reading/books/{title.pk}/"
    assert "金属学与金属工艺" in content.note
    assert [term.text for term in content.terms] == ["焊缝里的光", "示例作者"]


def test_availability_stays_out_of_the_index():
    holding = HoldingFactory()
    before = BookDocument.prepare(BookDocument.get_queryset().get())
    LoanFactory(holding=holding)
    assert BookDocument.prepare(BookDocument.get_queryset().get()) == before


def test_only_public_rooms_are_found():
    shown = ReadingRoomFactory()
    ReadingRoomFactory(is_public=False)
    assert list(RoomDocument.get_queryset()) == [shown]
    assert RoomDocument.prepare(RoomDocument.get_queryset().get()).union_path == shown.union.path


@pytest.mark.parametrize("document", [BookDocument, RoomDocument])
def test_preparing_a_row_sends_no_query(document, django_assert_num_queries):
    HoldingFactory()
    row = document.get_queryset().get()
    with django_assert_num_queries(0):
        document.prepare(row)


def test_a_change_of_the_union_reaches_its_rooms():
    room = ReadingRoomFactory()
    ((model, keys_of),) = RoomDocument.related()
    assert model is Union
    assert list(keys_of(room.union)) == [room.pk]


def test_loans_are_counted_on_the_local_day_and_for_the_room_s_union():
    union = UnionFactory()
    for moment in (at("22T23:59:59"), at("23T00:00:00"), at("23T23:59:59"), at("24T00:00:00")):
        LoanFactory(holding__room__union=union, borrowed_at=moment)
    assert list(ReadingLoans.per_day(DAY, DAY)) == [(DAY, union.pk, 2)]
    assert ReadingLoans.total(Union.objects.filter(pk=union.pk), DAY, DAY) == 2


def test_check_ins_are_counted_for_the_room_s_union_whoever_came():
    room = ReadingRoomFactory()
    guest = MemberFactory()
    CheckInFactory(room=room, member=guest, day=DAY)
    CheckInFactory(room=room, day=DAY)
    CheckInFactory(room=room, day=DAY + timedelta(days=1))
    assert list(ReadingCheckIns.per_day(DAY, DAY)) == [(DAY, room.union_id, 2)]
    assert ReadingCheckIns.total(Union.objects.filter(pk=guest.union_id), DAY, DAY) == 0


def test_the_days_of_a_measure_add_up_to_its_total():
    for ahead in range(3):
        LoanFactory(borrowed_at=at("21T12:00:00") + timedelta(days=ahead))
        CheckInFactory(day=DAY + timedelta(days=ahead))
    first, last = DAY - timedelta(days=5), DAY + timedelta(days=5)
    for measure in (ReadingLoans, ReadingCheckIns):
        assert measures[measure.name] is measure
        days = sum(value for _day, _union, value in measure.per_day(first, last))
        assert days == measure.total(Union.objects.all(), first, last) == 3


def test_the_pick_of_the_day_is_the_same_all_day_and_goes_round():
    titles = {holding.title for holding in HoldingFactory.create_batch(3)}
    TitleFactory()
    HoldingFactory(room__is_public=False)
    picks = [Title.objects.pick_of_the_day(DAY + timedelta(days=ahead)) for ahead in range(3)]
    assert set(picks) == titles
    assert Title.objects.pick_of_the_day(DAY) == picks[0]


def test_without_books_there_is_no_pick():
    assert Title.objects.pick_of_the_day(DAY) is None


def test_open_loans_come_in_the_order_they_are_due():
    member = MemberFactory()
    late = LoanFactory(member=member, overdue=True)
    LoanFactory(member=member, returned=True)
    LoanFactory()
    new = LoanFactory(member=member)
    assert list(Loan.objects.open_of(member)) == [late, new]


def test_activity_counts_today_and_this_month_only():
    room = ReadingRoomFactory()
    today = timezone.localdate()
    CheckInFactory.create_batch(2, room=room)
    CheckInFactory(room=room, day=today - timedelta(days=1))
    CheckInFactory()
    LoanFactory(holding__room=room)
    LoanFactory(holding__room=room, borrowed_at=timezone.now() - timedelta(days=32))
    room = ReadingRoom.objects.with_todays_activity().get(pk=room.pk)
    assert (room.check_ins_today, room.loans_this_month) == (2, 1)
