"""Computing the figures of the questions from finished attempts."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from quiz import itemstats, scoring
from quiz.models import Attempt, QuestionBank, QuestionStatistic
from quiz.pools import contents_of, scored_items
from quiz.practising import places_of

CHUNK = 1000


def compute_statistics(*, bank: QuestionBank, now: datetime | None = None) -> int:
    """Compute the figures of every question version that `bank`'s papers held; returns how many.

    Reads the finished attempts in chunks and replaces the table's rows of the bank in one
    transaction at the end, so a reader sees the old figures or the new ones.
    """
    now = now or timezone.now()
    tallies: dict[int, itemstats.Tally] = defaultdict(itemstats.Tally)
    contents: dict[int, dict] = {}
    finished = (
        Attempt.objects.finished()
        .filter(void_at__isnull=True)
        .filter(competition__bank=bank)
        .order_by("pk")
        .only("paper", "answers")
    )
    last = 0
    while chunk := list(finished.filter(pk__gt=last)[:CHUNK]):
        for attempt in chunk:
            _count(attempt, bank, tallies, contents)
        last = chunk[-1].pk
    rows = [_row(version, tally, contents[version], now) for version, tally in tallies.items()]
    with transaction.atomic():
        QuestionStatistic.objects.filter(version__question__bank=bank).delete()
        QuestionStatistic.objects.bulk_create(rows, batch_size=CHUNK)
    return len(rows)


def compute_all_statistics(*, now: datetime | None = None) -> int:
    """Compute the figures of every bank that a competition draws from."""
    banks = QuestionBank.objects.filter(competitions__isnull=False).distinct()
    return sum(compute_statistics(bank=bank, now=now) for bank in banks)


def _count(
    attempt: Attempt,
    bank: QuestionBank,
    tallies: dict[int, itemstats.Tally],
    contents: dict[int, dict],
) -> None:
    paper, chosen = attempt.drawn(), attempt.chosen()
    missing = [version for version in paper.versions if version not in contents]
    if missing:
        contents.update(zip(missing, contents_of(bank, missing), strict=True))
    items = scored_items(paper, [contents[version] for version in paper.versions])
    verdicts = [
        scoring.is_right(item, chosen.get(number, ())) for number, item in enumerate(items, start=1)
    ]
    others = max(len(verdicts) - 1, 1)
    for number, (drawn, right) in enumerate(zip(paper.items, verdicts, strict=True), start=1):
        tallies[drawn.version].add(
            right=right,
            chosen=places_of(drawn, chosen.get(number, ())) or (),
            rest=(sum(verdicts) - right) / others,
            typed=number in chosen and not drawn.options,
        )


def _row(version: int, tally: itemstats.Tally, content: dict, now: datetime) -> QuestionStatistic:
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
        flags=" ".join(raised),
        flag_count=len(raised),
        computed_at=now,
    )
