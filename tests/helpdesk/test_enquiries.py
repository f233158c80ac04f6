"""What nobody answered: kept once, counted, without the person, closed by an entry."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from helpdesk import services
from helpdesk.models import Asking, Category, Enquiry, Entry, Feedback
from helpdesk.services import asking
from tests.factories.helpdesk import (
    AskingFactory,
    CategoryFactory,
    EnquiryFactory,
    EntryFactory,
    FeedbackFactory,
)
from unions.models import Member

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 23)
NEXT = DAY + timedelta(days=1)


def note(text, day=DAY):
    return services.note_enquiry(text=text, day=day)


def test_the_same_question_is_one_row_with_a_count():
    note("高温补贴怎么领？")
    note("高温 補貼 怎麼領")
    note("高温补贴怎么领", NEXT)
    enquiry = Enquiry.objects.get()
    assert (enquiry.times, enquiry.first_day, enquiry.last_day) == (3, DAY, NEXT)
    assert enquiry.text == "高温补贴怎么领？"


def test_a_flood_of_new_questions_stops_and_known_ones_still_count(monkeypatch):
    monkeypatch.setattr(asking, "MOST_ENQUIRIES_A_DAY", 3)
    for number in range(5):
        note(f"第{number}个问题")
    assert Enquiry.objects.count() == 3
    note("第0个问题")
    assert Enquiry.objects.get(text="第0个问题").times == 2
    note("第4个问题", NEXT)
    assert Enquiry.objects.count() == 4


def test_a_number_that_may_name_a_person_is_not_kept():
    note("请回电 13800001234")
    enquiry = Enquiry.objects.get()
    assert enquiry.text == "请回电 ＊"
    assert "138" not in enquiry.key


def test_two_visitors_with_one_new_question_are_one_row(monkeypatch):
    note("高温补贴怎么领")
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)  # both looked before either wrote
    note("高温补贴怎么领")
    assert Enquiry.objects.get().times == 2


def test_a_question_that_an_editor_deletes_meanwhile_breaks_nothing(monkeypatch):
    note("高温补贴怎么领")
    there = QuerySet.exists

    def deleted_right_after(rows):
        found = there(rows)
        rows.delete()
        return found

    monkeypatch.setattr(QuerySet, "exists", deleted_right_after)
    assert services.note_asking(text="高温补贴怎么领", day=DAY, entry=None) is False
    assert Enquiry.objects.count() == 0


@pytest.mark.parametrize("text", ["", "？！", "13800001234"])
def test_what_says_nothing_is_not_kept(text):
    assert note(text) is None
    assert not Enquiry.objects.exists()


def test_no_table_of_the_desk_can_point_to_a_person():
    for model in (Asking, Category, Enquiry, Entry, Feedback):
        for field in model._meta.get_fields():
            assert field.related_model is None or not issubclass(field.related_model, Member)
            assert not field.is_relation or issubclass(field.related_model, Model)


def test_an_answer_closes_it_and_the_entry_learns_the_wording():
    enquiry = EnquiryFactory(text="夏天发不发高温钱")
    entry = EntryFactory(question="高温津贴怎么领？", wordings="高温补贴")
    closed = services.answer_enquiry(enquiry=enquiry, entry=entry)
    assert (closed.status, closed.answered_by) == (Enquiry.Status.ANSWERED, entry)
    services.answer_enquiry(enquiry=enquiry, entry=entry)
    entry.refresh_from_db()
    assert entry.wordings == "高温补贴\n夏天发不发高温钱"


def test_its_own_question_is_no_other_wording():
    enquiry = EnquiryFactory(text="高温津贴怎么领")
    entry = EntryFactory(question="高温津贴怎么领？")
    services.answer_enquiry(enquiry=enquiry, entry=entry)
    entry.refresh_from_db()
    assert entry.wordings == ""


def test_asked_again_in_vain_it_is_open_again_unless_it_was_dismissed():
    answered = EnquiryFactory(status="answered", answered_by=EntryFactory())
    dismissed = EnquiryFactory(status="dismissed")
    note(answered.text, answered.last_day)
    note(dismissed.text, dismissed.last_day)
    assert set(Enquiry.objects.values_list("text", "status", "answered_by")) == {
        (answered.text, "open", None),
        (dismissed.text, "dismissed", None),
    }


def test_without_its_entry_an_answered_enquiry_stays_closed():
    enquiry = EnquiryFactory(status="answered", answered_by=EntryFactory())
    enquiry.answered_by.delete()
    enquiry.refresh_from_db()
    assert (enquiry.status, enquiry.answered_by) == ("answered", None)


def test_questions_are_counted_per_day_and_entry():
    entry = EntryFactory()
    for answer in (entry, entry, None):
        services.note_asking(text="问一件事", day=DAY, entry=answer)
    services.note_asking(text="问一件事", day=NEXT, entry=entry)
    assert Asking.objects.between(DAY, DAY).totals() == {"asked": 3, "answered": 2}
    assert Asking.objects.between(DAY, NEXT).totals() == {"asked": 4, "answered": 3}
    assert Asking.objects.between(NEXT + timedelta(1), NEXT + timedelta(9)).totals() == {
        "asked": 0,
        "answered": 0,
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: EntryFactory(question="？？"),
        lambda: EntryFactory(answer=""),
        lambda: EntryFactory(source=""),
        lambda: EntryFactory(valid_from=NEXT, valid_until=DAY),
        lambda: EntryFactory.create_batch(2, category=CategoryFactory(), question="同一个问题"),
        lambda: CategoryFactory.create_batch(2, slug="same"),
        lambda: EnquiryFactory.create_batch(2, text="同一个问题"),
        lambda: EnquiryFactory(times=0),
        lambda: EnquiryFactory(status="open", answered_by=EntryFactory()),
        lambda: EnquiryFactory(first_day=NEXT, last_day=DAY),
        lambda: AskingFactory.create_batch(2, entry=None, day=DAY),
        lambda: AskingFactory.create_batch(2, entry=EntryFactory(), day=DAY),
        lambda: FeedbackFactory.create_batch(2, entry=EntryFactory(), ballot="one"),
    ],
)
def test_the_database_refuses_what_must_not_be(spoil):
    with pytest.raises(IntegrityError), transaction.atomic():
        spoil()
