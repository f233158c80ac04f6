"""What is said to people of eligibility, rounds and promotion, in whole sentences."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quiz import levels
from quiz.display import duration
from quiz.eligibility import NO_UNION, OTHER_INDUSTRY
from quiz.levels import Level
from quiz.models import Admission, Competition
from quiz.ordering import worth
from quiz.rollup import FEWEST_SHOWN
from unions.models import Member


def who_may(competition: Competition) -> str:
    """For whom `competition` is, in one sentence."""
    lines = "；".join(_admission(line) for line in competition.admissions.all())
    if competition.union and lines:
        words = _("%(union)s及其下级工会的在册会员，限下列之一：%(lines)s。")
    elif competition.union:
        words = _("%(union)s及其下级工会的在册会员。")
    elif lines:
        words = _("下列之一的在册会员：%(lines)s。")
    elif competition.membership == Competition.Membership.MEMBER:
        words = _("登记在任何一个工会的会员。")
    else:
        words = _("登录的用户都可以参加。")
    return words % {"union": competition.union.name if competition.union else "", "lines": lines}


def _admission(line: Admission) -> str:
    names = {
        "union": line.union.name if line.union else "",
        "industry": line.get_industry_display(),
    }
    if line.union and line.industry:
        return _("%(union)s及其下级的%(industry)s行业") % names
    return (_("%(union)s及其下级") if line.union else _("%(industry)s行业")) % names


def why_not_eligible(competition: Competition, member: Member, obstacle: str) -> tuple[str, str]:
    """(the reason, what to do) for a member who meets `obstacle`."""
    for_whom = _("参赛范围：%(who)s") % {"who": who_may(competition)}
    if obstacle == NO_UNION:
        own = _("你还没有登记所在工会。")
        return for_whom + own, _("请找本单位工会登记；登记后马上可以答题。")
    names = {"union": member.union.name, "industry": member.union.get_industry_display()}
    own = _("你登记在%(union)s。") % names
    if obstacle == OTHER_INDUSTRY:
        own = (
            _("你登记在%(union)s，行业是%(industry)s。")
            if names["industry"]
            else _("你登记在%(union)s，这个工会还没有登记行业。")
        ) % names
    return for_whom + own, _("登记有误，请找本单位工会改；改好后马上可以答题。")


def own_time(competition: Competition, extra: int) -> str:
    """The time that a member with `extra` seconds granted has, or "" for everyone else."""
    if not extra:
        return ""
    return _("你的时间：%(time)s（含延长）") % {"time": duration(competition.seconds + extra)}


def level_word(level: Level, now: datetime) -> str:
    """What stands below the number of a level: at most a few characters."""
    if level.code == levels.DONE:
        return str(level.points)
    if level.code == levels.COMING:
        return _day(level.round.opens_at, now)
    return {
        levels.OPEN: _("今天"),
        levels.CATCH_UP: _("补答"),
        levels.MISSED: _("已过"),
        levels.NOT_PROMOTED: _("未进"),
        levels.WAITING: _("待定"),
        levels.NO_TEAM: _("团队"),
        levels.DROPPED: _("未开"),
    }[level.code]


def level_sentence(level: Level, now: datetime) -> str:
    """The same for who hears it."""
    words = {
        levels.DONE: _("%(round)s，已答，最好 %(points)s 分"),
        levels.OPEN: _("%(round)s，现在可以答"),
        levels.COMING: _("%(round)s，%(opens)s开始"),
        levels.CATCH_UP: _("%(round)s，已过，可以补答"),
        levels.MISSED: _("%(round)s，已过"),
        levels.NOT_PROMOTED: _("%(round)s，只限晋级的人"),
        levels.WAITING: _("%(round)s，等晋级名单"),
        levels.NO_TEAM: _("%(round)s，团队赛，只限参赛队"),
        levels.DROPPED: _("%(round)s，竞赛提前截止，没有举行"),
    }[level.code]
    opens = date_format(timezone.localtime(level.round.opens_at), _("n月j日 H:i"))
    return words % {"round": level.round.label, "points": level.points, "opens": opens}


def too_few() -> str:
    """Why the persons of a board are not listed."""
    return _("参与人数不足 %(count)d 人，名次不公开，免得看出是谁。") % {"count": FEWEST_SHOWN}


def _day(moment: datetime, now: datetime) -> str:
    local, today = timezone.localtime(moment), timezone.localdate(now)
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() < today + timedelta(days=7):
        return _("周%(day)s") % {"day": _("一二三四五六日")[local.weekday()]}
    return f"{local.month}/{local.day}"


def promotion_notes(found: Iterable[Level]) -> list[tuple[bool, str]]:
    """(went on, sentence) of each round whose list is out and in which the member took part."""
    return [
        (level.went_on, _went_on(level) if level.went_on else _stayed(level))
        for level in found
        if level.went_on is not None and level.cost is not None
    ]


def _went_on(level: Level) -> str:
    return _("你在%(round)s的前 %(places)d 名之内，已经晋级。") % _names(level)


def _stayed(level: Level) -> str:
    if level.round.cut is None:
        return _("%(round)s没有人晋级。") % _names(level)
    cut_points, cut_elapsed = worth(level.round.cut)
    points, elapsed = worth(level.cost)
    return _(
        "%(round)s取前 %(places)d 名晋级，末位是 %(cut_points)d 分、用时 %(cut_time)s；"
        "你最好的一次 %(points)d 分、用时 %(time)s，没有晋级。"
    ) % {
        **_names(level),
        "cut_points": cut_points,
        "cut_time": duration(cut_elapsed),
        "points": points,
        "time": duration(elapsed),
    }


def _names(level: Level) -> dict[str, object]:
    return {"round": level.round.label, "places": level.round.promotes}
