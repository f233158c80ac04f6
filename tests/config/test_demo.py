"""The demo stays out of places that are not its own."""

import pytest
from django.core.management import CommandError, call_command

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


@pytest.mark.django_db
def test_demo_accounts_are_not_added_where_people_are_registered():
    MemberFactory()
    with pytest.raises(CommandError, match="已经有会员"):
        call_command("load_demo")
    assert Member.objects.count() == 1
