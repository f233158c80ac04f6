"""Filters for the quiz templates."""

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from quiz import display, rules, wording
from quiz.boards import Row, TeamRow
from quiz.models import Competition

SEPARATOR = mark_safe('<i class="sep">·</i>')

register = template.Library()
register.filter("duration", display.duration)
register.filter("moment", rules.moment)
register.filter("dated", rules.dated)
register.filter("opening", rules.opening)
register.filter("level_word", wording.level_word)
register.filter("level_sentence", wording.level_sentence)
register.filter("own_time", wording.own_time)
register.filter("in_words", rules.in_words)


@register.filter
def while_open(competition: Competition) -> SafeString:
    """Until when, how long and for whom; `competition` has its count of questions, if any."""
    limit = display.duration(competition.seconds)
    if competition.drawn:
        terms = _("%(count)d 题，限时 %(limit)s") % {"count": competition.drawn, "limit": limit}
    else:  # each round has its own
        terms = _("限时 %(limit)s") % {"limit": limit}
    closes = _("%(close)s截止") % {"close": rules.moment(competition.closes_at)}
    return _apart(closes, terms, *_for_whom(competition))


@register.filter
def once_closed(competition: Competition) -> SafeString:
    """When it was, with the year, and for whom."""
    days = _("%(first)s至%(last)s") % {
        "first": date_format(localtime(competition.opens_at), _("Y年n月j日")),
        "last": date_format(rules.last_day(competition.closes_at), _("n月j日")),
    }
    return _apart(days, *_for_whom(competition))


@register.filter
def tries(competition: Competition) -> str:
    """How often the member may still answer today; nothing of visitors."""
    if getattr(competition, "barred", False):
        return _("你的资格已取消")
    left = getattr(competition, "tries_left", None)
    if left is None:
        return ""
    return _("今天还可答 %(left)d 次") % {"left": left} if left else _("今天的次数已用完")


@register.filter
def in_short(row: Row | TeamRow) -> SafeString:
    """Name, points and time of a row of the personal board, or of one with a rank of the teams'."""
    points = _("%(points)s 分") % {"points": row.points}
    elapsed = _("用时 %(elapsed)s") % {"elapsed": display.duration(row.elapsed)}
    return _apart(row.name, points, elapsed)


def _for_whom(competition: Competition) -> list[str]:
    return [competition.union.label] if competition.union else []


def _apart(*texts: str) -> SafeString:
    """`texts` with middle dots between them."""
    return format_html_join(SEPARATOR, "{}", ((text,) for text in texts))
