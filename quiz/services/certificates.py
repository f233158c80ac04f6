"""Issuing certificates, keeping them in line with results, and declaring one void."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from quiz.boards.sql import SqlEngine
from quiz.errors import QuizError
from quiz.models import Certificate, ChangedResult, Competition, Standing
from quiz.ordering import ranks
from quiz.services.waiting import refuse_undecided, undecided
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
        _certificate(competition, standing, rank, issuer, now)
        for standing, rank in zip(standings, numbers, strict=True)
        if standing.member_id not in held
    ]
    Certificate.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _certificate(
    competition: Competition, standing: Standing, rank: int, issuer: str, now: datetime
) -> Certificate:
    return Certificate(
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


def follow_results(*, now: datetime | None = None) -> int:
    """Bring issued certificates in line with results that changed since; returns how many changed.

    One whose result no longer reaches the level lapses at once. Who reaches it (again) gets one,
    or the lapsed one back, when nothing of the competition is undecided. One that was declared
    void by hand stays void. May be called again, and killed at any point.
    """
    now = now or timezone.now()
    changed = ChangedResult.objects.certified().order_by().values("competition").distinct()
    return sum(
        _follow(competition, now) for competition in Competition.objects.filter(pk__in=changed)
    )


def _follow(competition: Competition, now: datetime) -> int:
    settled = competition.is_settled(now) and not undecided(competition)
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            # Held, so that two runs don't issue for the same member.
            rows = ChangedResult.objects.select_for_update().filter(competition=competition)
            chunk = list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK])
            if not chunk:
                return changed
            last = chunk[-1].pk
            number, waiting = _follow_members(
                competition, {row.member_id for row in chunk}, settled=settled, now=now
            )
            changed += number
            done = [row.pk for row in chunk if row.member_id not in waiting]
            ChangedResult.objects.filter(pk__in=done).delete()


def _follow_members(
    competition: Competition, members: set[int], *, settled: bool, now: datetime
) -> tuple[int, set[int]]:
    """How many certificates of `members` changed, and who waits for one until all is settled."""
    level = competition.certificate_points
    if level is None:  # nothing to hold a result against any more: what was issued stays
        return 0, set()
    standings = Standing.objects.in_total(competition).select_related("member", "board")
    reached = {
        standing.member_id: standing
        for standing in standings.filter(member__in=members, points__gte=level)
    }
    found = Certificate.objects.select_for_update().filter(
        competition=competition, member__in=members
    )
    held = {certificate.member_id: certificate for certificate in found.order_by("pk")}
    falling = [held[m] for m in held if m not in reached and not held[m].is_void]
    for certificate in falling:
        _lapse(certificate, now)
    rising = {m for m in reached if m not in held or held[m].lapsed}
    if not settled:
        return len(falling), rising
    issuer = _issuer(competition)
    for member in sorted(rising):
        standing = reached[member]
        rank = SqlEngine().rank(standing.board, standing.cost)
        if member in held:
            _bring_back(held[member], standing.points, rank)
        else:
            _certificate(competition, standing, rank, issuer, now).save()
    return len(falling) + len(rising), set()


def _lapse(certificate: Certificate, now: datetime) -> None:
    reason = _("成绩有变，不再达到证书分数线。")
    certificate.voided_at, certificate.void_reason, certificate.lapsed = now, reason, True
    certificate.save(update_fields=["voided_at", "void_reason", "lapsed"])
    log(certificate, "quiz.certificate.void", data={"reason": reason})


def _bring_back(certificate: Certificate, points: int, rank: int) -> None:
    certificate.voided_at, certificate.void_reason, certificate.lapsed = None, "", False
    certificate.points, certificate.rank = points, rank
    certificate.save(update_fields=["voided_at", "void_reason", "lapsed", "points", "rank"])
    log(certificate, "quiz.certificate.restore", data={"points": points, "rank": rank})


@transaction.atomic
def void_certificate(
    *,
    certificate: Certificate,
    reason: str,
    by: Member | None = None,
    now: datetime | None = None,
) -> Certificate:
    """Declare `certificate` void for good and for `reason`; a void one keeps its first reason.

    One that has only lapsed takes this reason, and no longer comes back with the result.
    `QuizError("no_reason")`. The log says who did it.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise QuizError("no_reason")
    found = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not found.is_void or found.lapsed:
        found.voided_at, found.void_reason = now or timezone.now(), reason
        found.lapsed = False
        found.save(update_fields=["voided_at", "void_reason", "lapsed"])
        log(found, "quiz.certificate.void", user=by, data={"reason": reason})
    return found
