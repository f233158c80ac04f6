"""Whether an answer helped: one vote of a visitor, without knowing the visitor."""

import threading
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from helpdesk import ballots, services
from helpdesk.errors import HelpdeskError
from helpdesk.models import Entry, Feedback
from helpdesk.services import voting
from tests.factories.helpdesk import EntryFactory, FeedbackFactory

pytestmark = pytest.mark.django_db


def vote(client, entry, helpful="1", **kwargs):
    address = f"/ask/{entry.pk}/feedback/"
    return client.post(address, {"helpful": helpful}, **kwargs)


def test_a_vote_is_stored_and_the_reader_learns_it(client):
    entry = EntryFactory()
    response = vote(client, entry, follow=True)
    assert response.redirect_chain == [(entry.get_absolute_url(), 302)]
    assert "已记下“有帮助”" in response.content.decode()
    assert Feedback.objects.get().helpful is True


def test_a_second_vote_of_the_same_visitor_changes_the_first(client):
    entry = EntryFactory()
    vote(client, entry, "1")
    vote(client, entry, "0")
    vote(client, entry, "0")
    assert [row.helpful for row in Feedback.objects.all()] == [False]


def test_another_visitor_votes_too(client):
    entry = EntryFactory()
    vote(client, entry)
    vote(Client(), entry, "0")
    counted = Entry.objects.with_feedback().get()
    assert (counted.helpful, counted.unhelpful) == (1, 1)


def test_a_forged_cookie_is_nobody_s(client):
    entry = EntryFactory()
    vote(client, entry)
    other = Client()
    other.cookies[ballots.COOKIE] = "forged:abc:def"
    assert vote(other, entry, "0").status_code == 302
    assert Feedback.objects.count() == 2


def test_what_is_stored_joins_no_two_votes_and_names_nobody(client):
    first, second = EntryFactory(), EntryFactory()
    vote(client, first)
    vote(client, second)
    one, two = Feedback.objects.values_list("ballot", flat=True)
    assert one != two
    assert client.cookies[ballots.COOKIE].value.split(":")[0] not in {one, two}
    assert {field.name for field in Feedback._meta.get_fields()} == {
        *("id", "entry", "ballot", "helpful", "day")
    }


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    cookie = vote(client, EntryFactory()).cookies[ballots.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/ask/"


def test_a_vote_needs_the_token_of_the_form():
    strict = Client(enforce_csrf_checks=True)
    entry = EntryFactory()
    assert vote(strict, entry).status_code == 403
    page = BeautifulSoup(strict.get(entry.get_absolute_url()).content, "html.parser")
    token = page.select_one("[name=csrfmiddlewaretoken]")["value"]
    data = {"helpful": "1", "csrfmiddlewaretoken": token}
    assert strict.post(f"/ask/{entry.pk}/feedback/", data).status_code == 302
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("word", ["", "2", "yes", "1" * 5000])
def test_a_word_that_is_none_is_told_and_not_stored(word, client):
    entry = EntryFactory()
    assert "没有看懂" in vote(client, entry, word, follow=True).content.decode()
    assert not Feedback.objects.exists()


def test_a_get_only_leads_back(client):
    entry = EntryFactory()
    assert client.get(f"/ask/{entry.pk}/feedback/").url == entry.get_absolute_url()
    assert not Feedback.objects.exists()


def test_what_is_not_published_takes_no_vote(client):
    assert vote(client, EntryFactory(published=False)).status_code == 404


def test_what_has_ended_takes_no_vote(client):
    entry = EntryFactory(valid_until=timezone.localdate() - timedelta(days=1))
    response = vote(client, entry, follow=True)
    assert response.status_code == 410
    assert not Feedback.objects.exists()


def test_votes_of_a_day_are_capped_but_a_changed_mind_is_heard(client, monkeypatch):
    monkeypatch.setattr(voting, "MOST_VOTES_A_DAY", 2)
    entry = EntryFactory()
    vote(client, entry)
    FeedbackFactory(entry=entry)
    today = timezone.localdate()
    with pytest.raises(HelpdeskError) as refused:
        services.vote(entry=entry, ballot="third", helpful=True, day=today)
    assert refused.value.code == "too_many_votes"
    vote(client, entry, "0")
    assert Feedback.objects.filter(helpful=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_vote():
    entry = EntryFactory()
    today = timezone.localdate()
    gate = threading.Barrier(2)
    failed = []

    def click():
        gate.wait()
        try:
            services.vote(entry=entry, ballot="one", helpful=True, day=today)
        except (DatabaseError, HelpdeskError) as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Feedback.objects.count() == 1


def test_a_click_that_looked_too_early_meets_the_constraint_and_counts_once(monkeypatch):
    entry = EntryFactory()
    today = timezone.localdate()
    services.vote(entry=entry, ballot="one", helpful=True, day=today)
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)
    assert services.vote(entry=entry, ballot="one", helpful=False, day=today).helpful is False
    assert Feedback.objects.count() == 1
