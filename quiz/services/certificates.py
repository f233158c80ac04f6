"""Issuing certificates, and declaring one void."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from quiz.errors import QuizError
from quiz.models import Certificate, Competition, Standing
from quiz.ordering import ranks
from quiz.services.waiting import refuse_undecided
from unions.models import Member, Union

logger = logging.getLogger(__name__)

CHUNK = 1000


def issue_certificates(*, competition: Competition, now: datetime | None = None) -> int:
    """Issue a certificate to everyone who reached the level and has none; returns how many.

    Goes along the board in chunks, each a transaction of its own, and may be called again: a
    certificate that is there, void ones too, stays as it is. `QuizError("not_settled")` before
    points and ranks are final, or what `refuse_undecided` raises.
    """
    now = now or timezone.now()
    if competition.certificate_points is None:
        return 0
    if not competition.is_settled(now) or competition.attempts.unfinished().exists():
        raise QuizError("not_settled")
    refuse_undecided(competition)
    issued = sum(
        _issue(competition, chunk, numbers, now) for chunk, numbers in _reached(competition)
    )
    Competition.objects.filter(pk=competition.pk).update(certified_at=now)
    return issued


def _reached(competition: Competition) -> Iterator[tuple[list[Standing], list[int]]]:
    """Chunks of the board from the top, with ranks, down to the last who reached the level.

    More points stand first whatever the time, so those who reached the level are the top.
    """
    board = Standing.objects.in_total(competition).select_related("member")
    board = board.filter(points__gte=competition.certificate_points)
    last, position, rank = None, 1, 1
    while True:
        rest = board
        if last is not None:
            rest = board.filter(
                Q(cost__gt=last.cost) | Q(cost=last.cost, member_id__gt=last.member_id)
            )
        chunk = list(rest[:CHUNK])
        if not chunk:
            return
        if last is not None and chunk[0].cost != last.cost:
            rank = position
        numbers = ranks([s.cost for s in chunk], position=position, rank=rank)
        yield chunk, numbers
        last, position, rank = chunk[-1], position + len(chunk), numbers[-1]


@transaction.atomic
def _issue(
    competition: Competition, standings: list[Standing], numbers: list[int], now: datetime
) -> int:
    held = set(
        Certificate.objects.filter(
            competition=competition, member__in=[standing.member_id for standing in standings]
        ).values_list("member_id", flat=True)
    )
    issuer = _issuer(competition)
    fresh = [
        Certificate(
            competition=competition,
            member_id=standing.member_id,
            name=standing.member.get_full_name(),
            title=competition.certificate_title,
            issuer=issuer,
            competition_title=competition.title,
            points=standing.points,
            rank=rank,
            issued_at=now,
        )
        for standing, rank in zip(standings, numbers, strict=True)
        if standing.member_id not in held
    ]
    Certificate.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _issuer(competition: Competition) -> str:
    """Who signs: the union that the competition is for, else the head of the register."""
    union = competition.union or Union.objects.order_by("path").first()
    return union.name if union else ""


def issue_due_certificates(*, now: datetime | None = None) -> int:
    """Issue the certificates of every competition that is settled; returns how many were issued."""
    now = now or timezone.now()
    issued = 0
    for competition in Competition.objects.to_certify(now):
        try:
            issued += issue_certificates(competition=competition, now=now)
        except QuizError as error:
            logger.info("certificates of %s wait: %s", competition.slug, error.code)
    return issued


@transaction.atomic
def void_certificate(
    *,
    certificate: Certificate,
    reason: str,
    by: Member | None = None,
    now: datetime | None = None,
) -> Certificate:
    """Declare `certificate` void for `reason`; a void one keeps its first reason.

    `QuizError("no_reason")`. The log says who did it.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise QuizError("no_reason")
    found = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not found.is_void:
        found.voided_at, found.void_reason = now or timezone.now(), reason
        found.save(update_fields=["voided_at", "void_reason"])
        log(found, "quiz.certificate.void", user=by, data={"reason": reason})
    return found
