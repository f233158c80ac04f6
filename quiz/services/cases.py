"""The fair-play desk: raising cases from finished attempts, and what a person decides."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from celery import signature
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz import fairplay, scoring
from quiz.errors import QuizError
from quiz.models import Attempt, Case, Competition, ScannedDay
from quiz.pools import contents_of, scored_items
from quiz.services.voiding import void_attempt
from unions.models import Member

CHUNK = 2000
# So far back a day is looked through that no scan has reached.
SCAN_BACK = timedelta(days=14)
# What waits longer than this is ordered again.
SCAN_EXPIRES = timedelta(hours=1)


def order_scans(*, now: datetime | None = None) -> int:
    """Have every day looked through that is over and was not yet; returns how many were sent.

    A day is over when its last attempt has ended: after midnight, or after the close. What a lost
    message or a dead worker left is sent again by the next call, for SCAN_BACK.
    """
    now = now or timezone.now()
    sent = 0
    for competition in Competition.objects.run_since(now - SCAN_BACK, now):
        for day in _days_to_scan(competition, now):
            signature("quiz.tasks.scan_day", args=(competition.pk, day.isoformat())).apply_async(
                expires=SCAN_EXPIRES.total_seconds()
            )
            sent += 1
    return sent


def _days_to_scan(competition: Competition, now: datetime) -> list[date]:
    first = timezone.localdate(max(competition.opens_at, now - SCAN_BACK))
    if competition.closes_at <= now:
        after = timezone.localdate(competition.closes_at - timedelta(seconds=1)) + timedelta(days=1)
    else:
        after = timezone.localdate(now)
    days = {first + timedelta(days=number) for number in range((after - first).days)}
    days -= set(competition.scanned_days.values_list("day", flat=True))
    unfinished = Attempt.objects.unfinished().filter(competition=competition)
    return sorted(days - set(unfinished.values_list("day", flat=True)))


def scan_day(*, competition: Competition, day: date, now: datetime | None = None) -> int:
    """Raise a case for every signal in the attempts of `competition` begun on the local `day`.

    May run any number of times: what was raised once, or decided, is not raised again. Returns
    how many cases are new.
    """
    now = now or timezone.now()
    findings = fairplay.findings(_sittings(competition, day))
    raised = sum(_raise(competition, day, finding, now) for finding in findings)
    ScannedDay.objects.get_or_create(competition=competition, day=day, defaults={"scanned_at": now})
    return raised


def _sittings(competition: Competition, day: date) -> Iterator[fairplay.Sitting]:
    found = Attempt.objects.finished().filter(competition=competition, day=day, void_at=None)
    contents: dict[int, dict] = {}
    for attempt in found.order_by("pk").iterator(chunk_size=CHUNK):
        yield fairplay.Sitting(
            attempt.pk,
            attempt.member_id,
            attempt.started_at,
            attempt.elapsed,
            attempt.replies(),
            _wrong(attempt, competition, contents),
        )


def _wrong(attempt: Attempt, competition: Competition, contents: dict[int, dict]) -> frozenset[int]:
    """The versions of which `attempt` chose wrong options; `contents` keeps what was read."""
    paper, chosen = attempt.drawn(), attempt.chosen()
    missing = [version for version in paper.versions if version not in contents]
    if missing:
        contents.update(zip(missing, contents_of(competition.bank, missing), strict=True))
    items = scored_items(paper, [contents[version] for version in paper.versions])
    return frozenset(
        drawn.version
        for number, (drawn, item) in enumerate(zip(paper.items, items, strict=True), start=1)
        if number in chosen and drawn.options and not scoring.is_right(item, chosen[number])
    )


def _raise(competition: Competition, day: date, finding: fairplay.Finding, now: datetime) -> bool:
    try:
        with transaction.atomic():
            case, created = Case.objects.get_or_create(
                competition=competition,
                day=day,
                signal=finding.signal,
                key=finding.key,
                defaults={"evidence": finding.evidence, "created_at": now},
            )
            if created:
                case.attempts.set(finding.attempts)
    except IntegrityError:  # another scan was first
        return False
    return created


@transaction.atomic
def decide_case(
    *, case: Case, upheld: bool, note: str, by: Member, now: datetime | None = None
) -> Case:
    """Close a case. Upheld, its attempts are void and `note` is the reason their members read.

    `QuizError` with code no_reason, or decided when somebody was faster.
    """
    now = now or timezone.now()
    note = note.strip()
    if not note:
        raise QuizError("no_reason")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not case.is_open:
        raise QuizError("decided")
    case.state = Case.State.UPHELD if upheld else Case.State.DISMISSED
    case.note, case.decided_by, case.decided_at = note, by, now
    case.save(update_fields=["state", "note", "decided_by", "decided_at"])
    if upheld:
        # In the order in which a rebuild takes members (quiz/services/standings.py).
        for attempt in case.attempts.order_by("member_id", "pk"):
            void_attempt(attempt=attempt, reason=note, by=by, now=now)
    log(case, "quiz.case.decide", user=by, data={"state": case.state, "note": note})
    return case
