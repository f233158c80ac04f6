"""The editors' screens: rooms and books, and nobody's reading."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from reading.models import Holding, ReadingRoom, Title
from tests.factories.reading import CheckInFactory, HoldingFactory, LoanFactory, ReadingRoomFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def room_form(room, **changes):
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


def change_copies(editor, holding, copies):
    form = {"room": holding.room_id, "title": holding.title_id, "copies": copies}
    return editor.post(reverse("holding:edit", args=[holding.pk]), form)


def test_an_editor_s_new_number_of_copies_keeps_what_is_out(editor):
    holding = LoanFactory().holding
    assert change_copies(editor, holding, 3).status_code == 302
    fresh = Holding.objects.get()
    assert (fresh.copies, fresh.copies_out) == (3, 1)


def test_fewer_copies_than_are_out_is_refused_with_a_reason(editor):
    response = change_copies(editor, LoanFactory().holding, 0)
    assert "馆藏册数不能少于已借出的册数" in response.content.decode()
    assert Holding.objects.get().copies == 1


def test_the_list_of_holdings_is_searched_and_does_not_query_per_row(editor, count_queries):
    HoldingFactory(title__title="焊缝里的光")
    HoldingFactory(title__title="呐喊")
    index = reverse("holding:index")
    page = editor.get(index, {"q": "焊缝"}).content.decode()
    assert "焊缝里的光" in page
    assert "呐喊" not in page
    few = count_queries(lambda: editor.get(index))
    HoldingFactory.create_batch(6)
    assert count_queries(lambda: editor.get(index)) == few


@pytest.mark.parametrize("name", ["title_chooser", "readingroom_chooser"])
def test_books_and_rooms_are_picked_by_searching(editor, name):
    holding = HoldingFactory()
    wanted = holding.title.title if name == "title_chooser" else holding.room.name
    page = editor.get(reverse(f"{name}:choose_results"), {"q": wanted}).content.decode()
    assert wanted in page


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


@pytest.mark.reference_index
def test_no_screen_of_the_admin_shows_who_reads_what(editor):
    loan = LoanFactory(member__display_name="某位读者")
    CheckInFactory(room=loan.holding.room, member=loan.member)
    for name, args in [
        ("readingroom:index", []),
        ("readingroom:edit", [loan.holding.room_id]),
        ("holding:index", []),
        ("holding:edit", [loan.holding_id]),
        ("holding:usage", [loan.holding_id]),
        ("title:index", []),
        ("title:edit", [loan.holding.title_id]),
        ("title:usage", [loan.holding.title_id]),
        ("readingroom:usage", [loan.holding.room_id]),
    ]:
        response = editor.get(reverse(name, args=args))
        assert response.status_code == 200, name
        assert loan.member.display_name not in response.content.decode(), name


def test_what_was_lent_or_visited_is_not_deleted_and_the_editor_learns_why(editor):
    lent = reverse("holding:delete", args=[LoanFactory().holding_id])
    visited = reverse("readingroom:delete", args=[CheckInFactory().room_id])
    for address in (lent, visited):
        assert "不能删除" in editor.post(address, follow=True).content.decode()
    assert Holding.objects.count() == 1
    assert ReadingRoom.objects.count() == 2


def test_what_copies_hang_on_is_not_deleted(editor):
    holding = HoldingFactory()
    editor.post(reverse("title:delete", args=[holding.title_id]))
    editor.post(reverse("readingroom:delete", args=[holding.room_id]))
    assert Title.objects.exists()
    assert ReadingRoom.objects.exists()


def test_a_room_without_history_can_be_deleted(editor):
    room = ReadingRoomFactory()
    editor.post(reverse("readingroom:delete", args=[room.pk]))
    assert not ReadingRoom.objects.exists()


def test_a_member_without_the_right_does_not_get_in(signed_in):
    response = signed_in(MemberFactory()).get(reverse("title:index"))
    assert response.status_code in {302, 403}
