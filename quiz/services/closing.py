"""Ending a competition by hand: everything handed in, the board final."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Competition, Standing
from quiz.rules import moment
from quiz.services.attempts import hand_in
from quiz.services.dates import cut_attempts, hold_dates
from quiz.services.standings import rebuild_standings
from quiz.services.thawing import thaw_competition
from unions.models import Member

CLOSED_EARLY = "quiz.close_early"


@dataclass(frozen=True)
class Closing:
    """What ending a competition did. `moved_from` is the old close where it was moved."""

    handed_in: int
    still_open: int
    standings: int
    moved_from: datetime | None = None


def close_competition(
    *,
    competition: Competition,
    now: datetime | None = None,
    early: bool = False,
    actor: Member | None = None,
) -> Closing:
    """Hand in what is open and make the board final; done again, it changes nothing.

    `QuizError("not_over")` while anyone may still answer, unless `early`: then the close moves to
    `now`, and the log says who moved it from when. `QuizError("coming")` before the opening.
    """
    now = now or timezone.now()
    moved_from = None
    if not competition.reveals_key(now):
        moved_from = _move_close(competition, now, early=early, actor=actor)
    unfinished = competition.attempts.unfinished()
    waiting = unfinished if early else competition.attempts.overdue(now)
    handed_in = hand_in(attempts=waiting, now=now)
    still_open = unfinished.count()
    if competition.is_frozen(now):
        thaw_competition(competition=competition, now=now)
    else:
        rebuild_standings(competition=competition, now=now)
    competition.refresh_from_db()
    standings = Standing.objects.in_total(competition).count()
    return Closing(handed_in, still_open, standings, moved_from)


@transaction.atomic
def _move_close(
    competition: Competition, now: datetime, *, early: bool, actor: Member | None
) -> datetime | None:
    """Let `competition` close at `now`; returns when it would have, None within the grace."""
    held = hold_dates(competition)
    state = held.state_at(now)
    if state == Competition.State.COMING or held.opens_at == now:
        raise QuizError("coming")
    if not early:
        message = _("竞赛 %(close)s截止，宽限过后才能结束；要现在就截止，请明说。")
        raise QuizError("not_over", message % {"close": moment(held.closes_at)})
    if state == Competition.State.CLOSED:
        return None
    before = held.closes_at
    held.closes_at = now
    if held.freeze_at and held.freeze_at > now:
        held.freeze_at = None
    held.save(update_fields=["closes_at", "freeze_at"])
    cut_attempts(competition=held)
    data = {"from": before.isoformat(), "to": now.isoformat()}
    log(instance=held, action=CLOSED_EARLY, user=actor, data=data)
    competition.refresh_from_db()
    return before
