"""Correcting a wrong key: asked for by one person, confirmed by another, then run in chunks.

A run may be killed at any point and begun again: each attempt is one transaction, and one that
has been regraded is not regraded twice. Whoever acts is `by`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz import scoring
from quiz.corrections import correction_of, entered, problem_with, reached
from quiz.errors import QuizError
from quiz.models import Attempt, Option, PastResult, Question, Regrade
from quiz.ordering import cost
from quiz.pools import contents_of, scored_items, versions_of
from quiz.services.bank import settle_question, touch_bank
from quiz.services.mistakes import forget_mistakes, rejudge_records
from quiz.services.standings import recount_member
from unions.models import Member

CHUNK = 500


def correct_key(
    *,
    question: Question,
    rule: str,
    reason: str,
    by: Member,
    key: Sequence[int] = (),
    accepted: Sequence[str] = (),
    others: Collection[int] = (),
    now: datetime | None = None,
) -> Regrade:
    """Ask for the right options of `question` to be those at the places `key`, or, of a fill-in,
    for the forms `accepted`.

    Papers out may hold older versions: each whose key is another one is corrected with it, also
    when the question itself was put right before; `others` as in `corrections.reached`.
    Nothing changes before another person confirms. `QuizError` with code no_reason, no_version,
    bad_key, same_key (when no version has another key, unless everyone gets full points) or
    regrade_waits.
    """
    reason = reason.strip()
    if not reason:
        raise QuizError("no_reason")
    version = question.current
    if version is None:
        raise QuizError("no_version")
    content = version.content
    wanted = entered(content, key, accepted)
    if problem := problem_with(content, wanted):
        raise QuizError("bad_key", problem)
    versions = reached(versions_of(question), version.pk, wanted, rule, others)
    if not versions:
        raise QuizError("same_key")
    try:
        with transaction.atomic():
            regrade = Regrade.objects.create(
                question=question,
                old_version=version,
                versions=versions,
                key=list(wanted.places),
                accepted=list(wanted.accepted),
                rule=rule,
                reason=reason,
                requested_by=by,
                requested_at=now or timezone.now(),
            )
            log(regrade, "quiz.regrade.request", user=by, data={"reason": reason, "rule": rule})
    except IntegrityError:
        raise QuizError("regrade_waits") from None
    return regrade


@transaction.atomic
def withdraw_regrade(*, regrade: Regrade, by: Member) -> Regrade:
    """Drop a correction that nobody has confirmed. `QuizError("decided")` once it is."""
    regrade = _waiting(regrade)
    regrade.state = Regrade.State.WITHDRAWN
    regrade.save(update_fields=["state"])
    log(regrade, "quiz.regrade.withdraw", user=by)
    return regrade


@transaction.atomic
def confirm_regrade(*, regrade: Regrade, by: Member, now: datetime | None = None) -> Regrade:
    """Make the new version and let the regrading begin; from now on submits know the new key.

    `QuizError` with code decided, same_person or question_changed.
    """
    regrade = _waiting(regrade)
    if regrade.requested_by_id == by.pk:
        raise QuizError("same_person")
    question = Question.objects.select_for_update(of=("self",)).get(pk=regrade.question_id)
    old = regrade.old_version
    options = list(question.options.all())
    texts = [option.text for option in options]
    known = old.content.get("accepted", old.content["options"])
    if question.current_id != old.pk or texts != known:
        raise QuizError("question_changed")
    contents = versions_of(question)
    regrade.versions = reached(contents, old.pk, regrade.wanted, regrade.rule, regrade.versions)
    regrade.correction = {
        version: correction_of(contents[version], regrade.wanted, regrade.rule)
        for version in regrade.versions
    }
    _write_key(question, options, regrade)
    regrade.new_version = settle_question(question=question, publisher=by).current
    regrade.state, regrade.confirmed_by = Regrade.State.RUNNING, by
    regrade.confirmed_at = now or timezone.now()
    regrade.save()
    touch_bank(bank=question.bank)
    log(regrade, "quiz.regrade.confirm", user=by, data={"versions": regrade.versions})
    return regrade


def _write_key(question: Question, options: list[Option], regrade: Regrade) -> None:
    """Bring the rows that editors see to the corrected key."""
    if question.kind == Question.Kind.FILL:
        question.options.all().delete()
        Option.objects.bulk_create(
            Option(question=question, text=form, right=True, sort_order=place)
            for place, form in enumerate(regrade.accepted)
        )
        return
    for place, option in enumerate(options):
        option.right = place in regrade.key
    Option.objects.bulk_update(options, ["right"])


def _waiting(regrade: Regrade) -> Regrade:
    found = Regrade.objects.select_for_update(of=("self",)).get(pk=regrade.pk)
    if found.state != Regrade.State.REQUESTED:
        raise QuizError("decided")
    return found


def run_regrade(*, regrade: Regrade, now: datetime | None = None) -> bool:
    """Look at the next CHUNK attempts; returns whether there may be more."""
    regrade = Regrade.objects.select_related("question").get(pk=regrade.pk)
    if regrade.state != Regrade.State.RUNNING:
        return False
    found = list(
        Attempt.objects.filter(competition__bank=regrade.question.bank_id, pk__gt=regrade.cursor)
        .order_by("pk")
        .only("pk", "paper")[:CHUNK]
    )
    if not found:
        _finish(regrade, now or timezone.now())
        return False
    wrong = set(regrade.versions)
    for attempt in found:
        if wrong & {item["version"] for item in attempt.paper}:
            _regrade(attempt, regrade, now or timezone.now())
    # Only whoever began at this place moves on from it, so that two runs count nothing twice.
    Regrade.objects.filter(pk=regrade.pk, cursor=regrade.cursor).update(
        cursor=found[-1].pk,
        seen=regrade.seen + len(found),
        changed=PastResult.objects.filter(regrade=regrade).count(),
    )
    return True


@transaction.atomic
def _regrade(attempt: Attempt, regrade: Regrade, now: datetime) -> None:
    """Score one attempt anew; one that is still open is scored when it is handed in."""
    attempt = Attempt.objects.hold(attempt.pk)
    if attempt.submitted_at is None:
        return
    paper = attempt.drawn()
    items = scored_items(paper, contents_of(attempt.competition.bank, paper.versions))
    chosen = attempt.chosen()
    right, points = scoring.right_count(items, chosen), scoring.points_of(items, chosen)
    if (right, points) == (attempt.right, attempt.points):
        return
    number = 1 + next(
        place for place, version in enumerate(paper.versions) if version in regrade.versions
    )
    PastResult.objects.create(
        attempt=attempt,
        regrade=regrade,
        number=number,
        right=attempt.right,
        points=attempt.points,
        cost=attempt.cost,
        new_points=points,
    )
    attempt.right, attempt.points = right, points
    attempt.cost = cost(points, attempt.elapsed)
    attempt.save(update_fields=["right", "points", "cost"])
    recount_member(competition=attempt.competition, member_id=attempt.member_id, now=now)
    forget_mistakes(attempt=attempt, versions=regrade.versions)


@transaction.atomic
def _finish(regrade: Regrade, now: datetime) -> None:
    regrade = Regrade.objects.select_for_update(of=("self",)).get(pk=regrade.pk)
    if regrade.state != Regrade.State.RUNNING:
        return
    rejudge_records(regrade=regrade)
    regrade.state, regrade.finished_at = Regrade.State.DONE, now
    regrade.changed = PastResult.objects.filter(regrade=regrade).count()
    regrade.save(update_fields=["state", "finished_at", "changed"])
    log(
        regrade, "quiz.regrade.finish", user=regrade.confirmed_by, data={"changed": regrade.changed}
    )


def run_regrades(*, now: datetime | None = None, most: int = 200) -> int:
    """Go on with what is confirmed, up to `most` chunks; returns how many were done."""
    done = 0
    for regrade in Regrade.objects.running():
        while done < most and run_regrade(regrade=regrade, now=now):
            done += 1
    return done


@transaction.atomic
def publish_notice(
    *, regrade: Regrade, text: str, by: Member, now: datetime | None = None
) -> Regrade:
    """Show `text` on the pages of the competitions concerned; an empty text takes it back.

    `QuizError("regrade_runs")` before every result is regraded.
    """
    regrade = Regrade.objects.select_for_update(of=("self",)).get(pk=regrade.pk)
    if regrade.state != Regrade.State.DONE:
        raise QuizError("regrade_runs")
    regrade.notice = text.strip()
    regrade.notice_at = (now or timezone.now()) if regrade.notice else None
    regrade.save(update_fields=["notice", "notice_at"])
    log(regrade, "quiz.regrade.notice", user=by, data={"text": regrade.notice})
    return regrade
