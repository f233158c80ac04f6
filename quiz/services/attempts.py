"""An attempt from start to result."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import inf
from secrets import SystemRandom
from time import monotonic
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from quiz import drawing, scoring
from quiz.errors import QuizError
from quiz.models import (
    Allowance,
    Attempt,
    AttemptQuerySet,
    Competition,
    QuestionBank,
    Round,
    answering,
)
from quiz.models.answering import Answering
from quiz.ordering import cost
from quiz.pools import contents_of, kinds_of, pool_of, scored_items
from quiz.services.dates import end_of, share_dates
from quiz.services.standings import count_attempt
from quiz.situation import READY, RESUME, situation_of
from unions.models import Member
from unions.names import clean_name

logger = logging.getLogger(__name__)

SECURE = SystemRandom()
# How many keys of open attempts are held at once while they are handed in.
HAND_IN_CHUNK = 500
# So long the clock hands in before others get their turn: it comes again after half a minute.
SLICE_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """One reply as it comes in: options, or the text of a fill-in.

    `sequence` None: the next one (a form without a script).
    """

    question: int
    options: tuple[str, ...]
    sequence: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Saved:
    """One reply as it is stored now; `text` is None where there is nothing to fill in."""

    question: int
    options: tuple[str, ...]
    sequence: int
    at: datetime
    text: str | None = None


def start_attempt(
    *,
    competition: Competition,
    member: Member,
    round: Round | None = None,
    now: datetime | None = None,
    rng: random.Random | None = None,
) -> Attempt:
    """Return the member's open attempt, or begin the next one of the day.

    In a competition with rounds it is begun in `round`, else in the one that is to be played
    next. `QuizError` with code coming, closed, not_eligible, tries_used, too_few_questions, or with
    rounds between_rounds, round_coming, round_over, not_promoted, waiting or no_team. Attempts of
    one member have to be begun in order of time.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            return _open_or_new(competition, member, now, rng or SECURE, round)
    except IntegrityError:
        # Another request of the same member was first; what it began is the open attempt.
        attempt = Attempt.objects.of(competition, member).unfinished().first()
        if attempt is None:
            raise QuizError("try_again") from None
        return attempt


def _open_or_new(
    competition: Competition,
    member: Member,
    now: datetime,
    rng: random.Random,
    round: Round | None = None,
) -> Attempt:
    situation = situation_of(competition, member, now, round)
    if situation.code == RESUME:
        return situation.latest
    if situation.code != READY:
        raise QuizError(situation.code)
    share_dates(competition)
    ends_at = end_of(situation.round, competition=competition, now=now)
    if situation.latest and situation.latest.submitted_at is None:
        submit_attempt(attempt=situation.latest, now=now)
    previous = situation.latest.drawn().versions if situation.latest else ()
    drawn_by = situation.round or competition
    paper = draw_paper(competition.bank, drawn_by.draw_rules(), previous, rng, now)
    deadline = competition.deadline_from(
        now,
        extra=Allowance.objects.seconds_for(competition, member),
        ends_at=ends_at,
    )
    return Attempt.objects.create(
        competition=competition,
        member=member,
        union_id=member.union_id,
        round=situation.round,
        day=timezone.localdate(now),
        number=situation.next_number,
        paper=paper.as_json(),
        paper_hash=paper.hash,
        started_at=now,
        deadline=deadline,
        accepts_until=deadline + timedelta(seconds=competition.grace),
    )


def draw_paper(
    bank: QuestionBank,
    rules: Sequence[drawing.Rule],
    previous: Sequence[int],
    rng: random.Random,
    now: datetime,
) -> drawing.Paper:
    """A paper out of `bank` by `rules`; `QuizError("too_few_questions")` when that can't be."""
    if not rules:
        raise QuizError("too_few_questions")
    strata = pool_of(bank).in_force(timezone.localdate(now))
    try:
        return drawing.draw(strata, rules, rng=rng, previous=previous)
    except drawing.ShortPool as error:
        raise QuizError("too_few_questions") from error


def save_answer(*, attempt: Attempt, answer: Answer, now: datetime | None = None) -> Saved:
    """Store one reply; see `save_answers`."""
    return save_answers(attempt=attempt, answers=[answer], now=now)[0]


def save_answers(
    *, attempt: Attempt, answers: Sequence[Answer], now: datetime | None = None
) -> list[Saved]:
    """Store replies, all or none; when this returns they are on disk.

    A reply that is stored already is answered as before. `QuizError` with code finished, too_late,
    no_such_question, no_such_option, one_option_only, no_text, text_too_long, or stale when the
    question holds a different reply with the same or a later sequence (`details` carry question,
    sequence, options, of a fill-in the text).
    """
    return _save(partial(answering.hold, attempt.pk), answers, now)[1]


def save_own_answers(
    *,
    member: Member,
    slug: str,
    uuid: UUID,
    answers: Sequence[Answer],
    now: datetime | None = None,
) -> tuple[datetime, list[Saved]]:
    """The same for the attempt `uuid` of `member` in the competition `slug`, read once for all.

    Returns the deadline too. `Attempt.DoesNotExist` where the member has no such attempt.
    """
    return _save(partial(answering.hold_own, member.pk, slug, uuid), answers, now)


def _save(
    hold: Callable[[], Answering], answers: Sequence[Answer], now: datetime | None
) -> tuple[datetime, list[Saved]]:
    now = now or timezone.now()
    with transaction.atomic():
        attempt = hold()
        if attempt.submitted_at:
            raise QuizError("finished")
        if not attempt.takes_answers(now):
            raise QuizError("too_late")
        paper = attempt.drawn()
        kinds = kinds_of(attempt.bank, paper.versions)
        saved = [_store(attempt, paper, kinds, answer, now) for answer in answers]
        answering.store(attempt)
    return attempt.deadline, saved


def _store(
    attempt: Answering, paper: drawing.Paper, kinds: list[str], answer: Answer, now: datetime
) -> Saved:
    if not 1 <= answer.question <= len(paper.items):
        raise QuizError("no_such_question", question=answer.question)
    own = [name for name, _place in paper.items[answer.question - 1].options]
    chosen = set(answer.options)
    if not chosen <= set(own):
        raise QuizError("no_such_option", question=answer.question)
    kind = kinds[answer.question - 1]
    if len(chosen) > 1 and kind != scoring.MULTIPLE:
        raise QuizError("one_option_only", question=answer.question)
    reply: dict = {"options": [name for name in own if name in chosen]}
    if kind == scoring.FILL:
        reply["text"] = _typed(answer)
    elif answer.text:
        raise QuizError("no_text", question=answer.question)
    stored = attempt.answers.get(str(answer.question))
    if stored is None or _overtakes(answer, reply, stored):
        sequence = answer.sequence
        if sequence is None:
            sequence = stored["sequence"] + 1 if stored else 1
        stored = {"sequence": sequence, **reply, "at": now.isoformat()}
        attempt.answers[str(answer.question)] = stored
    return Saved(
        question=answer.question,
        options=tuple(stored["options"]),
        sequence=stored["sequence"],
        at=datetime.fromisoformat(stored["at"]),
        text=stored.get("text"),
    )


def _typed(answer: Answer) -> str:
    """The text of a fill-in on one line, without characters that nobody sees."""
    text = clean_name(answer.text)
    if len(text) > scoring.MOST_TEXT:
        raise QuizError("text_too_long", question=answer.question)
    return text


def _overtakes(answer: Answer, reply: dict, stored: dict) -> bool:
    """Whether the reply replaces the stored one; raises when it is the older of two."""
    if answer.sequence is not None and answer.sequence > stored["sequence"]:
        return True
    if all(stored.get(name) == value for name, value in reply.items()):
        return False
    if answer.sequence is None:
        return True
    told = {name: stored[name] for name in ("sequence", *reply)}
    raise QuizError("stale", question=answer.question, **told)


def submit_attempt(*, attempt: Attempt, now: datetime | None = None) -> Attempt:
    """Hand the attempt in and return it with points and elapsed; a repeat changes nothing.

    After `accepts_until` the replies stored before count, and `timed_out` says so. Elapsed is in
    whole seconds and never more than the time given.
    """
    return _submit(partial(Attempt.objects.hold, attempt.pk), now)


def submit_own_attempt(
    *, member: Member, slug: str, uuid: UUID, now: datetime | None = None
) -> Attempt:
    """The same for the attempt `uuid` of `member` in the competition `slug`, read once for all.

    `Attempt.DoesNotExist` where the member has no such attempt.
    """
    return _submit(partial(Attempt.objects.hold_own, member, slug, uuid), now)


def _submit(hold: Callable[[], Attempt], now: datetime | None) -> Attempt:
    now = now or timezone.now()
    with transaction.atomic():
        attempt = hold()
        if attempt.submitted_at is None:
            _finish(attempt, now)
    return attempt


def _finish(attempt: Attempt, now: datetime) -> None:
    paper = attempt.drawn()
    items = scored_items(paper, contents_of(attempt.competition.bank, paper.versions))
    chosen = attempt.chosen()
    attempt.timed_out = now > attempt.accepts_until
    attempt.submitted_at = min(now, attempt.deadline) if attempt.timed_out else now
    until = min(attempt.submitted_at, attempt.deadline)
    attempt.elapsed = max(int((until - attempt.started_at).total_seconds()), 0)
    attempt.right = scoring.right_count(items, chosen)
    attempt.points = scoring.points_of(items, chosen)
    attempt.cost = cost(attempt.points, attempt.elapsed)
    attempt.save(update_fields=["timed_out", "submitted_at", "elapsed", "right", "points", "cost"])
    count_attempt(attempt=attempt, now=attempt.submitted_at)


def submit_overdue(*, now: datetime | None = None) -> int:
    """Hand in what nobody did, for up to SLICE_SECONDS; returns how many were handed in."""
    now = now or timezone.now()
    return hand_in(attempts=Attempt.objects.overdue(now), now=now, seconds=SLICE_SECONDS)


def hand_in(*, attempts: AttemptQuerySet, now: datetime, seconds: float = inf) -> int:
    """Hand in all of `attempts`, each in a transaction of its own; returns how many.

    However many there are, only a chunk of keys and one attempt are held in memory. One that can't
    be handed in is logged and left; the others don't wait for it. After `seconds` no chunk begins.
    Not in a transaction, which would hold every one to its end.
    """
    done, last, ends = 0, 0, monotonic() + seconds
    while monotonic() < ends:
        rest = attempts.filter(pk__gt=last).order_by("pk")
        keys = list(rest.values_list("pk", flat=True)[:HAND_IN_CHUNK])
        if not keys:
            break
        last = keys[-1]
        done += _hand_in(keys, now)
    return done


def _hand_in(keys: list[int], now: datetime) -> int:
    done = 0
    for pk in keys:
        try:
            _submit(partial(Attempt.objects.hold, pk), now)
        except Exception:  # whatever is wrong with one attempt, the others are handed in
            logger.exception("attempt %s could not be handed in", pk)
        else:
            done += 1
    return done


def record_attempt(
    *,
    competition: Competition,
    member: Member,
    started_at: datetime,
    elapsed: int,
    right: int,
    round: Round | None = None,
    rng: random.Random | None = None,
) -> Attempt:
    """Enter a whole attempt that was sat elsewhere: begun, answered and handed in.

    `elapsed` in seconds; the first `right` questions are answered right, the others wrong. Obeys
    the same rules and raises the same errors as the single steps.
    """
    with transaction.atomic():
        attempt = start_attempt(
            competition=competition, member=member, round=round, now=started_at, rng=rng
        )
        paper = attempt.drawn()
        contents = contents_of(competition.bank, paper.versions)
        items = scored_items(paper, contents)
        finished_at = started_at + timedelta(seconds=elapsed)
        answers = [
            _reply(item, number, right=number <= right)
            for number, item in enumerate(items, start=1)
        ]
        save_answers(attempt=attempt, answers=answers, now=finished_at)
        return submit_attempt(attempt=attempt, now=finished_at)


def _reply(item: scoring.Item, number: int, *, right: bool) -> Answer:
    if item.accepted:
        text = min(item.accepted) if right else "?"
        while not right and text in item.accepted:
            text += "?"
        return Answer(number, (), 1, text)
    key = tuple(name for name, place in item.options.items() if place in item.key)
    if not right:
        key = tuple(name for name in item.options if name not in key)[:1] or key[:1]
    return Answer(number, key, 1)
