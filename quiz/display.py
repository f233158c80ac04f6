"""How figures of a competition are written."""

from django.utils.translation import gettext as _


def duration(seconds: int) -> str:
    """Whole seconds in words: 372 → 6 分 12 秒, 900 → 15 分钟, 45 → 45 秒."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
    if minutes and rest:
        return _("%(minutes)d 分 %(seconds)02d 秒") % {"minutes": minutes, "seconds": rest}
    if minutes:
        return _("%(minutes)d 分钟") % {"minutes": minutes}
    return _("%(seconds)d 秒") % {"seconds": rest}


def appeal_step(*, made: bool, decided: bool) -> str:
    """What is to be done or read of an appeal, in a few characters."""
    if not made:
        return _("可以申诉")
    return _("申诉已答复") if decided else _("申诉在处理")


def clock(seconds: int) -> str:
    """Remaining seconds as on a clock: 768 → 12:48; never below 00:00."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    return f"{minutes:02d}:{rest:02d}"
