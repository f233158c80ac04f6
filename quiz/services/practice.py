"""Practising: the server judges each answer, keeps the book and the challenge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from quiz import scoring
from quiz.drawing import PaperItem
from quiz.errors import QuizError
from quiz.models import PracticeRecord, PracticeRun, Question
from quiz.practice_pool import Practised, practice_pool
from quiz.practising import Progress, daily_of, dealt, next_of, places_of
from quiz.secrecy import shown_questions
from unions.models import Member

SECURE = SystemRandom()
Mode = PracticeRun.Mode


# Whose deals visitors get: no member has this key.
VISITOR = 0


@dataclass(frozen=True)
class Card:
    """A question as it is dealt to one member, or to visitors."""

    practised: Practised
    deal: int
    item: PaperItem


@dataclass(frozen=True)
class Choice:
    """What was chosen (`options` are names) in one deal of a question."""

    question: int
    deal: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """The positions that were chosen, and whether they are the key."""

    places: list[int]
    right: bool


def card_of(*, member: Member | None, practised: Practised, deal: int | None = None) -> Card:
    """Deal `practised` to `member`: the deal after the last answer, or that of number `deal`.

    Visitors (None) all get the same deals, from 0: nothing is kept of what they answer.
    """
    if deal is None:
        deal = _times(member, [practised.question]).get(practised.question, 0)
    content = practised.content
    item = dealt(
        key=settings.SECRET_KEY.encode(),
        member=member.pk if member else VISITOR,
        version=practised.version,
        deal=deal,
        options=len(content["options"]),
        fixed=content["kind"] == scoring.BOOLEAN,
    )
    return Card(practised, deal, item)


def cards_of(*, member: Member | None, questions: Sequence[int]) -> list[Card]:
    """The next deal of each of `questions`, in their order; those out of the pool are left out."""
    pool = practice_pool().questions
    times = _times(member, questions)
    return [
        card_of(member=member, practised=pool[question], deal=times.get(question, 0))
        for question in questions
        if question in pool
    ]


def _times(member: Member | None, questions: Sequence[int]) -> dict[int, int]:
    if member is None or not questions:
        return {}
    return PracticeRecord.objects.filter(question__in=questions).times_of(member)


def practised_question(
    *, member: Member, question: int, now: datetime | None = None
) -> Practised | None:
    """What `member` may practise under this id: of the pool, or of the own book; else None."""
    found = practice_pool().questions.get(question)
    if found is not None:
        return found
    record = PracticeRecord.objects.of(member).filter(question=question)
    row = (
        shown_questions(now or timezone.now())
        .by_choice()
        .filter(pk__in=record.values("question"), state=Question.State.PUBLISHED)
        .values_list("pk", "current_id", "current__content")
        .first()
    )
    return Practised(*row) if row and row[1] else None


def todays_questions(*, member: Member, now: datetime | None = None) -> list[int]:
    """The five of `member` on the local day of `now`."""
    day = timezone.localdate(now)
    return daily_of(practice_pool().questions, member=member.pk, day=day)


@transaction.atomic
def next_question(
    *, member: Member, mode: str, category: str = "", now: datetime | None = None
) -> int | None:
    """The id of the question that comes next in `mode`, or None when there is none (any more).

    In a challenge the same question stays due until it is answered.
    """
    now = now or timezone.now()
    if mode == Mode.DAILY:
        done = daily_answers(member=member, now=now)
        return next((q for q in todays_questions(member=member, now=now) if q not in done), None)
    if mode == Mode.CHALLENGE:
        return _due(held_run(member, mode))
    if mode == Mode.BOOK:
        return book_of(member=member, now=now).values_list("question_id", flat=True).last()
    times = PracticeRecord.objects.times_of(member)
    return next_of(practice_pool().of(category), times=times, member=member.pk)


def daily_answers(*, member: Member, now: datetime | None = None) -> dict[int, bool]:
    """Which of today's five were answered, and whether right."""
    run = PracticeRun.objects.filter(member=member, mode=Mode.DAILY).first()
    if run is None or run.day != timezone.localdate(now):
        return {}
    return {int(question): right for question, right in run.answers.items()}


def book_of(*, member: Member, now: datetime | None = None):
    """The wrong-answer book, without questions that a running competition can draw."""
    shown = shown_questions(now or timezone.now()).by_choice()
    return PracticeRecord.objects.in_book(member).filter(question__in=shown.values("pk"))


def held_run(member: Member, mode: str) -> PracticeRun:
    """The member's row of `mode`, locked."""
    PracticeRun.objects.bulk_create([PracticeRun(member=member, mode=mode)], ignore_conflicts=True)
    return PracticeRun.objects.select_for_update().get(member=member, mode=mode)


def _due(run: PracticeRun, *, after: int | None = None) -> int | None:
    """The question due in a challenge; another than `after` where the pool has one."""
    pool = practice_pool().questions
    if after is None and run.due_id in pool:
        return run.due_id
    free = [question for question in pool if question != after] or list(pool)
    run.due_id = SECURE.choice(free) if free else None
    run.save(update_fields=["due"])
    return run.due_id


@transaction.atomic
def answer_practice(
    *,
    member: Member,
    mode: str,
    question: int,
    deal: int,
    options: Sequence[str],
    now: datetime | None = None,
) -> PracticeRecord:
    """Judge one answer and keep it; the repeat of a deal that is answered changes nothing.

    `QuizError`: no_practice_question, nothing_chosen, no_such_option, one_option_only, dealt_anew.
    """
    now = now or timezone.now()
    run = held_run(member, mode)
    practised = practised_question(member=member, question=question, now=now)
    if practised is None:
        raise QuizError("no_practice_question")
    record = _locked_record(member, practised, now)
    if deal == record.times - 1:
        return record
    if deal != record.times or not _belongs(run, question, now):
        raise QuizError("dealt_anew" if deal != record.times else "no_practice_question")
    card = card_of(member=member, practised=practised, deal=deal)
    _keep(record, practised, judge(card=card, options=options), now)
    _advance(run, question, record.right, now)
    return record


@transaction.atomic
def answer_together(
    *, member: Member, choices: Iterable[Choice], now: datetime | None = None
) -> list[PracticeRecord]:
    """Judge and keep several answers to questions of the pool: all of them or none.

    Returns the records in the order of the choices. Each as `answer_practice` by category; a
    `QuizError` says in its details which `question`.
    """
    choices, records = list(choices), {}
    # Records are locked by question wherever several are, so that nobody waits in a circle.
    for choice in sorted(choices, key=lambda choice: choice.question):
        try:
            record = answer_practice(
                member=member,
                mode=Mode.CATEGORY,
                question=choice.question,
                deal=choice.deal,
                options=choice.options,
                now=now,
            )
        except QuizError as error:
            raise QuizError(error.code, question=choice.question) from error
        records[choice.question] = record
    return [records[choice.question] for choice in choices]


def judge(*, card: Card, options: Sequence[str]) -> Judged:
    """Compare `options`, names of this deal, with the key; keeps nothing.

    `QuizError`: nothing_chosen, no_such_option, one_option_only.
    """
    places = places_of(card.item, options)
    if not options:
        raise QuizError("nothing_chosen")
    if places is None:
        raise QuizError("no_such_option")
    if len(places) > 1 and card.practised.content["kind"] != scoring.MULTIPLE:
        raise QuizError("one_option_only")
    return Judged(places, set(places) == set(card.practised.content["key"]))


def _locked_record(member: Member, practised: Practised, now: datetime) -> PracticeRecord:
    record, _created = PracticeRecord.objects.select_for_update().get_or_create(
        member=member,
        question_id=practised.question,
        defaults={"version_id": practised.version, "answered_at": now},
    )
    return record


def _belongs(run: PracticeRun, question: int, now: datetime) -> bool:
    """Whether `question` is one that this way of practising asks now."""
    if run.mode == Mode.DAILY:
        open_today = set(todays_questions(member=run.member, now=now))
        return question in open_today - set(daily_answers(member=run.member, now=now))
    if run.mode == Mode.CHALLENGE:
        return run.due_id == question
    return True


def _keep(record: PracticeRecord, practised: Practised, judged: Judged, now: datetime) -> None:
    progress = Progress(record.in_a_row, record.book).after(right=judged.right)
    record.in_a_row, record.book = progress.in_a_row, progress.book
    record.times += 1
    record.wrong += not judged.right
    record.right, record.chosen = judged.right, judged.places
    record.version_id, record.answered_at = practised.version, now
    record.save()


def _advance(run: PracticeRun, question: int, right: bool, now: datetime) -> None:
    if run.mode == Mode.DAILY:
        day = timezone.localdate(now)
        run.answers = {**(run.answers if run.day == day else {}), str(question): right}
        run.day = day
        run.save(update_fields=["answers", "day"])
    if run.mode == Mode.CHALLENGE:
        if not right:
            run.last = run.streak
        run.streak = run.streak + 1 if right else 0
        run.best = max(run.best, run.streak)
        run.save(update_fields=["streak", "best", "last"])
        _due(run, after=question)
