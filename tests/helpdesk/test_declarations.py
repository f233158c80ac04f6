"""What the desk tells the search."""

from datetime import datetime, timedelta

import pytest

from helpdesk.documents import EntryDocument
from helpdesk.models import Category
from search.documents import registry
from search.models import PendingSync
from tests.factories.helpdesk import EntryFactory

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(f"2026-04-{text}+08:00")


def test_an_entry_is_found_by_its_question_and_every_wording():
    EntryFactory(
        question="年休假有几天？", wordings="年假多少天\n带薪假", source="《办法》", clause=""
    )
    content = EntryDocument.prepare(EntryDocument.get_queryset().get())
    assert registry["answer"] is EntryDocument
    assert content.title == "年休假有几天？"
    assert {"年休假有几天？", "年假多少天", "带薪假"} <= set(content.keys)
    assert "带薪假" in content.body
    assert content.note.endswith(" · 《办法》")


def test_preparing_a_row_sends_no_query(django_assert_num_queries):
    EntryFactory()
    row = EntryDocument.get_queryset().get()
    with django_assert_num_queries(0):
        EntryDocument.prepare(row)


def test_a_new_name_of_the_heading_reaches_its_entries():
    entry = EntryFactory()
    PendingSync.objects.all().delete()
    entry.category.name = "新名称"
    entry.category.save()
    assert list(PendingSync.objects.values_list("kind", "key")) == [("answer", str(entry.pk))]
    ((model, keys_of),) = EntryDocument.related()
    assert model is Category
    assert list(keys_of(entry.category)) == [entry.pk]


def test_the_clock_brings_entries_in_and_out_at_midnight():
    day = at("23T12:00:00").date()
    begins = EntryFactory(valid_from=day)
    ends = EntryFactory(valid_until=day - timedelta(days=1))
    EntryFactory(valid_from=day, published=False)
    EntryFactory()
    before, after = at("22T23:59:59"), at("23T00:00:00")
    assert set(EntryDocument.turning(before, after)) == {begins.pk, ends.pk}
    assert set(EntryDocument.turning(after, at("23T23:59:59"))) == set()
    assert set(EntryDocument.turning(at("22T00:00:00"), before)) == set()
    assert set(EntryDocument.turning(at("20T12:00:00"), at("25T12:00:00"))) == {begins.pk, ends.pk}
