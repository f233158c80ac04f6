"""The demo stays out of places that are not its own."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.demo.logins import FIRST, LOGINS
from tests.factories.unions import MemberFactory
from unions.models import Member


def test_the_demo_does_not_touch_an_external_database(settings):
    settings.DATABASE_URL = "postgres://db/gongsheng"
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("demo", prepare_only=True)


def test_reset_does_not_touch_an_external_database(settings):
    settings.DATABASE_URL = "postgres://db/gongsheng"
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("reset_demo")


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.DATABASE_URL = ""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "photo.webp").write_bytes(b"x")
    return tmp_path / "media"


@pytest.mark.django_db
def test_reset_empties_no_site_that_is_in_earnest(var):
    MemberFactory(username=LOGINS[0].username)
    with pytest.raises(CommandError, match="不是演示站点"):
        call_command("reset_demo")
    assert (var / "photo.webp").exists()
    call_command("reset_demo", yes=True)
    assert not var.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "logins", [[], LOGINS, FIRST], ids=["nobody", "the demo", "an earlier demo"]
)
def test_reset_empties_the_demo_and_what_never_became_one(var, logins):
    for login in logins:
        MemberFactory(username=login.username)
    call_command("reset_demo")
    assert not var.exists()


def test_reset_empties_what_has_no_tables_yet(var, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)
    call_command("reset_demo")
    assert not var.exists()


@pytest.mark.django_db
def test_demo_accounts_are_not_added_where_people_are_registered():
    MemberFactory()
    with pytest.raises(CommandError, match="已经有会员"):
        call_command("load_demo")
    assert Member.objects.count() == 1
