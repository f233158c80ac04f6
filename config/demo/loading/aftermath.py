"""What is around the attempts: the worker's own, cases, disputes, draws, certificates, practice.

`sit` comes before the thirty days of activity, `load` after them.
"""

import random
from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from config.demo.files import at, document, rows
from quiz import lottery
from quiz.models import Allowance, Attempt, Case, Competition, Draw, Question, QuestionImport, Win
from quiz.models.practice import PracticeRun
from quiz.practice_pool import practice_pool
from quiz.services import (
    PrizeLine,
    announce_draw,
    answer_practice,
    appeal,
    card_of,
    claim_win,
    compute_all_statistics,
    correct_key,
    decide_case,
    dispute_reviewed,
    fold_changes,
    freeze_tickets,
    issue_certificates,
    next_question,
    practised_question,
    prepare_import,
    record_attempt,
    reveal_winners,
    run_import,
    scan_day,
    thaw_boards,
    withdraw_draw,
)
from quiz.transfer.rows import Row
from quiz.transfer.upload import Upload
from unions.models import Member

FAST_SECONDS = 3
A_DAY = timedelta(days=1)
PRACTISED = 8


def apart() -> set[str]:
    """User names of those whose attempts are written here, and by nobody else."""
    return {row["member"] for row in rows("aftermath", "fast")}


def sit(competitions: dict[str, Competition]) -> None:
    """The attempts of the demo's worker, and those that were too fast with what became of them."""
    rng = random.Random(5)  # noqa: S311 - sample data, not a draw
    worker = _member("worker")
    for key, days, clock, elapsed, right, *level in document("aftermath")["worker_sits"]:
        _sit(competitions[key], worker, days, clock, elapsed, right, level, rng)
    for row in rows("aftermath", "fast"):
        member = _member(row["member"])
        place = [row["round"]]
        _sit(
            competitions[row["key"]], member, row["days"], row["time"], FAST_SECONDS, 4, place, rng
        )
    _judge(competitions, _member("organiser"))


def _sit(competition, member, days, clock, elapsed, right, level, rng) -> Attempt:
    return record_attempt(
        competition=competition,
        member=member,
        started_at=at(days, clock),
        elapsed=elapsed,
        right=right,
        round=competition.rounds.get(number=level[0]) if level else None,
        rng=rng,
    )


def load(competitions: dict[str, Competition]) -> None:
    """What staff and the worker did afterwards."""
    organiser, worker = _member("organiser"), _member("worker")
    thaw_boards()
    fold_changes()
    _certify()
    for row in rows("aftermath", "draw"):
        _draw(competitions[row["key"]], row, organiser, worker)
    _grant(competitions, organiser)
    _dispute(competitions)
    _import(organiser)
    compute_all_statistics()
    _practise(worker)


def _certify() -> None:
    """Certificates carry the morning after the ranks became final, or today where that comes."""
    now = timezone.now()
    for competition in Competition.objects.to_certify(now):
        if competition.is_settled(now):
            morning = competition.objections_until + timedelta(hours=10)
            issue_certificates(competition=competition, now=min(morning, now))


def _question(stem: str) -> Question:
    """The question of the first bank; what runs now has another one with the same words."""
    return Question.objects.get(stem=stem, bank__name=document("questions")["bank"]["title"])


def _member(username: str) -> Member:
    return Member.objects.get(username=username)


def _judge(competitions: dict[str, Competition], organiser: Member) -> None:
    """Cases of what was too fast: one upheld and appealed against, one dismissed, one open."""
    for row in rows("aftermath", "fast"):
        day = at(row["days"], row["time"]).date()
        scan_day(competition=competitions[row["key"]], day=day, now=at(row["days"] + 1, "03:00"))
        found = Case.objects.get(competition=competitions[row["key"]], day=day)
        verdict = {"by": organiser, "now": at(row["days"] + 1, "10:00")}
        if "note" in row:
            decide_case(case=found, upheld=True, note=row["note"], **verdict)
            attempt = found.attempts.get()
            appeal(attempt=attempt, text=row["appeal"], now=at(row["days"] + 2, "20:00"))
        elif "dismissed" in row:
            decide_case(case=found, upheld=False, note=row["dismissed"], **verdict)


def _draw(competition: Competition, row: dict, organiser: Member, worker: Member) -> None:
    final = competition.objections_until
    draw = announce_draw(
        competition=competition,
        title=row["title"],
        prizes=[PrizeLine(*prize) for prize in row["prizes"]],
        named_value=row["named_value"],
        value_due_at=final + timedelta(days=row["value_days"]),
        rule=row["rule"],
        minimum_points=row.get("minimum_points", 0),
        alternates=row["alternates"],
        claim_days=row["claim_days"],
        claim_place=row["claim_place"],
        by=organiser,
        now=competition.opens_at,
    )
    if why := row.get("withdrawn"):
        withdraw_draw(draw=draw, reason=why, by=organiser, now=competition.opens_at + A_DAY)
    if why or row.get("waits"):
        return
    draw = freeze_tickets(draw=draw, by=organiser, now=final + timedelta(hours=10))
    value = _value_for(draw, worker)
    drawn_at = draw.value_due_at + timedelta(hours=10)
    reveal_winners(draw=draw, public_value=value, by=organiser, now=drawn_at)
    if row.get("worker_claims"):
        win = Win.objects.get(draw=draw, ticket__member=worker)
        claim_win(win=win, now=drawn_at + timedelta(hours=2))


def _value_for(draw: Draw, member: Member) -> str:
    """A made-up public value, looked for until `member` has a prize to show."""
    rng = random.Random(draw.ticket_count)  # noqa: S311 - sample data, not a draw
    own = draw.tickets.get(member=member).number
    places = draw.prizes.total()
    while True:
        value = " ".join(f"{number:02d}" for number in sorted(rng.sample(range(1, 34), k=6)))
        seed = lottery.seed_of(draw.pk, draw.list_hash, draw.secret, value)
        if own in lottery.winners(seed, draw.ticket_count, places):
            return value


def _grant(competitions: dict[str, Competition], organiser: Member) -> None:
    """More time for one member, and a wrong key that waits for the second person."""
    more = document("aftermath")["allowance"]
    Allowance.objects.create(
        competition=competitions[more["key"]],
        member=_member(more["member"]),
        extra_seconds=more["seconds"],
        reason=more["reason"],
        granted_by=organiser,
    )
    wrong = document("aftermath")["regrade"]
    correct_key(
        question=_question(wrong["stem"]),
        key=wrong["key"],
        rule=wrong["rule"],
        reason=wrong["reason"],
        by=organiser,
    )


def _dispute(competitions: dict[str, Competition]) -> None:
    """Members' words against a question, each from somebody else who had it in a paper."""
    spoken: set[int] = set()
    for row in rows("aftermath", "dispute"):
        versions = set(_question(row["stem"]).versions.values_list("pk", flat=True))
        attempts = Attempt.objects.finished().filter(competition=competitions[row["key"]])
        for attempt in attempts.exclude(member__in=spoken).order_by("pk"):
            had = attempt.drawn().versions
            number = next((n for n, version in enumerate(had, 1) if version in versions), None)
            if number:
                dispute_reviewed(attempt=attempt, number=number, kind=row["kind"], text=row["text"])
                spoken.add(attempt.member_id)
                break


def _import(organiser: Member) -> None:
    """A file that was written; its questions wait for the second person."""
    about = document("aftermath")["import"]
    found = [Row(number, texts) for number, texts in enumerate(about["rows"], start=2)]
    bank = _question(document("aftermath")["regrade"]["stem"]).bank
    order = prepare_import(
        bank=bank, member=organiser, filename=about["filename"], digest="", upload=Upload(found)
    )
    # As if ordered, but written here: the site's worker does not run yet.
    order.state, order.skip_duplicates = QuestionImport.State.QUEUED, True
    order.save(update_fields=["state", "skip_duplicates"])
    run_import(order=order)


def _practise(worker: Member) -> None:
    """Some practice, every third answer wrong: those are in the wrong-answer book."""
    mode, categories = PracticeRun.Mode.CATEGORY, cycle(practice_pool().categories())
    for count, category in zip(range(PRACTISED), categories, strict=False):
        question = next_question(member=worker, mode=mode, category=category)
        card = card_of(
            member=worker, practised=practised_question(member=worker, question=question)
        )
        key = card.practised.content["key"]
        chosen = [name for name, place in card.item.options if (place in key) == (count % 3 > 0)]
        one = card.practised.content["kind"] != Question.Kind.MULTIPLE
        answer_practice(
            member=worker,
            mode=mode,
            question=question,
            deal=card.deal,
            options=chosen[:1] if one else chosen,
        )
