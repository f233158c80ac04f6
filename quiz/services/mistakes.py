"""The wrong-answer book takes up what was got wrong in competitions."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from quiz import scoring
from quiz.drawing import Paper, PaperItem
from quiz.models import (
    Attempt,
    Competition,
    PracticeRecord,
    PracticeRun,
    Question,
    Regrade,
)
from quiz.pools import contents_of, scored_items, versions_of
from quiz.practising import places_of
from quiz.secrecy import banks_in_use
from quiz.services.practice import held_run
from unions.models import Member

FIGURES = ["version", "chosen", "in_a_row", "right", "book", "wrong", "answered_at"]


@dataclass(frozen=True)
class Mistake:
    """A question answered wrong: the positions that were chosen in `version`, and when."""

    question: int
    version: int
    places: list[int]
    at: datetime


def collect_mistakes(*, member: Member, now: datetime | None = None) -> int:
    """Put what `member` got wrong in competitions into the book; returns how many were put there.

    A competition is looked through once, when its key may be shown, no running one uses its bank
    and everything that `member` began in it is handed in. What was practised after the attempt
    stays as it is, and fill-ins stay out: there is nothing to choose. Writes nothing when none is
    new.
    """
    now = now or timezone.now()
    runs = PracticeRun.objects.filter(member=member, mode=PracticeRun.Mode.BOOK)
    if not _to_collect(member, runs, now):
        return 0
    with transaction.atomic():
        run = held_run(member, PracticeRun.Mode.BOOK)
        found = _to_collect(member, [run], now)
        put = _put_in_book(member, _mistakes_in(found, member))
        seen = {*run.answers.get("competitions", []), *(competition.pk for competition in found)}
        run.answers = {"competitions": sorted(seen)}
        run.save(update_fields=["answers"])
    return put


def _to_collect(member: Member, runs: Iterable[PracticeRun], now: datetime) -> list[Competition]:
    """The competitions to look through that no row of `runs` names."""
    seen = [pk for run in runs for pk in run.answers.get("competitions", [])]
    in_use = banks_in_use(now)
    own = Attempt.objects.filter(member=member)
    answered, open_ones = (
        rows.values("competition") for rows in (own.finished(), own.unfinished())
    )
    closed = Competition.objects.closed_at(now).filter(pk__in=answered)
    closed = closed.exclude(pk__in=seen).exclude(pk__in=open_ones)
    return [
        competition
        for competition in closed.select_related("bank")
        if competition.reveals_key(now) and competition.bank_id not in in_use
    ]


def _mistakes_in(competitions: list[Competition], member: Member) -> list[Mistake]:
    """What `member` got wrong in `competitions`, the earliest first."""
    banks = {competition.pk: competition.bank for competition in competitions}
    attempts = [
        (attempt, attempt.drawn(), attempt.chosen())
        for attempt in Attempt.objects.finished()
        .filter(competition__in=competitions, member=member)
        .order_by("submitted_at", "pk")
    ]
    wanted: dict[int, set[int]] = defaultdict(set)
    for attempt, paper, _chosen in attempts:
        wanted[attempt.competition_id].update(paper.versions)
    by_bank: dict[int, set[int]] = defaultdict(set)
    for competition, versions in wanted.items():
        by_bank[banks[competition].pk] |= versions
    contents: dict[int, dict] = {}
    for bank in {bank.pk: bank for bank in banks.values()}.values():
        versions = sorted(by_bank[bank.pk])
        contents.update(zip(versions, contents_of(bank, versions), strict=True))
    owners = dict(
        Question.objects.filter(versions__in=contents).values_list("versions", "pk").distinct()
    )
    return [
        Mistake(
            owners[drawn.version],
            drawn.version,
            places_of(drawn, chosen[number]) or [],
            attempt.submitted_at,
        )
        for attempt, paper, chosen in attempts
        for number, (drawn, item) in enumerate(
            zip(
                paper.items,
                scored_items(paper, [contents[version] for version in paper.versions]),
                strict=True,
            ),
            start=1,
        )
        if number in chosen and item.options and not scoring.is_right(item, chosen[number])
    ]


def _put_in_book(member: Member, mistakes: list[Mistake]) -> int:
    questions = {mistake.question for mistake in mistakes}
    # By question, as all who lock several: nobody waits in a circle.
    rows = PracticeRecord.objects.select_for_update().filter(member=member, question__in=questions)
    known = {record.question_id: record for record in rows.order_by("question_id")}
    fresh: dict[int, PracticeRecord] = {}
    changed: dict[int, PracticeRecord] = {}
    put = 0
    for mistake in mistakes:
        record = known.get(mistake.question) or fresh.get(mistake.question)
        if record is None:
            record = PracticeRecord(member=member, question_id=mistake.question)
            fresh[mistake.question] = record
        elif record.answered_at >= mistake.at:
            continue
        elif mistake.question in known:
            changed[mistake.question] = record
        _enter(record, mistake)
        put += 1
    # One that was practised since we looked is later than every attempt, and stays as it is.
    PracticeRecord.objects.bulk_create(
        (fresh[question] for question in sorted(fresh)), ignore_conflicts=True
    )
    if changed:
        # By key: an UPDATE with a case for each row and field takes far longer to write.
        PracticeRecord.objects.bulk_create(
            changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=FIGURES
        )
    return put


def _enter(record: PracticeRecord, mistake: Mistake) -> None:
    record.version_id, record.chosen = mistake.version, mistake.places
    record.in_a_row, record.right, record.book = 0, False, True
    record.wrong += 1
    record.answered_at = mistake.at


@transaction.atomic
def forget_mistakes(*, attempt: Attempt, versions: Collection[int]) -> None:
    """Have the book of the owner of `attempt` look through its bank's competitions again, for the
    key of `versions` was corrected.

    What only competitions have put there of these versions goes; what is still wrong comes back,
    and so does what has become wrong, when the member next opens the book.
    """
    bank = attempt.competition.bank_id
    runs = PracticeRun.objects.select_for_update().filter(member=attempt.member_id)
    run = runs.filter(mode=PracticeRun.Mode.BOOK).first()
    seen = run.answers.get("competitions", []) if run else []
    again = set(Competition.objects.filter(bank=bank, pk__in=seen).values_list("pk", flat=True))
    if again:
        run.answers = {"competitions": [pk for pk in seen if pk not in again]}
        run.save(update_fields=["answers"])
        never_practised = PracticeRecord.objects.filter(member=attempt.member_id, times=0)
        never_practised.filter(version__in=versions).delete()


@transaction.atomic
def rejudge_records(*, regrade: Regrade) -> None:
    """Judge the last answer of everybody to the versions of `regrade` by the corrected key.

    What is right now leaves the book, what is wrong now enters it. The statements grow with the
    choices that were made, not with the members.
    """
    contents = versions_of(regrade.question)
    for version in sorted(regrade.versions):
        records = PracticeRecord.objects.filter(version=version)
        for chosen in records.order_by().values_list("chosen", flat=True).distinct():
            right = _is_right(version, contents[version], chosen)
            records.filter(chosen=chosen).exclude(right=right).update(
                right=right,
                book=not right,
                in_a_row=int(right),
                wrong=Greatest(F("wrong") - 1, 0) if right else F("wrong") + 1,
            )


def _is_right(version: int, content: dict, places: Collection[int]) -> bool:
    """Whether who chose the options at `places` of `content` is right."""
    options = tuple((str(place), place) for place in range(len(content["options"])))
    item = scored_items(Paper((PaperItem(version, options),)), [content])[0]
    return scoring.is_right(item, [str(place) for place in places])
