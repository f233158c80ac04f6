"""The editors' screens: rooms and books, and nobody's reading."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from reading import services
from reading.models import Holding, ReadingRoom, Title
from tests.factories.reading import CheckInFactory, HoldingFactory, LoanFactory, ReadingRoomFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def room_form(room, *, holdings=(), **changes):
    """The edit form of `room` as a browser sends it."""
    fields = ("name", "number", "seats", "address", "keeper", "phone", "intro", "rules")
    return nested_form_data(
        {
            **{field: getattr(room, field) for field in fields},
            "union": room.union_id,
            "is_public": "on",
            "opening_hours": inline_formset(
                [{"weekday": 1, "opens": "08:00", "closes": "20:00", "id": ""}]
            ),
            "holdings": inline_formset(list(holdings), initial=len(holdings)),
            **changes,
        }
    )


def test_an_editor_changes_a_room_with_its_hours(editor):
    room = ReadingRoomFactory(hours=())
    response = editor.post(
        reverse("readingroom:edit", args=[room.pk]), room_form(room, name="新名字书屋")
    )
    assert response.status_code == 302
    room = ReadingRoom.objects.get()
    assert room.name == "新名字书屋"
    assert room.hours_by_days == [("周一", "08:00–20:00")]


def test_an_editor_s_new_number_of_copies_keeps_what_is_out(editor):
    holding = HoldingFactory(copies=1, room__hours=())
    services.borrow(member=MemberFactory(), holding=holding)
    line = {"id": holding.pk, "title": holding.title_id, "copies": 3}
    editor.post(
        reverse("readingroom:edit", args=[holding.room_id]),
        room_form(holding.room, holdings=[line]),
    )
    fresh = Holding.objects.get()
    assert (fresh.copies, fresh.copies_out) == (3, 1)


def test_fewer_copies_than_are_out_is_refused_with_a_reason(editor):
    loan = LoanFactory(holding__room__hours=())
    line = {"id": loan.holding_id, "title": loan.holding.title_id, "copies": 0}
    response = editor.post(
        reverse("readingroom:edit", args=[loan.holding.room_id]),
        room_form(loan.holding.room, holdings=[line]),
    )
    assert "馆藏册数不能少于已借出的册数" in response.content.decode()
    assert Holding.objects.get().copies == 1


@pytest.mark.parametrize(("isbn", "stored"), [("978-7-5008-0001-9", "9787500800019"), ("", "")])
def test_an_editor_catalogues_a_book(editor, isbn, stored):
    form = {"title": "码头", "clc": "u69", "isbn": isbn, "author": "", "summary": ""}
    assert editor.post(reverse("title:add"), form).status_code == 302
    title = Title.objects.get()
    assert (title.isbn, title.clc) == (stored, "U69")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("isbn", "9787500800013", "书号的校验位不对"), ("clc", "L12", "大类字母开头")],
)
def test_a_wrong_isbn_or_class_is_refused_and_the_text_stays(editor, field, value, reason):
    form = {"title": "码头二十年", "clc": "U69", "isbn": "", field: value}
    page = editor.post(reverse("title:add"), form).content.decode()
    assert reason in page
    assert "码头二十年" in page
    assert not Title.objects.exists()


def test_no_screen_of_the_admin_shows_who_reads_what(editor):
    loan = LoanFactory(member__display_name="某位读者")
    CheckInFactory(room=loan.holding.room, member=loan.member)
    for name, args in [
        ("readingroom:index", []),
        ("readingroom:edit", [loan.holding.room_id]),
        ("title:index", []),
        ("title:edit", [loan.holding.title_id]),
        ("title:usage", [loan.holding.title_id]),
        ("readingroom:usage", [loan.holding.room_id]),
    ]:
        response = editor.get(reverse(name, args=args))
        assert response.status_code == 200, name
        assert loan.member.display_name not in response.content.decode(), name


def test_a_room_with_books_is_not_deleted_and_the_editor_learns_why(editor):
    holding = LoanFactory().holding
    address = reverse("readingroom:delete", args=[holding.room_id])
    assert "还有馆藏或借阅记录" in editor.post(address, follow=True).content.decode()
    assert Holding.objects.exists()


def test_a_book_that_a_room_owns_is_not_deleted(editor):
    holding = HoldingFactory()
    editor.post(reverse("title:delete", args=[holding.title_id]))
    assert Title.objects.exists()


def test_a_room_without_history_can_be_deleted(editor):
    room = ReadingRoomFactory()
    editor.post(reverse("readingroom:delete", args=[room.pk]))
    assert not ReadingRoom.objects.exists()


def test_a_member_without_the_right_does_not_get_in(signed_in):
    response = signed_in(MemberFactory()).get(reverse("title:index"))
    assert response.status_code in {302, 403}
