"""Prize draws: announce, reveal, claim; `quiz.services.freezing` stands between the first two.

Each step once, none back; until its tickets are frozen a whole draw may be withdrawn.
Whoever acts is `by`; every step of staff leaves an entry in the log, none of which says the secret.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz import lottery
from quiz.errors import QuizError
from quiz.models import Competition, Draw, DrawPrize, Ticket, Win
from unions.models import Member


@dataclass(frozen=True)
class PrizeLine:
    """A prize and how many win it."""

    name: str
    count: int


@transaction.atomic
def announce_draw(
    *,
    competition: Competition,
    title: str,
    prizes: Sequence[PrizeLine],
    named_value: str,
    value_due_at: datetime,
    claim_place: str,
    by: Member,
    rule: str = Draw.Rule.FINISHED,
    minimum_points: int = 0,
    alternates: int = 0,
    claim_days: int = 30,
    now: datetime | None = None,
) -> Draw:
    """Publish the rules of a draw and the hash of a fresh secret; nothing of it changes later.

    The named value will exist at `value_due_at`: the list is fixed before, the winners are drawn
    after, so that nobody can shape the one by the other. Winners are told to claim at
    `claim_place`, or in the way it says. `QuizError` with code no_prize, no_value_named,
    no_claim_place, or value_due_early while results may still change.
    """
    now = now or timezone.now()
    if not prizes or any(line.count < 1 for line in prizes):
        raise QuizError("no_prize")
    if not named_value.strip():
        raise QuizError("no_value_named")
    if not claim_place.strip():
        raise QuizError("no_claim_place")
    if value_due_at <= max(now, competition.objections_until) or not competition.reveals_key(
        value_due_at
    ):
        raise QuizError("value_due_early")
    secret = secrets.token_hex(32)
    draw = Draw.objects.create(
        competition=competition,
        title=title,
        rule=rule,
        minimum_points=minimum_points if rule == Draw.Rule.POINTS else 0,
        alternates=alternates,
        claim_days=claim_days,
        claim_place=claim_place.strip(),
        named_value=named_value.strip(),
        value_due_at=value_due_at,
        secret=secret,
        secret_hash=lottery.hash_of_secret(secret),
        salt=secrets.token_hex(32),
        announced_at=now,
    )
    DrawPrize.objects.bulk_create(
        DrawPrize(draw=draw, place=place, name=line.name, count=line.count)
        for place, line in enumerate(prizes, start=1)
    )
    data = {"secret_hash": draw.secret_hash, "value_due_at": lottery.moment(value_due_at)}
    log(draw, "quiz.draw.announce", user=by, data=data)
    return draw


def withdraw_draw(*, draw: Draw, reason: str, by: Member, now: datetime | None = None) -> Draw:
    """Take back what was announced, for good: it is neither frozen nor drawn any more.

    `reason` and the secret are public from now on, so that anyone can check that the hash was of
    it. Only until a freeze is ordered. `QuizError` with code reason_needed, withdraw_freezing,
    withdraw_frozen, withdraw_drawn, or draw_withdrawn.
    """
    reason = reason.strip()
    if not reason:
        raise QuizError("reason_needed")
    with transaction.atomic():
        draw = _locked(draw)
        if obstacle := draw.obstacle_to_withdrawal():
            raise QuizError(obstacle)
        draw.state, draw.withdrawn_reason = Draw.State.WITHDRAWN, reason
        draw.withdrawn_at = now or timezone.now()
        draw.save(update_fields=["state", "withdrawn_reason", "withdrawn_at"])
        log(draw, "quiz.draw.withdraw", user=by, data={"reason": reason})
    return draw


def reveal_winners(
    *, draw: Draw, public_value: str, by: Member, now: datetime | None = None
) -> Draw:
    """Draw the winners from the frozen list, the secret and the public value; only ever once.

    `QuizError` with code draw_not_frozen, draw_withdrawn, draw_done, draw_too_early or
    draw_needs_value.
    """
    now = now or timezone.now()
    value = public_value.strip()
    with transaction.atomic():
        draw = _locked(draw)
        if draw.is_drawn:
            raise QuizError("draw_done")
        if draw.is_withdrawn:
            raise QuizError("draw_withdrawn")
        if draw.state != Draw.State.FROZEN:
            raise QuizError("draw_not_frozen")
        if not draw.value_is_out(now):
            raise QuizError("draw_too_early")
        if not value or not value.isprintable():
            raise QuizError("draw_needs_value")
        _enter_wins(draw, value, now)
        draw.public_value = value
        draw.state = Draw.State.DRAWN
        draw.drawn_at = now
        draw.save(update_fields=["public_value", "state", "drawn_at"])
        log(draw, "quiz.draw.reveal", user=by, data={"public_value": value})
    return draw


def _enter_wins(draw: Draw, value: str, now: datetime) -> None:
    prizes = list(draw.prizes.all())
    wanted = sum(prize.count for prize in prizes) + draw.alternates
    seed = lottery.seed_of(draw.pk, draw.list_hash, draw.secret, value)
    numbers = lottery.winners(seed, draw.ticket_count, wanted)
    tickets = {}
    for start in range(0, len(numbers), 500):
        found = Ticket.objects.filter(draw=draw, number__in=numbers[start : start + 500])
        tickets.update(found.values_list("number", "pk"))
    until = now + timedelta(days=draw.claim_days)
    shares = lottery.shares([prize.count for prize in prizes], numbers)
    Win.objects.bulk_create(
        Win(
            draw=draw,
            place=place,
            ticket_id=tickets[number],
            prize=None if share is None else prizes[share],
            alternate=share is None,
            claim_until=None if share is None else until,
        )
        for place, (share, number) in enumerate(shares, start=1)
    )


def claim_win(*, win: Win, now: datetime | None = None) -> Win:
    """The winner asks for the prize; a repeat changes nothing.

    `QuizError` with code claim_over, or claim_void while the result behind the ticket is void.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = Win.objects.select_for_update(of=("self",))
        win = held.select_related("draw__competition", "ticket").get(pk=win.pk)
        if win.claimed_at is not None:
            return win
        if win.is_over(now):
            raise QuizError("claim_over")
        if win.draw.voided_among([win.ticket.member_id], now):
            raise QuizError("claim_void")
        win.claimed_at = now
        win.save(update_fields=["claimed_at"])
    return win


def _locked(draw: Draw) -> Draw:
    found = Draw.objects.select_for_update(of=("self",)).select_related("competition")
    return found.get(pk=draw.pk)
