"""The fair-play desk: raising cases from finished attempts, and what a person decides."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz import fairplay, scoring
from quiz.errors import QuizError
from quiz.models import Attempt, Case, Competition
from quiz.pools import contents_of, scored_items
from quiz.services.voiding import void_attempt
from unions.models import Member

CHUNK = 2000


def scan_attempts(*, day: date | None = None, now: datetime | None = None) -> int:
    """Raise a case for every signal in the attempts begun on the local `day` (yesterday).

    May run any number of times: what was raised once, or decided, is not raised again. Returns
    how many cases are new.
    """
    now = now or timezone.now()
    day = day or timezone.localdate(now) - timedelta(days=1)
    raised = 0
    played = Attempt.objects.finished().filter(day=day).order_by().values("competition").distinct()
    for competition in Competition.objects.filter(pk__in=played).select_related("bank"):
        for finding in fairplay.findings(_sittings(competition, day)):
            raised += _raise(competition, day, finding, now)
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
