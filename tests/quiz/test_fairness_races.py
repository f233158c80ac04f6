"""Two of the staff press at once: one effect. Each race is also shown without its lock."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Draw, Ticket, Win
from quiz.services import draws as module
from tests.factories.quiz import CompetitionFactory, DrawFactory
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
    services.freeze_tickets(draw=draw, by=staff)
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
    services.freeze_tickets(draw=draw, by=staff)
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


class _nothing:
    def __init__(self, *_args, **_kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        return False
