"""Two of the staff press at once: one effect. Each race is also shown without its lock."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Competition, Dispute, Draw, FreezeOrder, Question, Ticket, Win
from quiz.services import alternates, disputes, freezing, reviewing
from quiz.services import draws as module
from tests.factories.quiz import (
    CompetitionFactory,
    DrawFactory,
    QuestionBankFactory,
    make_question,
    value_comes,
)
from tests.factories.unions import MemberFactory
from tests.quiz.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6


@pytest.fixture
def draw():
    """An announced draw of a closed competition with five entrants."""
    competition = CompetitionFactory()
    for member in MemberFactory.create_batch(5):
        services.submit_attempt(
            attempt=services.start_attempt(competition=competition, member=member)
        )
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()
    return DrawFactory(competition=competition)


def outcomes(found):
    return sorted(r.code if isinstance(r, QuizError) else type(r).__name__ for r in found)


def test_two_who_freeze_at_once_freeze_once(draw):
    staff = MemberFactory()
    found = at_once(lambda _n: services.freeze_tickets(draw=draw, by=staff), range(THREADS))
    first, *others = outcomes(found)
    assert first == "Draw"
    assert set(others) <= {"draw_freezing", "draw_frozen"}
    assert Ticket.objects.count() == 5


def test_two_who_reveal_at_once_draw_once(draw):
    staff = MemberFactory()
    value_comes(services.freeze_tickets(draw=draw, by=staff))
    found = at_once(
        lambda n: services.reveal_winners(draw=draw, public_value=f"值{n}", by=staff),
        range(THREADS),
    )
    assert outcomes(found) == ["Draw", *["draw_done"] * (THREADS - 1)]
    assert Win.objects.count() == 2
    draw.refresh_from_db()
    assert draw.record().winners == tuple(
        Win.objects.order_by("place").values_list("ticket__number", flat=True)
    )


def test_without_the_lock_both_would_draw(draw, monkeypatch):
    """All read that it is not drawn yet before anyone writes."""
    staff = MemberFactory()
    value_comes(services.freeze_tickets(draw=draw, by=staff))
    everyone_has_read = threading.Barrier(2)
    enter = module._enter_wins

    def read_together(*_args):
        found = Draw.objects.select_related("competition").get(pk=draw.pk)
        everyone_has_read.wait(timeout=30)
        return found

    monkeypatch.setattr(module, "_locked", read_together)
    monkeypatch.setattr(module.transaction, "atomic", _nothing)
    monkeypatch.setattr(module, "_enter_wins", lambda *args: passed.append(enter) or None)
    passed: list = []
    at_once(lambda n: services.reveal_winners(draw=draw, public_value=f"值{n}", by=staff), range(2))
    assert len(passed) == 2


def freeze_or_withdraw(draw, monkeypatch):
    """(whether a freeze was ordered, whether the draw was withdrawn), both pressed at once.

    The freeze comes when the withdrawal has seen that none is under way, and has not written yet.
    """
    staff, has_looked, ordered = MemberFactory(), threading.Event(), threading.Event()
    look = Draw.obstacle_to_withdrawal

    def look_and_wait(self):
        found = look(self)
        has_looked.set()
        ordered.wait(timeout=1)  # with the lock the freeze can't be through before us
        return found

    def order(_draw):
        has_looked.wait(timeout=30)
        try:
            return services.order_freeze(draw=draw, by=staff, send=False)
        finally:
            ordered.set()

    monkeypatch.setattr(Draw, "obstacle_to_withdrawal", look_and_wait)
    calls = [order, lambda draw: services.withdraw_draw(draw=draw, reason="写错了", by=staff)]
    frozen, taken_back = at_once(lambda call: call(draw), calls)
    draw.refresh_from_db()
    assert draw.is_withdrawn == (not isinstance(taken_back, Exception))
    assert FreezeOrder.objects.exists() == (not isinstance(frozen, Exception))
    return not isinstance(frozen, Exception), not isinstance(taken_back, Exception)


def test_a_draw_is_withdrawn_or_frozen_and_never_both(draw, monkeypatch):
    assert freeze_or_withdraw(draw, monkeypatch) == (False, True)


def test_without_the_lock_a_withdrawn_draw_would_be_frozen_too(draw, monkeypatch):
    found = Draw.objects.select_related("competition")
    monkeypatch.setattr(module, "_locked", lambda draw: found.get(pk=draw.pk))
    monkeypatch.setattr(freezing, "_locked", lambda pk: found.get(pk=pk))
    monkeypatch.setattr(module.transaction, "atomic", _nothing)
    assert freeze_or_withdraw(draw, monkeypatch) == (True, True)


def test_many_who_freeze_and_withdraw_at_once_do_one_of_both(draw):
    staff = MemberFactory()
    calls = [
        lambda: services.freeze_tickets(draw=draw, by=staff),
        lambda: services.withdraw_draw(draw=draw, reason="写错了", by=staff),
    ]
    found = at_once(lambda n: calls[n % 2](), range(THREADS))
    first, *others = outcomes(found)
    assert first == "Draw"
    draw.refresh_from_db()
    if draw.is_withdrawn:
        assert set(others) == {"draw_withdrawn"}
        assert not Ticket.objects.exists()
    else:
        known = {"draw_freezing", "draw_frozen", "withdraw_freezing", "withdraw_frozen"}
        assert set(others) <= known
        assert Ticket.objects.count() == draw.ticket_count == 5


@pytest.fixture
def expired(draw):
    """A draw whose two winners did not claim in time, with three alternates."""
    Draw.objects.update(alternates=3)
    staff = MemberFactory()
    services.freeze_tickets(draw=draw, by=staff)
    services.reveal_winners(draw=value_comes(draw), public_value="1", by=staff)
    Win.objects.filter(alternate=False).update(claim_until=timezone.now() - timedelta(days=1))
    return draw


def test_runs_at_once_let_each_alternate_move_up_once(expired):
    found = at_once(lambda _n: services.promote_alternates(draw=expired), range(THREADS))
    assert sorted(found) == [*[0] * (THREADS - 1), 2]
    moved = Win.objects.filter(alternate=True, prize__isnull=False).order_by("place")
    assert [win.place for win in moved] == [3, 4]
    assert [win.replaces.place for win in moved] == [1, 2]


def test_without_the_lock_both_runs_would_let_the_same_one_move_up(expired, monkeypatch):
    """Both read who has lost a prize before either writes."""
    everyone_has_read = threading.Barrier(2)
    lapsed, chosen = alternates.lapsed_wins, []

    def read_together(draw, now, **_lock):
        found = lapsed(draw, now)
        everyone_has_read.wait(timeout=30)
        return found

    monkeypatch.setattr(alternates, "lapsed_wins", read_together)
    monkeypatch.setattr(alternates, "_locked", lambda draw: draw)
    monkeypatch.setattr(alternates.transaction, "atomic", _nothing)
    monkeypatch.setattr(alternates, "_promote", lambda _d, _w, who, _n: chosen.append(who.place))
    at_once(lambda _n: services.promote_alternates(draw=expired), range(2))
    assert sorted(chosen) == [3, 3, 4, 4]


def test_a_claim_and_the_next_run_never_both_have_the_prize(expired):
    Win.objects.filter(place=1).update(claim_until=timezone.now() + timedelta(days=1))
    first = Win.objects.get(place=1)
    later = timezone.now() + timedelta(days=2)
    calls = [
        lambda: services.claim_win(win=first),
        lambda: services.promote_alternates(draw=expired, now=later),
    ]
    at_once(lambda n: calls[n % 2](), range(THREADS))
    first.refresh_from_db()
    assert (first.claimed_at is None) != (first.forfeited_at is None)
    moved = Win.objects.filter(replaces=first).count()
    assert moved == (first.forfeited_at is not None)


def test_who_publishes_one_question_and_who_publishes_all_never_wait_in_a_circle(monkeypatch):
    bank, writer, other = QuestionBankFactory(), MemberFactory(), MemberFactory()
    review = {"state": Question.State.REVIEW, "edited_by": writer}
    first, _second = (make_question(bank, **review) for _each in range(2))
    held, both_wait = threading.Event(), threading.Event()
    make = reviewing.latest_version

    def make_slowly(*args):
        held.set()
        both_wait.wait(timeout=1)  # until the other one waits for the question
        return make(*args)

    monkeypatch.setattr(reviewing, "latest_version", make_slowly)

    def publish(number):
        if number:
            return services.move_question(question=first, move="publish", member=other).state
        assert held.wait(timeout=30)
        return services.publish_waiting(bank=bank, member=other)

    assert at_once(publish, range(2)) == [1, Question.State.PUBLISHED]


@pytest.fixture
def reviewed():
    """An attempt whose key may be seen, with four questions to dispute."""
    attempt = services.start_attempt(competition=CompetitionFactory(), member=MemberFactory())
    services.submit_attempt(attempt=attempt)
    Competition.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    return Attempt.objects.select_related("competition").get()


def disputed(attempt, number):
    return services.dispute_reviewed(attempt=attempt, number=number, kind="key", text="有误")


def test_disputes_at_once_stay_below_the_limit(reviewed, monkeypatch):
    monkeypatch.setattr(disputes, "MOST_OPEN", 2)
    found = at_once(lambda number: disputed(reviewed, number), range(1, 5))
    assert outcomes(found) == ["Dispute", "Dispute", "too_many_disputes", "too_many_disputes"]


def test_without_the_lock_both_would_be_the_last_dispute(reviewed, monkeypatch):
    """Both have counted before either is entered."""
    everyone_has_counted = threading.Barrier(2)
    create = Dispute.objects.create

    def create_together(**fields):
        everyone_has_counted.wait(timeout=30)
        return create(**fields)

    monkeypatch.setattr(disputes, "MOST_OPEN", 1)
    monkeypatch.setattr(disputes, "_lock", lambda _member: None)
    monkeypatch.setattr(disputes.transaction, "atomic", _nothing)
    monkeypatch.setattr(Dispute.objects, "create", create_together)
    at_once(lambda number: disputed(reviewed, number), (1, 2))
    assert Dispute.objects.count() == 2


def test_two_who_answer_a_dispute_at_once_answer_it_once(reviewed):
    found = disputed(reviewed, 1)
    question, staff = found.version.question, MemberFactory()

    def decide(number):
        return services.decide_disputes(
            question=question,
            chosen=[found.pk],
            decision="answered",
            answer=f"答复{number}",
            by=staff,
        )

    assert outcomes(at_once(decide, range(THREADS))) == [*["decided"] * (THREADS - 1), "int"]


class _nothing:
    def __init__(self, *_args, **_kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        return False
