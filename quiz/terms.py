"""What of a competition may still change; a pure function of what is stored and what is typed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

# What attempts, boards and the secrecy of the bank were built on once somebody began; a phone saves
# to the address that it began with.
FIXED = ("slug", "bank", "counting", "opens_at", "grace")
DATES = ("opens_at", "closes_at", "freeze_at")
# What members may have read before it changes: whoever saves it is told to tell them.
TOLD = ("daily_tries", "seconds", "certificate_points")
# All of it: the others may change while it runs, with an entry in the log.
ALL = (*FIXED, "closes_at", "freeze_at", *TOLD)


def same(before: Any, after: Any) -> bool:
    """Whether nothing was typed: a field of a form shows a time without its seconds."""
    if isinstance(before, datetime) and isinstance(after, datetime):
        return after in (before, before.replace(second=0, microsecond=0))
    return before == after


def refusals(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, Any], now: datetime
) -> dict[str, str]:
    """Why what changes from `before` to `after` may not, by field, once somebody began.

    The key is out when the close has passed, and a board that stands still was shown: neither
    moves any more, and neither is set to a time that is over.
    """
    found = {
        name: _("已经有人答过，%(what)s不能再改。") % {"what": labels[name]}
        for name in FIXED
        if not same(before[name], after[name])
    }
    closes, freezes = after["closes_at"], after["freeze_at"]
    if not same(before["closes_at"], closes):
        if before["closes_at"] <= now:
            found["closes_at"] = _("竞赛已经截止，截止时间不能再改。")
        elif closes <= now:
            found["closes_at"] = _("已经有人答过，截止时间要晚于现在。")
    if not same(before["freeze_at"], freezes):
        if before["freeze_at"] and before["freeze_at"] <= now:
            found["freeze_at"] = _("已经封榜，封榜时间不能再改。")
        elif freezes and freezes <= now:
            found["freeze_at"] = _("已经有人答过，封榜时间要晚于现在。")
    return found
