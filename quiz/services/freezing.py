"""Freezing the tickets of a draw: ordered in a request, done by a worker.

Two million tickets are written in chunks, each a short transaction, so that nobody who answers
elsewhere waits for them. They are no list before the last step, which fixes their number and hash
in the transaction that turns the draw's state. A run may be killed at any point: the next one goes
on where it stopped, as long as the tickets are the same, and begins anew where they aren't.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from uuid import UUID, uuid4

from celery import signature
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from quiz import lottery
from quiz.errors import QuizError
from quiz.models import Attempt, Competition, Draw, FreezeOrder, Ticket
from quiz.services.ticket_lists import keep_list
from quiz.services.waiting import refuse_undecided
from unions.models import Member

logger = logging.getLogger(__name__)

CHUNK = 5000
MEMBER_BYTES = 8


class TakenOver(Exception):
    """Another worker is at this order."""


def freeze_tickets(*, draw: Draw, by: Member, now: datetime | None = None) -> Draw:
    """Order the freeze and carry it out here and now: for few tickets.

    `QuizError` as from `order_freeze`, or draw_no_tickets.
    """
    _carry_out(order_freeze(draw=draw, by=by, now=now, send=False), now)
    return Draw.objects.select_related("competition").get(pk=draw.pk)


def order_freeze(
    *, draw: Draw, by: Member, now: datetime | None = None, send: bool = True
) -> FreezeOrder:
    """Have the tickets numbered and their list fixed in the background (`send`).

    Possible once everything is final and before the public value exists. `QuizError` with code
    draw_withdrawn, draw_frozen, draw_freezing, draw_value_out, draw_not_closed, draw_not_final,
    draw_not_handed_in, or what `refuse_undecided` raises.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            draw = _locked(draw.pk)
            _check(draw, now)
            order = FreezeOrder.objects.create(draw=draw, by=by, touched_at=now)
            if send:
                transaction.on_commit(lambda: _send(order), robust=True)
    except IntegrityError:
        raise QuizError("draw_freezing") from None
    return order


def obstacle_to_freezing(*, draw: Draw, now: datetime) -> QuizError | None:
    """Why `order_freeze` would refuse, None where it wouldn't."""
    try:
        _check(draw, now)
    except QuizError as error:
        return error
    return None


def run_freeze(*, order: FreezeOrder, now: datetime | None = None) -> FreezeOrder:
    """Carry an order out and say on its row how far it is and how it ended.

    May be called again, also while another worker is at it: that one stops.
    """
    order = FreezeOrder.objects.select_related("draw__competition", "by").get(pk=order.pk)
    if order.is_under_way:
        with suppress(QuizError):
            _carry_out(order, now)
        order.refresh_from_db()
    return order


def _carry_out(order: FreezeOrder, now: datetime | None) -> None:
    run, begun = uuid4(), now or timezone.now()
    try:
        _take(order, run)
        _check(order.draw, begun)
        rows = _coded(order.draw, begun)
        _write(order, run, rows)
        _finish(order, run, rows, now)
    except TakenOver:
        logger.info("freeze order %s was taken over by another worker", order.pk)
    except QuizError as error:
        going = FreezeOrder.objects.under_way().filter(pk=order.pk, run=run)
        going.update(ended_at=timezone.now(), problem=error.message[:200])
        raise


def resume_freezes(*, now: datetime | None = None) -> int:
    """Take up what a lost message or a dead worker left; returns how many."""
    orders = list(FreezeOrder.objects.due(now or timezone.now()))
    for order in orders:
        try:
            run_freeze(order=order)
        except Exception:  # whatever is wrong with one draw, the others are frozen
            logger.exception("the tickets of draw %s could not be frozen", order.draw_id)
    return len(orders)


def _send(order: FreezeOrder) -> None:
    # By its name, for its module imports this one.
    signature("quiz.tasks.freeze_tickets", args=(order.pk,)).apply_async()


def _check(draw: Draw, now: datetime) -> None:
    """That the draw can be frozen; `QuizError`."""
    if draw.is_withdrawn:
        raise QuizError("draw_withdrawn")
    if draw.state != Draw.State.ANNOUNCED:
        raise QuizError("draw_frozen")
    if draw.is_missed(now):
        raise QuizError("draw_value_out")
    competition = draw.competition
    if competition.state_at(now) != Competition.State.CLOSED:
        raise QuizError("draw_not_closed")
    if not competition.is_settled(now):
        raise QuizError("draw_not_final")
    if Attempt.objects.unfinished().filter(competition=competition).exists():
        raise QuizError("draw_not_handed_in")
    refuse_undecided(competition)


def _locked(pk: int) -> Draw:
    """The draw, held so that its tickets may be written: who writes them holds the order first."""
    found = Draw.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("competition").get(pk=pk)


def _take(order: FreezeOrder, run: UUID) -> None:
    taken = FreezeOrder.objects.under_way().filter(pk=order.pk)
    if not taken.update(run=run, touched_at=timezone.now()):
        raise TakenOver


def _note(order: FreezeOrder, run: UUID, **values) -> None:
    """Write to the row of the order while it is this run's, in the transaction of what it tells."""
    mine = FreezeOrder.objects.under_way().filter(pk=order.pk, run=run)
    if not mine.update(touched_at=timezone.now(), **values):
        raise TakenOver


def _coded(draw: Draw, now: datetime) -> list[bytes]:
    """Code and member of every ticket in 24 bytes, in the order of the codes.

    Two million of these take a fifth of the room of as many rows. `QuizError("draw_no_tickets")`.
    """
    rows = sorted(
        bytes.fromhex(lottery.ticket_code(draw.salt, member)) + member.to_bytes(MEMBER_BYTES, "big")
        for member in draw.entitled(now).iterator(chunk_size=CHUNK)
    )
    if not rows:
        raise QuizError("draw_no_tickets")
    return rows


def _write(order: FreezeOrder, run: UUID, rows: Sequence[bytes]) -> None:
    done = _written(order, run, rows)
    _note(order, run, total=len(rows), written=done)
    while done < len(rows):
        chunk = rows[done : done + CHUNK]
        with transaction.atomic():
            # First, for it holds the row: what takes over waits for this chunk, and counts it.
            _note(order, run, written=done + len(chunk))
            Ticket.objects.bulk_create(
                Ticket(draw_id=order.draw_id, number=number, code=code, member_id=member)
                for number, code, member in _unpacked(chunk, done)
            )
        done += len(chunk)


def _written(order: FreezeOrder, run: UUID, rows: Sequence[bytes]) -> int:
    """How many of `rows` stand written as they should; 0, and none of them, when any differs."""
    tickets = Ticket.objects.filter(draw=order.draw_id)
    stored = tickets.order_by("number").values_list("number", "code", "member_id")
    pairs = zip(stored.iterator(chunk_size=CHUNK), _unpacked(rows), strict=False)
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if same == tickets.count():
        return same
    while some := list(tickets.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            _note(order, run, written=0)
            Ticket.objects.filter(pk__in=some).delete()
    return 0


def _finish(order: FreezeOrder, run: UUID, rows: Sequence[bytes], now: datetime | None) -> None:
    listed = ((number, code) for number, code, _member in _unpacked(rows))
    name, list_hash = keep_list(draw=order.draw, tickets=listed)
    try:
        # What counts is when the list is fixed: writing it takes minutes.
        _fix(order, run, now or timezone.now(), name, list_hash, len(rows))
    except Exception:
        default_storage.delete(name)
        raise


def _fix(
    order: FreezeOrder, run: UUID, now: datetime, name: str, list_hash: str, count: int
) -> None:
    with transaction.atomic():
        draw = _locked(order.draw_id)
        _note(order, run, ended_at=timezone.now())
        _check(draw, now)
        draw.list_file, draw.list_hash, draw.ticket_count = name, list_hash, count
        draw.state, draw.frozen_at = Draw.State.FROZEN, now
        draw.save(update_fields=["list_file", "list_hash", "ticket_count", "state", "frozen_at"])
        data = {"list_hash": draw.list_hash, "ticket_count": draw.ticket_count}
        log(draw, "quiz.draw.freeze", user=order.by, data=data)


def _unpacked(rows: Sequence[bytes], start: int = 0) -> Iterator[tuple[int, str, int]]:
    """(number, code, member id) of `rows`, whose first is at place `start` of all."""
    for number, row in enumerate(rows, start=start + 1):
        yield number, row[:-MEMBER_BYTES].hex(), int.from_bytes(row[-MEMBER_BYTES:], "big")
