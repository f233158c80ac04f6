"""Statements that are written once answer as the query that they were written from."""

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.factories.unions import MemberFactory, UnionFactory
from unions.auth import PhoneOrUsernameBackend
from unions.models import Member
from unions.prepared import (
    Given,
    PreparedObjects,
    PreparedRows,
    PreparedUpdate,
    Written,
    keep_related,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def names_of():
    """A prepared query: two columns of the active member with a key and a user name."""
    return PreparedRows(
        lambda: Member.objects.filter(
            pk=Given(1, Member._meta.pk),
            username=Given(0, Member._meta.get_field("username")),
            is_active=True,
        ).values_list("display_name", "date_joined")
    )


def test_each_call_is_answered_for_its_own_values(names_of):
    for member in MemberFactory.create_batch(3):
        assert names_of.one(member.username, member.pk) == (member.display_name, member.date_joined)


def test_what_is_not_there_is_none(names_of):
    one, other = MemberFactory.create_batch(2)
    assert names_of.one(one.username, other.pk) is None
    Member.objects.filter(pk=one.pk).update(is_active=False)
    assert names_of.one(one.username, one.pk) is None


def test_all_rows_come_in_the_order_of_the_query():
    later = MemberFactory.create_batch(4)
    after = PreparedRows(
        lambda: (
            Member.objects.filter(pk__gt=Given(0, Member._meta.pk))
            .order_by("-pk")
            .values_list("pk", "is_active")[:2]
        )
    )
    assert after(later[0].pk) == [(later[3].pk, True), (later[2].pk, True)]
    assert after(later[3].pk) == []


def test_objects_come_with_what_is_joined(django_assert_num_queries):
    belongs, alone = MemberFactory(union=UnionFactory()), MemberFactory(union=None)
    found = PreparedObjects(
        lambda: (
            Member.objects.filter(pk__gte=Given(0, Member._meta.pk))
            .select_related("union")
            .order_by("pk")
        )
    )
    with django_assert_num_queries(1):
        members = found(belongs.pk)
        assert [member.union for member in members] == [belongs.union, None]
        assert [member.display_name for member in members] == [
            belongs.display_name,
            alone.display_name,
        ]
    members[0].nickname = "海燕"
    members[0].save()
    belongs.refresh_from_db()
    assert belongs.nickname == "海燕"


def test_a_relation_that_was_read_is_not_read_again(django_assert_num_queries):
    union = UnionFactory()
    one, other = MemberFactory.create_batch(2, union=union)
    keep_related(union, "members", [one])
    with django_assert_num_queries(0):
        assert list(union.members.all()) == [one]
        assert one.union is union
    assert set(union.members.filter(is_active=True)) == {one, other}


def test_a_word_stands_in_the_statement_itself():
    member = MemberFactory(display_name="Wang")
    rows = PreparedRows(
        lambda: Member.objects.filter(display_name=Written("Wang")).values_list("pk")
    )
    with CaptureQueriesContext(connection) as captured:
        assert rows() == [(member.pk,)]
    assert [rows._parameters, "'Wang'" in captured[0]["sql"]] == [(), True]


@pytest.mark.parametrize("text", ["", "two words", "it's", "a%s"])
def test_what_is_no_word_stands_in_no_statement(text):
    with pytest.raises(ValueError, match="not a word"):
        Written(text)


def test_an_update_changes_the_row_it_is_told_and_says_how_many():
    one, other = MemberFactory.create_batch(2, nickname="")
    rename = PreparedUpdate(
        lambda: Member.objects.filter(pk=Given(1, Member._meta.pk)),
        nickname=Given(0, Member._meta.get_field("nickname")),
    )
    assert [rename("海燕", one.pk), rename("青松", one.pk), rename("无人", 0)] == [1, 1, 0]
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.nickname, other.nickname) == ("青松", "")


def test_the_member_of_a_session_has_every_column():
    made = MemberFactory()
    found = PhoneOrUsernameBackend().get_user(made.pk)
    names = [field.attname for field in Member._meta.concrete_fields]
    assert found == made
    assert not found.get_deferred_fields()
    assert [getattr(found, name) for name in names] == [getattr(made, name) for name in names]
    found.nickname = "海燕"
    found.save()
    assert Member.objects.get().nickname == "海燕"


def test_who_was_shut_out_or_has_gone_is_nobody():
    member = MemberFactory(is_active=False)
    assert PhoneOrUsernameBackend().get_user(member.pk) is None
    assert PhoneOrUsernameBackend().get_user(member.pk + 1) is None


@pytest.mark.django_db(transaction=True)
def test_threads_share_a_statement(names_of):
    members = MemberFactory.create_batch(8)
    found = {}

    def ask(member):
        try:
            found[member.pk] = names_of.one(member.username, member.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {member.pk: (member.display_name, member.date_joined) for member in members}
