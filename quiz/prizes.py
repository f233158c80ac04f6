"""What came of a ticket, as its owner reads it."""

from datetime import datetime

from django.utils.translation import gettext as _

from quiz.models import Draw, Win
from quiz.rules import dated


def own_result(draw: Draw, win: Win | None, now: datetime, *, void: bool = False) -> str:
    """What came of somebody's ticket of `draw`, which drew `win` if any.

    `void`: the result behind the ticket is taken away, and the prize waits for an appeal.
    """
    if not draw.is_drawn:
        return _("还没有开奖。")
    if win is None:
        return _("这次没有抽中。")
    if win.prize is None:
        return _("你是候补：中奖的人放弃时依次递补。")
    won = _("你已递补，得%(prize)s") if win.replaces_id else _("抽中了%(prize)s")
    told = won % {"prize": win.prize.name} + _since(win, now, void)
    if draw.claim_place and (win.claimed_at or win.is_claimable(now)):
        told += _("领取地点：%(place)s") % {"place": draw.claim_place}
    return told


def _since(win: Win, now: datetime, void: bool) -> str:
    """How it stands with a prize, after the comma."""
    until = win.claim_until
    if win.claimed_at:
        words = _("，%(claimed)s 已登记领取。")
    elif win.forfeited_at and win.forfeited_at > until:
        words = _("，到 %(until)s 没有登记领取，过期作放弃；%(forfeited)s 已由候补递补，不能再领。")
    elif win.forfeited_at:
        words = _("；因成绩被取消，%(forfeited)s 已由候补递补，不能再领。")
    elif win.is_over(now):
        words = _("，到 %(until)s 没有登记领取，已过领取期，不能再领。")
    elif void:
        words = _("；但你的成绩已取消，现在不能领取。申诉成立以后，可以领到 %(until)s。")
    else:
        words = _("，请在 %(until)s 前领取。")
    moments = {"claimed": win.claimed_at, "forfeited": win.forfeited_at, "until": until}
    return words % {name: dated(moment) for name, moment in moments.items() if moment}
