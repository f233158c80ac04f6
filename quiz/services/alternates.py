"""Alternates move up when a prize is not claimed in time, or its winner's result is void."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.models import Appeal, Draw, Win
from unions.models import Member

# A result that was taken away may be given back on appeal: so long the prize waits for one.
APPEAL_DAYS = 3


def promote_alternates(*, draw: Draw, by: Member | None = None, now: datetime | None = None) -> int:
    """Let the next alternates have the prizes of `draw` that are forfeited; returns how many.

    Prizes and alternates are taken in the order of the draw; an alternate whose own result is void
    is passed over. Each has the whole claim period from now. Called again it promotes nobody twice.
    """
    now = now or timezone.now()
    with transaction.atomic():
        draw = _locked(draw)
        forfeited = lapsed_wins(draw, now, lock=True)
        alternates = _who_may_move_up(draw, now) if forfeited else []
        pairs = list(zip(forfeited, alternates, strict=False))
        for win, alternate in pairs:
            _promote(draw, win, alternate, now)
        if pairs:
            moved = [[win.place, alternate.place] for win, alternate in pairs]
            log(draw, "quiz.draw.promote", user=by, data={"places": moved})
    return len(pairs)


def promote_due_alternates(*, now: datetime | None = None) -> int:
    """The same for every draw in which somebody still waits; returns how many moved up."""
    now = now or timezone.now()
    found = Win.objects.draws_with_alternates().select_related("competition").order_by("pk")
    return sum(promote_alternates(draw=draw, now=now) for draw in found if lapsed_wins(draw, now))


def lapsed_wins(draw: Draw, now: datetime, *, lock: bool = False) -> list[Win]:
    """The prizes of `draw` that their winners have lost at `now`, in the order of the draw.

    Not claimed in time; or the result is void for APPEAL_DAYS and no appeal waits for an answer.
    """
    unclaimed = draw.wins.unclaimed().select_related("ticket").order_by("place")
    if lock:
        unclaimed = unclaimed.select_for_update(of=("self",))
    wins = list(unclaimed)
    voided = draw.voided_among([win.ticket.member_id for win in wins], now)
    appeals = Appeal.objects.pending(draw.competition).filter(attempt__member__in=list(voided))
    appealing = set(appeals.values_list("attempt__member", flat=True)) if voided else set()
    final = now - timedelta(days=APPEAL_DAYS)
    lost = {
        member for member, since in voided.items() if since <= final and member not in appealing
    }
    return [win for win in wins if win.claim_until < now or win.ticket.member_id in lost]


def _who_may_move_up(draw: Draw, now: datetime) -> list[Win]:
    found = list(draw.wins.waiting().select_related("ticket").order_by("place"))
    voided = draw.voided_among([win.ticket.member_id for win in found], now)
    return [win for win in found if win.ticket.member_id not in voided]


def _promote(draw: Draw, win: Win, alternate: Win, now: datetime) -> None:
    win.forfeited_at = now
    win.save(update_fields=["forfeited_at"])
    alternate.prize_id, alternate.replaces, alternate.promoted_at = win.prize_id, win, now
    alternate.claim_until = now + timedelta(days=draw.claim_days)
    alternate.save(update_fields=["prize", "replaces", "promoted_at", "claim_until"])


def _locked(draw: Draw) -> Draw:
    """One run at a time picks who moves up."""
    found = Draw.objects.select_for_update(of=("self",)).select_related("competition")
    return found.get(pk=draw.pk)
