"""Computing the figures of the questions from finished attempts.

Two million attempts take longer than a task may: the sums so far, and how far they reach, stand on
a row (`StatisticRun`), and each task adds to them for a few seconds. A task that is killed has lost
its own seconds alone.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from celery import signature
from django.db import transaction
from django.utils import timezone

from quiz import itemstats, scoring
from quiz.drawing import Paper
from quiz.itemstats import Tally
from quiz.models import Attempt, QuestionBank, QuestionStatistic, StatisticRun
from quiz.models.attempt import chosen_of
from quiz.pools import contents_of, scored_items
from quiz.practising import places_of
from quiz.twins import waits_of

CHUNK = 1000
# So long a task adds to the sums before others get their turn.
SLICE_SECONDS = 5


def compute_statistics(*, bank: QuestionBank, now: datetime | None = None) -> int:
    """Compute the figures of every question version that `bank`'s papers held; returns how many.

    All at once, here and now. The bank's rows are replaced in one transaction at the end, so a
    reader sees the old figures or the new ones.
    """
    run = begin_statistics(bank=bank, now=now)
    while run is not None:
        run = go_on_with(run=run, now=now)
    return QuestionStatistic.objects.filter(version__question__bank=bank).count()


def compute_all_statistics(*, now: datetime | None = None) -> int:
    """Compute the figures of every bank that a competition draws from."""
    return sum(compute_statistics(bank=bank, now=now) for bank in _drawn_banks())


def order_statistics(*, now: datetime | None = None) -> None:
    """Have the figures of every bank that a competition draws from computed in the background."""
    for bank in _drawn_banks():
        _send(begin_statistics(bank=bank, now=now))


def resume_statistics(*, now: datetime | None = None) -> int:
    """Take up the runs that a lost message or a dead worker left; returns how many."""
    runs = list(StatisticRun.objects.due(now or timezone.now()))
    for run in runs:
        _send(run)
    return len(runs)


def begin_statistics(*, bank: QuestionBank, now: datetime | None = None) -> StatisticRun:
    """A run for `bank` with nothing counted yet; one that is under way begins anew."""
    now = now or timezone.now()
    fresh = {"bank_version": bank.version, "reached": 0, "tallies": {}, "touched_at": now}
    return StatisticRun.objects.update_or_create(bank=bank, defaults=fresh)[0]


def go_on_with_statistics(*, run_pk: int) -> None:
    """Add to the sums of a run for a while, then send it on, unless it has ended."""
    run = StatisticRun.objects.select_related("bank").filter(pk=run_pk).first()
    if run is not None and (further := go_on_with(run=run)) is not None:
        _send(further)


def go_on_with(
    *,
    run: StatisticRun,
    now: datetime | None = None,
    seconds: float = SLICE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> StatisticRun | None:
    """Count attempts for `seconds`; the run as it is then, None once it has ended or is not ours.

    A bank that has changed meanwhile, so that its keys may be others, is counted anew.
    """
    now, bank, before = now or timezone.now(), run.bank, run.reached
    if bank.version != run.bank_version:
        return begin_statistics(bank=bank, now=now)
    tallies = defaultdict(Tally, {int(v): Tally.from_json(t) for v, t in run.tallies.items()})
    counter = _Counter(bank, tallies)
    until, ended = clock() + seconds, False
    while not ended and clock() < until:
        rows = _after(bank, run.reached)
        for pk, paper, answers, started_at in rows:
            counter.add(paper, answers, started_at)
            run.reached = pk
        ended = len(rows) < CHUNK
    with transaction.atomic():
        mine = StatisticRun.objects.filter(
            pk=run.pk, reached=before, bank_version=run.bank_version
        ).select_for_update()
        if not mine.exists():
            return None  # another task was at it
        if not ended:
            run.tallies = {version: tally.as_json() for version, tally in tallies.items()}
            run.touched_at = timezone.now()
            run.save(update_fields=["reached", "tallies", "touched_at"])
            return run
        _replace(bank, counter, now)
        mine.delete()
    return None


def _drawn_banks():
    return QuestionBank.objects.filter(competitions__isnull=False).distinct()


def _send(run: StatisticRun) -> None:
    # By its name, for its module imports this one.
    signature("quiz.tasks.go_on_with_statistics", args=(run.pk,)).apply_async()


def _after(bank: QuestionBank, reached: int) -> list[tuple[int, list, dict, datetime]]:
    """The next chunk of the attempts that count."""
    finished = Attempt.objects.finished().filter(void_at__isnull=True, competition__bank=bank)
    rows = finished.filter(pk__gt=reached).order_by("pk")
    return list(rows.values_list("pk", "paper", "answers", "started_at")[:CHUNK])


class _Counter:
    """Adds attempts to the sums of their questions."""

    def __init__(self, bank: QuestionBank, tallies: dict[int, Tally]):
        self.bank = bank
        self.tallies = tallies
        self.contents: dict[int, dict] = {}

    def content(self, version: int) -> dict:
        if version not in self.contents:
            self.contents[version] = contents_of(self.bank, [version])[0]
        return self.contents[version]

    def add(self, paper_json: list, answers: dict, started_at: datetime) -> None:
        paper, chosen = Paper.from_json(paper_json), chosen_of(answers)
        waits = waits_of(
            {
                number: (
                    datetime.fromisoformat(answers[str(number)]["at"]) - started_at
                ).total_seconds()
                for number in chosen
            }
        )
        items = scored_items(paper, [self.content(version) for version in paper.versions])
        verdicts = [
            scoring.is_right(item, chosen.get(number, ()))
            for number, item in enumerate(items, start=1)
        ]
        right, others = sum(verdicts), max(len(verdicts) - 1, 1)
        for number, (drawn, verdict) in enumerate(zip(paper.items, verdicts, strict=True), start=1):
            reply = chosen.get(number, ())
            self.tallies[drawn.version].add(
                right=verdict,
                chosen=(reply and places_of(drawn, reply)) or (),
                rest=(right - verdict) / others,
                typed=bool(reply) and not drawn.options,
                seconds=waits.get(number),
            )


def _replace(bank: QuestionBank, counter: _Counter, now: datetime) -> None:
    rows = [
        _row(version, tally, counter.content(version), now)
        for version, tally in counter.tallies.items()
    ]
    QuestionStatistic.objects.filter(version__question__bank=bank).delete()
    QuestionStatistic.objects.bulk_create(rows, batch_size=CHUNK)


def _row(version: int, tally: Tally, content: dict, now: datetime) -> QuestionStatistic:
    picks = tally.picked(len(content["options"]))
    share, power = itemstats.facility(tally), itemstats.discrimination(tally)
    raised = itemstats.flags(
        asked=tally.asked, share=share, power=power, picks=picks, key=content["key"]
    )
    return QuestionStatistic(
        version_id=version,
        asked=tally.asked,
        right=tally.right,
        omitted=tally.omitted,
        picks=picks,
        facility=share,
        discrimination=power,
        seconds=itemstats.typical_seconds(tally),
        flags=" ".join(raised),
        flag_count=len(raised),
        computed_at=now,
    )
