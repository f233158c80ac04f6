"""A bank in memory: read once after each change, and not at all for a save."""

import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quiz import pools, services
from quiz.errors import QuizError
from quiz.models import QuestionBank
from tests.factories.quiz import CompetitionFactory, ids_of, make_question
from tests.factories.unions import MemberFactory


def saved(attempt, number):
    """How many statements it takes to save an answer to question `number`."""
    answer = services.Answer(number, tuple(ids_of(attempt, number, right=True)), 1)
    with CaptureQueriesContext(connection) as captured:
        services.save_answer(attempt=attempt, answer=answer)
    return len(captured)


@pytest.mark.django_db
def test_a_save_right_after_a_change_of_the_bank_reads_nothing_more():
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    usual = saved(attempt, 1)
    make_question(competition.bank, number=99)
    assert saved(attempt, 2) == usual


@pytest.mark.django_db
def test_a_save_still_knows_the_kind_of_what_the_bank_took_back():
    competition = CompetitionFactory()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    competition.bank.questions.update(state="retired")
    services.touch_bank(bank=competition.bank)
    pools.pool_of(competition.bank)
    two = services.Answer(1, tuple(ids_of(attempt, 1, right=False))[:2], 1)
    with pytest.raises(QuizError) as refused:
        services.save_answer(attempt=attempt, answer=two)
    assert refused.value.code == "one_option_only"


@pytest.mark.django_db
def test_a_start_right_after_a_change_draws_from_the_bank_as_it_is_now():
    competition = CompetitionFactory(draw=12)
    services.start_attempt(competition=competition, member=MemberFactory())
    new = make_question(competition.bank, number=99)
    competition.rules.update(count=13)
    competition.refresh_from_db()
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    assert new.current_id in attempt.drawn().versions


def test_threads_that_meet_a_changed_bank_at_once_read_it_once(monkeypatch):
    bank = QuestionBank(pk=-1)
    reads, together = [], threading.Barrier(2)

    def read(asked):
        reads.append(asked)
        with suppress(threading.BrokenBarrierError):
            together.wait(0.3)  # passes at once when a second one reads too
        return pools.Pool(asked.version, (), {}, {}, {})

    monkeypatch.setattr(pools, "_read", read)
    monkeypatch.setattr(pools, "_pools", {})
    threads = [threading.Thread(target=pools.pool_of, args=(bank,)) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
