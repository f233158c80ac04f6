"""What editors see of readers' search in the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from search.models import PendingSync, QueryLog, Synonym
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def test_queries_without_results_come_first_and_offer_a_synonym(editor):
    today = timezone.localdate()
    QueryLog.objects.create(day=today, query="劳模", count=9)
    QueryLog.objects.create(day=today, query="老劳模", count=3, zero_count=3)
    shown = editor.get("/cms/search/queries/")
    assert [row["query"] for row in shown.context["object_list"]] == ["老劳模", "劳模"]
    assert "/cms/synonyms/new/?term=%E8%80%81%E5%8A%B3%E6%A8%A1" in shown.content.decode()
    assert "term=%E5%8A%B3%E6%A8%A1" not in shown.content.decode()


@pytest.mark.parametrize("query", [{"days": "7"}, {"empty": "true"}, {"export": "csv"}])
def test_the_report_can_be_narrowed_and_exported(editor, query):
    QueryLog.objects.create(day=timezone.localdate(), query="老劳模", count=3, zero_count=3)
    shown = editor.get("/cms/search/queries/", query)
    content = b"".join(shown) if shown.streaming else shown.content
    assert "老劳模" in content.decode()


def test_a_synonym_form_starts_with_the_word_of_the_report(editor):
    assert 'value="老劳模"' in editor.get("/cms/synonyms/new/?term=老劳模").content.decode()
    editor.post("/cms/synonyms/new/", {"term": "老劳模", "equivalent": "退休劳动模范"})
    assert Synonym.objects.filter(term="老劳模").exists()


@pytest.mark.parametrize(
    ("term", "equivalent"), [("劳模", "勞模"), ("…", "劳模"), ("劳模", "劳模")]
)
def test_a_synonym_that_says_nothing_is_refused(editor, term, equivalent):
    shown = editor.post("/cms/synonyms/new/", {"term": term, "equivalent": equivalent})
    assert shown.status_code == 200
    assert not Synonym.objects.exists()


def test_rows_that_failed_are_shown_with_the_error_and_can_be_retried(editor):
    later = timezone.now() + timedelta(hours=1)
    row = PendingSync.objects.create(
        kind="story", key="7", attempts=3, error="磁盘已满", retry_at=later
    )
    shown = editor.get("/cms/search/failures/").content.decode()
    assert "story:7" in shown
    assert "磁盘已满" in shown
    editor.post("/cms/search/failures/retry/")
    row.refresh_from_db()
    assert row.retry_at < later


@pytest.mark.parametrize("path", ["queries", "failures"])
def test_who_may_not_edit_synonyms_does_not_see_the_reports(signed_in, path):
    member = MemberFactory()
    member.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert signed_in(member).get(f"/cms/search/{path}/").status_code in {302, 403}
