"""What visitors and readers see, through the public door."""

import csv
import io
from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from reading.models import Loan, Reservation
from tests.factories.reading import (
    CheckInFactory,
    HoldingFactory,
    LoanFactory,
    ReadingRoomFactory,
    ReservationFactory,
    TitleFactory,
)
from tests.factories.unions import MemberFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"reading:{name}", args=args)


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_of_rooms_says_what_is_open(client):
    ReadingRoomFactory(name="昼夜书屋")
    ReadingRoomFactory(name="待定书屋", hours=())
    page = text_of(client.get(url("index")))
    assert "昼夜书屋" in page
    assert "现在开放" in page
    assert "开放时间待定" in page


def test_a_city_filter_shows_the_rooms_at_and_below_the_city(client):
    city = UnionFactory(name="甲市总工会", level=Union.Level.CITY)
    other = UnionFactory(name="乙市总工会", level=Union.Level.CITY)
    UnionFactory(name="没有书屋的市", level=Union.Level.CITY)
    ReadingRoomFactory(name="甲厂书屋", union=UnionFactory(parent=city))
    ReadingRoomFactory(name="乙市书屋", union=other)
    page = text_of(client.get(url("index"), {"city": city.pk}))
    assert "甲厂书屋" in page
    assert "乙市书屋" not in page
    assert "没有书屋的市" not in page


@pytest.mark.parametrize("city", ["x", "-1", "0", "９", "99999999999999999999"])
def test_a_city_that_is_none_is_not_found(client, city):
    assert client.get(url("index"), {"city": city}).status_code == 404


def test_without_rooms_the_list_says_why_and_leads_on(client):
    assert "还没有书屋登记" in text_of(client.get(url("index")))


def test_a_hidden_room_is_not_found(client):
    room = ReadingRoomFactory(is_public=False)
    assert client.get(url("room", room.pk)).status_code == 404
    assert room.name not in text_of(client.get(url("index")))


def test_a_closed_room_says_when_it_opens(client):
    room = ReadingRoomFactory(hours=((time(8), time(17)),))
    with time_machine.travel("2026-04-23T18:00:00+08:00", tick=False):
        page = text_of(client.get(room.get_absolute_url()))
    assert "今天已关门" in page
    assert "4月24日" in page
    assert "08:00" in page


def test_the_room_shows_counts_and_no_names(client):
    room = ReadingRoomFactory()
    visitor = CheckInFactory(room=room).member
    reader = LoanFactory(holding__room=room).member
    page = text_of(client.get(room.get_absolute_url()))
    assert "今天 1 人次" in page
    for person in (visitor, reader):
        assert person.display_name not in page
        assert person.public_name not in page


def test_the_catalogue_filters_by_class(client):
    TitleFactory(title="焊缝里的光", clc="TG44")
    TitleFactory(title="呐喊", clc="I210")
    page = text_of(client.get(url("books"), {"class": "T"}))
    assert "焊缝里的光" in page
    assert "呐喊" not in page
    assert "工业技术" in page


def test_an_unknown_class_shows_the_empty_state(client):
    TitleFactory()
    assert "这一类还没有书" in text_of(client.get(url("books"), {"class": "%"}))


def test_the_room_s_catalogue_counts_the_room_s_copies(client):
    title = TitleFactory()
    here = HoldingFactory(title=title, copies=2)
    HoldingFactory(title=title, copies=7)
    assert "在架 2" in text_of(client.get(url("books"), {"room": here.room_id}))
    assert "在架 9" in text_of(client.get(url("books")))


def test_a_visitor_is_asked_to_sign_in_before_borrowing(client):
    holding = HoldingFactory()
    page = text_of(client.get(holding.title.get_absolute_url()))
    assert "登录后借" in page
    response = client.post(url("borrow", holding.pk))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert not Loan.objects.exists()


def test_after_signing_in_for_an_action_the_reader_lands_on_the_book(signed_in):
    holding = HoldingFactory()
    response = signed_in(MemberFactory()).get(url("borrow", holding.pk))
    assert response["Location"] == holding.title.get_absolute_url()
    assert not Loan.objects.exists()


def test_a_reader_borrows_reads_the_due_day_and_returns(signed_in):
    holding = HoldingFactory()
    client = signed_in(MemberFactory())
    with time_machine.travel("2026-04-23T09:00:00+08:00", tick=False):
        page = text_of(client.post(url("borrow", holding.pk), follow=True))
        assert "借好了，5月23日前归还" in page
        assert "5月23日前还" in text_of(client.get(url("loans")))
        loan = Loan.objects.get()
        page = text_of(client.post(url("return", loan.pk), follow=True))
    assert "已还，谢谢" in page
    holding.refresh_from_db()
    assert holding.copies_out == 0


def test_a_double_click_borrows_once(signed_in):
    holding = HoldingFactory(copies=3)
    client = signed_in(MemberFactory())
    client.post(url("borrow", holding.pk))
    page = text_of(client.post(url("borrow", holding.pk), follow=True))
    assert "这本书已经在你手上" in page
    assert Loan.objects.count() == 1


def test_who_finds_the_shelf_empty_is_told_the_place_in_the_queue(signed_in):
    holding = LoanFactory().holding
    page = text_of(signed_in(MemberFactory()).post(url("borrow", holding.pk), follow=True))
    assert "已替你排队，排第 1 位" in page
    assert "取消预约" in page


def test_a_renewal_that_is_refused_says_why(signed_in):
    loan = LoanFactory(overdue=True)
    client = signed_in(loan.member)
    assert "逾期 10 天" in text_of(client.get(url("loans")))
    page = text_of(client.post(url("renew", loan.pk), follow=True))
    assert "已过应还日期，不能续借" in page


@pytest.mark.parametrize("verb", ["return", "renew"])
def test_another_reader_s_loan_is_not_found(signed_in, verb):
    loan = LoanFactory()
    response = signed_in(MemberFactory()).post(url(verb, loan.pk))
    assert response.status_code == 404
    loan.refresh_from_db()
    assert loan.returned_at is None
    assert loan.renewals == 0


def test_another_reader_s_reservation_is_not_found(signed_in):
    reservation = ReservationFactory()
    assert signed_in(MemberFactory()).post(url("cancel", reservation.pk)).status_code == 404
    assert Reservation.objects.active().count() == 1


def test_the_history_shows_the_own_books_only(signed_in):
    own = LoanFactory(returned=True, holding__title__title="自己读的")
    LoanFactory(returned=True, holding__title__title="别人读的")
    LoanFactory(holding__title__title="别人在读的")
    client = signed_in(own.member)
    for name in ("loans", "export_loans"):
        page = text_of(client.get(url(name)))
        assert "自己读的" in page
        assert "别人" not in page


def test_an_action_leads_back_only_within_the_site(signed_in):
    loan = LoanFactory()
    client = signed_in(loan.member)
    response = client.post(url("return", loan.pk), {"next": "https://example.com/"})
    assert response["Location"] == url("loans")


def test_an_action_does_not_lead_from_a_safe_connection_to_an_open_one(signed_in):
    loan = LoanFactory()
    client = signed_in(loan.member)
    wanted = {"next": "http://testserver/reading/books/"}
    response = client.post(url("return", loan.pk), wanted, secure=True)
    assert response["Location"] == url("loans")


def test_the_export_is_safe_to_open_in_a_spreadsheet(signed_in):
    loan = LoanFactory(holding__title__title='=HYPERLINK("x")')
    body = signed_in(loan.member).get(url("export_loans")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert rows[1][0] == '\'=HYPERLINK("x")'


def test_pages_of_a_signed_in_reader_are_not_cached_by_others(signed_in):
    response = signed_in(MemberFactory()).get(url("loans"))
    assert "no-store" in response["Cache-Control"]


def fill(number, member):
    """Add `number` rooms with books, hours, visits and loans of `member`."""
    for _n in range(number):
        room = ReadingRoomFactory()
        LoanFactory(holding__room=room, holding__copies=2, member=member)
        LoanFactory(holding__room=room, member=member, returned=True)
        CheckInFactory(room=room)
        ReservationFactory(member=member, holding__room=room)


@pytest.mark.parametrize("name", ["index", "books", "loans"])
def test_a_longer_list_sends_no_more_queries(signed_in, count_queries, name):
    member = MemberFactory()
    client = signed_in(member)
    fill(2, member)
    text_of(client.get(url(name)))
    few = count_queries(lambda: client.get(url(name)))
    fill(6, member)
    assert count_queries(lambda: client.get(url(name))) == few


def test_more_rooms_and_readers_of_a_book_send_no_more_queries(signed_in, count_queries):
    title = TitleFactory()
    client = signed_in(MemberFactory())

    def spread(number):
        for _n in range(number):
            ReservationFactory(holding=LoanFactory(holding__title=title).holding)

    spread(2)
    text_of(client.get(title.get_absolute_url()))
    few = count_queries(lambda: client.get(title.get_absolute_url()))
    spread(6)
    assert count_queries(lambda: client.get(title.get_absolute_url())) == few


def test_more_books_on_the_shelf_of_a_room_send_no_more_queries(client, count_queries):
    room = ReadingRoomFactory()
    HoldingFactory.create_batch(2, room=room)
    few = count_queries(lambda: client.get(room.get_absolute_url()))
    HoldingFactory.create_batch(6, room=room)
    assert count_queries(lambda: client.get(room.get_absolute_url())) == few


def test_a_kept_copy_is_offered_to_the_first_in_line_only(signed_in):
    loan = LoanFactory()
    first = ReservationFactory(holding=loan.holding)
    signed_in(loan.member).post(url("return", loan.pk))
    book = loan.holding.title.get_absolute_url()
    page = text_of(signed_in(first.member).get(book))
    assert "轮到你了" in page
    assert "借这本" in page
    page = text_of(signed_in(MemberFactory()).get(book))
    assert "在架的已留给预约的人" in page
    assert "借这本" not in page


def test_the_hold_lapses_after_a_day(signed_in):
    loan = LoanFactory()
    ReservationFactory(holding=loan.holding)
    signed_in(loan.member).post(url("return", loan.pk))
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        page = text_of(signed_in(MemberFactory()).post(url("borrow", loan.holding_id), follow=True))
    assert "借好了" in page
