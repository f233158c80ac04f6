"""What staff look at before they decide about an attempt: each reply with its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quiz.models import Attempt
from quiz.review import review_of
from quiz.secrecy import may_show_key


@dataclass(frozen=True)
class TimedReply:
    """One question. `seconds` since the reply saved before it (or the start); None without one.

    `right` is None while anyone may still answer from the bank: the key stays where it is.
    """

    number: int
    stem: str
    chosen: str
    right: bool | None
    at: datetime | None
    seconds: float | None


def came_together(replies: Iterable[TimedReply]) -> bool:
    """Whether several of `replies` have one moment, as those that a phone sent late."""
    moments = [reply.at for reply in replies if reply.at]
    return len(set(moments)) < len(moments)


def sheet_of_replies(attempt: Attempt, now: datetime) -> list[TimedReply]:
    """Every question of `attempt` in the order of its paper."""
    reveals = may_show_key(attempt.competition, now)
    moments = {
        int(number): datetime.fromisoformat(answer["at"])
        for number, answer in attempt.answers.items()
    }
    waits, before = {}, attempt.started_at
    for number in sorted(moments, key=lambda number: (moments[number], number)):
        waits[number] = round((moments[number] - before).total_seconds(), 1)
        before = moments[number]
    return [
        TimedReply(
            number=entry.number,
            stem=entry.stem,
            chosen=entry.chosen_letters or entry.text,
            right=entry.right if reveals else None,
            at=moments.get(entry.number),
            seconds=waits.get(entry.number),
        )
        for entry in review_of(attempt)
    ]
