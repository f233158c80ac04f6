"""Load the demo: all of it or nothing."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection, transaction

from cms.services import set_up_site
from config.demo.loading import (
    activity,
    aftermath,
    bookhouses,
    competitions,
    helpdesk,
    register,
    synonyms,
    teams,
)
from config.demo.loading.newsroom import Newsroom
from config.demo.loading.pictures import Pictures
from config.demo.logins import FIRST, LOGINS, Login
from quiz.models import Competition
from unions.models import Member


def is_loaded() -> bool:
    """Whether the demo content is there (it is written in one transaction)."""
    return Member.objects.filter(username=LOGINS[0].username).exists()


def is_somebody_elses() -> bool:
    """Whether people are registered, and the accounts that every demo has are not among them."""
    if Member._meta.db_table not in connection.introspection.table_names():
        return False
    names = [login.username for login in FIRST]
    demo = Member.objects.filter(username__in=names).count() == len(names)
    return not demo and Member.objects.exists()


def known_logins() -> list[Login]:
    """The demo's accounts that are here: one of an earlier version has fewer."""
    names = set(Member.objects.values_list("username", flat=True))
    return [login for login in LOGINS if login.username in names]


class NotEmpty(Exception):
    """The site has members already: demo accounts, whose password is known, stay out of it."""


def load(say: Callable[[str], None]) -> None:
    """Write the demo content and make it searchable; `say` hears what is being done.

    Raises `NotEmpty` where anybody is registered already.
    """
    if Member.objects.exists():
        raise NotEmpty
    with transaction.atomic():
        loaded = load_content(say)
        say("三十天的活动")
        aftermath.sit(loaded)
        teams.play(loaded)
        activity.Activity(loaded, apart=aftermath.apart()).load()
        say("评审、抽奖与证书")
        aftermath.load(loaded)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    say("搜索索引")
    call_command("rebuild_index", verbosity=0)


def load_content(say: Callable[[str], None]) -> dict[str, Competition]:
    """Write what there is to find and to take part in, without anybody's activity; return the
    competitions by key."""
    say("工会与会员")
    unions = register.load()
    picture = Pictures()
    say("题库、报道、人物、荣誉、公告与视频")
    home = set_up_site()
    register.make_staff()
    banks, questions = competitions.load_banks(picture)
    Newsroom(home, unions, picture, questions).load()
    say("竞赛")
    loaded = competitions.load(banks, unions)
    say("书屋与图书")
    bookhouses.load(unions, picture)
    say("咨询台")
    helpdesk.load()
    synonyms.load()
    return loaded
