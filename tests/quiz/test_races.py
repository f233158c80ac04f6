"""Many at once: exactly one effect. Each race is also shown to happen without its guard."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, models, transaction
from django.utils import timezone

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Board, Competition, Round, Standing, StandingChange, UnionStanding
from quiz.services import attempts as module
from quiz.services import folding
from quiz.services.dates import cut_attempts
from tests.factories.quiz import CompetitionFactory, QuestionBankFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 20
CROWD = 100
# What a server of PostgreSQL has to spare for tests; whoever finds none waits, as in a pool.
CONNECTIONS = threading.BoundedSemaphore(80)


def at_once(call, arguments):
    """Run `call` on each of `arguments`, all released at a barrier; what they return or raise."""
    barrier = threading.Barrier(len(arguments))
    found = [None] * len(arguments)

    def run(place, argument):
        barrier.wait()
        with CONNECTIONS:
            try:
                found[place] = call(argument)
            except Exception as error:  # noqa: BLE001 – the test looks at it
                found[place] = error
            finally:
                connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, argument))
        for place, argument in enumerate(arguments)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def one_try_left():
    """A member who has used two of three tries today, and the competition."""
    member, competition = MemberFactory(), CompetitionFactory(daily_tries=3)
    for _try in range(2):
        services.submit_attempt(
            attempt=services.start_attempt(competition=competition, member=member)
        )
    return member, competition


def test_parallel_starts_with_one_try_left_make_exactly_one_attempt(one_try_left):
    member, competition = one_try_left
    found = at_once(
        lambda _n: services.start_attempt(competition=competition, member=member).pk,
        range(CROWD),
    )
    assert Attempt.objects.filter(member=member).count() == 3
    assert set(found) == {Attempt.objects.unfinished().get().pk}


def all_read_before_anyone_writes(one_try_left, monkeypatch):
    """Four starts beside each other, without the transaction that keeps them apart on SQLite."""
    member, competition = one_try_left
    everyone_has_read = threading.Barrier(4)
    draw = module.draw_paper

    def draw_together(*args):
        everyone_has_read.wait(timeout=30)
        return draw(*args)

    monkeypatch.setattr(module, "draw_paper", draw_together)
    return at_once(
        lambda _n: module._open_or_new(competition, member, timezone.now(), module.SECURE),
        range(4),
    )


@pytest.fixture
def without_the_keys():
    """The table of attempts without its unique keys."""
    whole = Attempt._meta.constraints
    # In this order: SQLite makes the table anew for a key without a condition.
    keys = sorted(
        (key for key in whole if isinstance(key, models.UniqueConstraint)),
        key=lambda key: key.condition is not None,
    )
    Attempt._meta.constraints = [key for key in whole if key not in keys]
    with connection.schema_editor() as editor:
        for key in reversed(keys):
            editor.remove_constraint(Attempt, key)
    yield
    Attempt.objects.all().delete()
    with connection.schema_editor() as editor:
        for key in keys:
            Attempt._meta.constraints = [*Attempt._meta.constraints, key]
            editor.add_constraint(Attempt, key)
    Attempt._meta.constraints = whole


@pytest.mark.usefixtures("without_the_keys")
def test_without_the_unique_keys_one_try_makes_several_attempts(one_try_left, monkeypatch):
    """What the keys are for: without them every one of the starts begins an attempt."""
    member, _competition = one_try_left
    all_read_before_anyone_writes(one_try_left, monkeypatch)
    assert Attempt.objects.filter(member=member).count() == 2 + 4
    assert Attempt.objects.unfinished().count() == 4


def test_without_the_transaction_and_its_handling_the_same_race_happens(one_try_left, monkeypatch):
    """All read that one try is left before anyone writes; only the unique keys stop the others."""
    member, _competition = one_try_left
    found = all_read_before_anyone_writes(one_try_left, monkeypatch)
    assert sorted(type(result).__name__ for result in found) == [
        "Attempt",
        "IntegrityError",
        "IntegrityError",
        "IntegrityError",
    ]
    assert Attempt.objects.filter(member=member).count() == 3


@pytest.mark.parametrize("in_round", [False, True])
def test_a_start_that_is_under_way_is_cut_by_a_close_that_waits_for_it(in_round):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    round = RoundFactory(competition=competition) if in_round else None
    member, begun, ended = MemberFactory(), threading.Event(), threading.Event()

    def begin():
        try:
            with transaction.atomic():
                services.start_attempt(competition=competition, member=member)
                begun.set()
                # Over at once without the lock that the start holds until it commits.
                ended.wait(timeout=1)
        finally:
            connections.close_all()

    starting = threading.Thread(target=begin)
    starting.start()
    assert begun.wait(timeout=30)
    with transaction.atomic():
        held = services.hold_dates(competition)
        moved = round or held
        moved.closes_at = timezone.now() + timedelta(minutes=1)
        moved.save(update_fields=["closes_at"])
        cut = cut_attempts(competition=held)
    ended.set()
    starting.join()
    assert cut == 1
    assert Attempt.objects.get().deadline == moved.closes_at


@pytest.mark.parametrize(("in_round", "code"), [(False, "coming"), (True, "round_coming")])
def test_a_start_that_waits_is_refused_by_an_opening_that_is_moved_to_later(in_round, code):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    round = RoundFactory(competition=competition) if in_round else None
    # With the dates before the move, as the view reads them.
    read_before = Competition.objects.for_screens().get(pk=competition.pk)
    member, refused, ended = MemberFactory(), [], threading.Event()

    def begin():
        try:
            services.start_attempt(competition=read_before, member=member, round=round)
        except QuizError as error:
            refused.append(error.code)
        finally:
            connections.close_all()
            ended.set()

    starting = threading.Thread(target=begin)
    with transaction.atomic():
        moved = services.hold_dates(competition)
        if in_round:
            moved = Round.objects.get(pk=round.pk)
        moved.opens_at = timezone.now() + timedelta(minutes=1)
        moved.save(update_fields=["opens_at"])
        starting.start()
        # Over at once without the lock that the start waits for until this commits.
        ended.wait(timeout=1)
    starting.join()
    assert refused == [code]
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("gone", [False, True])
def test_a_start_that_waits_finds_that_its_round_is_over_by_now(monkeypatch, gone):
    competition = CompetitionFactory(bank=QuestionBankFactory(questions=4))
    round = RoundFactory(competition=competition)
    share = module.share_dates

    def share_late(found):
        # What whoever held the competition until now has written.
        rounds = Round.objects.filter(pk=round.pk)
        if gone:
            rounds.delete()
        else:
            rounds.update(closes_at=timezone.now() - timedelta(minutes=1))
        share(found)

    monkeypatch.setattr(module, "share_dates", share_late)
    with pytest.raises(QuizError) as raised:
        services.start_attempt(competition=competition, member=MemberFactory())
    assert raised.value.code == "round_over"
    assert not Attempt.objects.exists()


def test_parallel_submits_count_once():
    attempt = services.start_attempt(competition=CompetitionFactory(), member=MemberFactory())
    answer_all(attempt, right=3)
    found = at_once(lambda _n: services.submit_attempt(attempt=attempt).points, range(THREADS))
    services.fold_changes()
    assert found == [30] * THREADS
    assert set(Standing.objects.values_list("completions", flat=True)) == {1}
    assert UnionStanding.objects.get().completions == 1


def test_parallel_saves_of_different_questions_lose_none():
    attempt = services.start_attempt(
        competition=CompetitionFactory(draw=10), member=MemberFactory()
    )
    names = [item.options[0][0] for item in attempt.drawn().items]
    answers = [services.Answer(n, (name,), 1) for n, name in enumerate(names, start=1)]
    at_once(lambda answer: services.save_answer(attempt=attempt, answer=answer), answers)
    attempt.refresh_from_db()
    assert attempt.chosen() == {n: [name] for n, name in enumerate(names, start=1)}


def test_of_parallel_saves_to_one_question_the_latest_sequence_stands():
    attempt = services.start_attempt(competition=CompetitionFactory(), member=MemberFactory())
    names = [name for name, _place in attempt.drawn().items[0].options]
    answers = [services.Answer(1, (names[n % 4],), n) for n in range(1, THREADS + 1)]
    found = at_once(lambda answer: services.save_answer(attempt=attempt, answer=answer), answers)
    assert all(isinstance(result, services.Saved | QuizError) for result in found)
    attempt.refresh_from_db()
    assert attempt.answers["1"]["sequence"] == THREADS


def test_colleagues_who_hand_in_together_are_all_counted_for_their_union():
    union, competition = UnionFactory(), CompetitionFactory()
    attempts = [
        services.start_attempt(competition=competition, member=member)
        for member in MemberFactory.create_batch(10, union=union)
    ]
    at_once(lambda attempt: services.submit_attempt(attempt=attempt), attempts)
    services.fold_changes()
    counted = UnionStanding.objects.get()
    assert (counted.participants, counted.completions) == (10, 10)


def begun(count, **kwargs):
    competition = CompetitionFactory()
    return competition, [
        services.start_attempt(competition=competition, member=member)
        for member in MemberFactory.create_batch(count, **kwargs)
    ]


def test_a_rebuild_and_the_writer_among_submits_lose_nothing_and_count_nothing_twice():
    competition, attempts = begun(8, union=UnionFactory())

    def act(attempt):
        if attempt == "rebuild":
            return services.rebuild_standings(competition=competition, now=timezone.now())
        if attempt == "fold":
            return services.fold_changes()
        return services.submit_attempt(attempt=attempt)

    found = at_once(act, [*attempts, "rebuild", "fold", "rebuild", "fold"])
    assert not [result for result in found if isinstance(result, Exception)]
    services.fold_changes()
    assert Standing.objects.count() == 16  # the total board and that of the day
    counted = UnionStanding.objects.get()
    assert (counted.participants, counted.completions) == (8, 8)
    assert not StandingChange.objects.exists()


def test_parallel_writers_count_each_change_once():
    _competition, attempts = begun(6, union=UnionFactory())
    for attempt in attempts:
        services.submit_attempt(attempt=attempt)
    at_once(lambda _n: services.fold_changes(), range(6))
    assert UnionStanding.objects.get().participants == 6


def test_without_the_lock_two_writers_count_a_change_twice(monkeypatch):
    """Both have read the change before either deletes it."""
    _competition, attempts = begun(1)
    services.submit_attempt(attempt=attempts[0])
    both_have_read = threading.Barrier(2)
    counted = folding._add_to_unions

    def count_together(*args):
        both_have_read.wait(timeout=30)
        with one_at_a_time:  # no lost update: what is shown is the double count
            counted(*args)

    one_at_a_time = threading.Lock()
    monkeypatch.setattr(folding, "_add_to_unions", count_together)
    board = Board.objects.select_related("competition").get(kind=Board.Kind.TOTAL)
    at_once(lambda _n: folding._fold(board, folding.BATCH), range(2))
    assert UnionStanding.objects.get().participants == 2
