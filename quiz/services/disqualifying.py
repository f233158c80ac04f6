"""Taking a person out of a competition, and letting them in again.

All that counts of the person is made void and nothing new can be begun. Boards, teams, promotions,
draws, certificates and figures ask for attempts that aren't void already, so none of them has to
know of this; what is void for another reason stays so when it is lifted.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Attempt, Competition, Disqualification
from quiz.services.attempts import finish_attempt
from quiz.services.dates import hold_dates
from quiz.services.standings import recount_member
from quiz.services.voiding import give_back, take_away
from unions.models import Member


@transaction.atomic
def disqualify(
    *,
    competition: Competition,
    member: Member,
    reason: str,
    by: Member,
    now: datetime | None = None,
) -> Disqualification:
    """Let no attempt of `member` in `competition` count, and none be begun.

    An open attempt is handed in with what was saved. `reason` is what the member reads; a repeat
    keeps the first one. `QuizError("no_reason")`.
    """
    now = now or timezone.now()
    reason = reason.strip()
    if not reason:
        raise QuizError("no_reason")
    # Whoever is about to begin has it shared until the attempt is there to be seen, or waits.
    competition = hold_dates(competition)
    rows = Disqualification.objects.select_for_update().standing()
    found = rows.filter(competition=competition, member=member).first()
    if found is not None:
        return found
    found = Disqualification.objects.create(
        competition=competition, member=member, reason=reason, by=by, at=now
    )
    # In the order of their keys; who hands one in holds it, and is waited for.
    counting = Attempt.objects.filter(competition=competition, member=member, void_at__isnull=True)
    attempts = list(counting.order_by("pk").held())
    for attempt in attempts:
        attempt.competition = competition
        if attempt.submitted_at is None:
            finish_attempt(attempt=attempt, now=now)
        take_away(attempt=attempt, reason=reason, by=by, now=now)
    found.attempts.set(attempts)
    recount_member(competition=competition, member_id=member.pk, now=now)
    data = {"reason": reason, "attempts": len(attempts)}
    log(found, "quiz.disqualification.impose", user=by, data=data)
    return found


@transaction.atomic
def lift_disqualification(
    *, disqualification: Disqualification, reason: str, by: Member, now: datetime | None = None
) -> Disqualification:
    """Let the member begin again, and what this made void count; a repeat changes nothing.

    `reason` is what the member reads. `QuizError("no_reason")`.
    """
    now = now or timezone.now()
    reason = reason.strip()
    if not reason:
        raise QuizError("no_reason")
    rows = Disqualification.objects.select_for_update(of=("self",)).select_related("competition")
    found = rows.get(pk=disqualification.pk)
    if not found.stands:
        return found
    found.lifted_at, found.lifted_reason, found.lifted_by = now, reason, by
    found.save(update_fields=["lifted_at", "lifted_reason", "lifted_by"])
    for attempt in found.attempts.order_by("pk").held():
        give_back(attempt=attempt, by=by)
    recount_member(competition=found.competition, member_id=found.member_id, now=now)
    log(found, "quiz.disqualification.lift", user=by, data={"reason": reason})
    return found
