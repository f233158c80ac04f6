"""A rebuild brings members up to date on all boards at once, beside others who write to them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quiz import services
from quiz.models import Board, Case, Competition, Standing, StandingChange, UnionStanding
from quiz.services import cases, standings
from tests.factories.quiz import CompetitionFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory, UnionFactory
from tests.quiz.test_board_migration import migrate
from tests.quiz.test_boards import snapshot
from tests.quiz.test_races import at_once
from tests.quiz.test_round_boards import DAY, FIELDS, played

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def competition():
    return CompetitionFactory(
        opens_at=timezone.now() - 9 * DAY,
        counting=Competition.Counting.SUM_OF_ROUNDS,
        catch_up=True,
        daily_tries=5,
    )


def played_on(competition, days, members, **kwargs):
    """A round that opened so many days ago, which each of `members` sat on its day."""
    round = RoundFactory(competition=competition, days=-days)
    for member in members:
        played(round, member, now=timezone.now() - days * DAY, **kwargs)
    return round


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] for query in captured]


def test_a_members_attempts_are_read_once_however_many_boards_there_are(competition):
    members = MemberFactory.create_batch(3)
    boards = []

    def chunk():
        return services.standings.rebuild_next(boards=boards, after=0, now=timezone.now())

    counts = []
    for days in (1, 2, 3, 4):
        played_on(competition, days, members)
        boards = services.standings.standing_boards(competition, timezone.now())
        counts.append(len(statements(chunk)))
    assert len(boards) == 9
    assert len(set(counts)) == 1


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 2000])
def test_chunks_of_any_size_give_what_the_submits_gave(competition, monkeypatch, chunk):
    monkeypatch.setattr(standings, "REBUILD_CHUNK", chunk)
    early, both, late = MemberFactory.create_batch(3)
    played_on(competition, 2, [early, both], right=1)
    played_on(competition, 1, [both, late, early], right=3)
    before = snapshot(Standing, *FIELDS)
    assert len(before) == 3 + 5 + 5
    Standing.objects.filter(member=both).update(points=0, cost=0)
    Standing.objects.filter(member=early).delete()
    Standing.objects.filter(member=late, board__kind=Board.Kind.DAY).delete()
    gone = MemberFactory()
    for board in Board.objects.filter(competition=competition):
        Standing.objects.create(board=board, member=gone, points=10, cost=9, completions=1)
    assert services.rebuild_standings(competition=competition) == 3
    assert snapshot(Standing, *FIELDS) == before
    assert not StandingChange.objects.exists()


def test_who_stands_on_a_board_of_a_day_alone_disappears_too(competition):
    played_on(competition, 1, [MemberFactory()])
    day = Board.objects.get(kind=Board.Kind.DAY)
    Standing.objects.create(board=day, member=MemberFactory(), cost=9, completions=1)
    services.rebuild_standings(competition=competition)
    assert Standing.objects.count() == 3


def test_where_nothing_changed_nothing_is_written(competition):
    played_on(competition, 1, MemberFactory.create_batch(3))
    boards = services.standings.standing_boards(competition, timezone.now())
    sent = statements(
        lambda: services.standings.rebuild_next(boards=boards, after=0, now=timezone.now())
    )
    assert not [sql for sql in sent if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def in_thread(call, errors):
    """Begin `call` beside this thread; what it raises goes into `errors`."""

    def run():
        try:
            call()
        except Exception as error:  # noqa: BLE001 – the test looks at it
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_hands_in_while_a_rebuild_has_read_the_attempts_loses_nothing(competition, monkeypatch):
    member = MemberFactory()
    round = played_on(competition, 1, [member], right=1)
    attempt = services.start_attempt(competition=competition, member=member, round=round)
    answer_all(attempt, right=3)
    Standing.objects.update(points=0)  # so that the rebuild has something to write
    read, handed_in, errors = threading.Event(), threading.Event(), []
    overwrite = standings._overwrite

    def after_the_submit(rows):
        if threading.current_thread() is not threading.main_thread():
            read.set()
            # Over at once without the locks that the rebuild holds until it commits.
            handed_in.wait(timeout=1)
        overwrite(rows)

    monkeypatch.setattr(standings, "_overwrite", after_the_submit)
    rebuilding = in_thread(lambda: services.rebuild_standings(competition=competition), errors)
    assert read.wait(timeout=30)
    services.submit_attempt(attempt=attempt)
    handed_in.set()
    rebuilding.join()
    assert not errors
    on_two = Standing.objects.filter(member=member).exclude(board__kind=Board.Kind.DAY)
    assert set(on_two.values_list("points", "completions")) == {(30, 2)}


def test_a_case_of_several_members_and_a_rebuild_do_not_wait_for_each_other_for_ever(
    competition, monkeypatch
):
    low, high = MemberFactory.create_batch(2)
    played_on(competition, 1, [high, low])  # the attempt of the one of the higher key first
    case = Case.objects.create(
        competition=competition, signal=Case.Signal.TWINS, day=timezone.localdate(),
        key="1", created_at=timezone.now(),
    )  # fmt: skip
    case.attempts.set(competition.attempts.all())
    first_is_void, rebuilt, errors = threading.Event(), threading.Event(), []
    void = cases.void_attempt

    def void_one_then_let_the_rebuild_begin(**kwargs):
        void(**kwargs)
        if not first_is_void.is_set():
            first_is_void.set()
            rebuilt.wait(timeout=1)  # in vain, for it waits for this case

    monkeypatch.setattr(cases, "void_attempt", void_one_then_let_the_rebuild_begin)
    keeper = MemberFactory(is_staff=True)
    deciding = in_thread(
        lambda: services.decide_case(case=case, upheld=True, note="一人代答。", by=keeper), errors
    )
    assert first_is_void.wait(timeout=30)
    services.rebuild_standings(competition=competition)
    rebuilt.set()
    deciding.join()
    assert not errors
    assert not Standing.objects.exists()


@pytest.mark.parametrize("chunk", [3, 2000])
def test_rebuilds_among_submits_voids_and_folds_lose_nothing(competition, monkeypatch, chunk):
    monkeypatch.setattr(standings, "REBUILD_CHUNK", chunk)
    members = MemberFactory.create_batch(8, union=UnionFactory())
    keeper = MemberFactory(is_staff=True)
    played_on(competition, 2, members[:5], right=1)
    round = played_on(competition, 1, members[2:7], right=2)
    today = RoundFactory(competition=competition)
    void = list(competition.attempts.filter(round=round)[:3])
    begun = [
        services.start_attempt(competition=competition, member=member, round=today)
        for member in members
    ]

    def act(what):
        if what == "rebuild":
            return services.rebuild_standings(competition=competition)
        if what == "fold":
            return services.fold_changes()
        if what in void:
            return services.void_attempt(attempt=what, reason="代答。", by=keeper)
        return services.submit_attempt(attempt=what)

    found = at_once(act, [*begun, *void, *["rebuild", "fold"] * 3])
    assert not [result for result in found if isinstance(result, Exception)]
    services.fold_changes()
    after = snapshot(Standing, *FIELDS), snapshot(UnionStanding, "union", "completions", "points")
    assert len(after[0]) == 8 + (5 + 2 + 8) * 2
    assert services.rebuild_standings(competition=competition) == 8
    again = snapshot(Standing, *FIELDS), snapshot(UnionStanding, "union", "completions", "points")
    assert again == after
    assert UnionStanding.objects.get().completions == 5 + 2 + 8


def test_a_run_that_was_under_way_board_by_board_begins_anew():
    now = timezone.now()
    competition = CompetitionFactory(
        opens_at=now - 3 * DAY, freeze_at=now - DAY, closes_at=now - timedelta(hours=1)
    )
    try:
        old = migrate([("quiz", "0061_fill_round_boards")])
        board = old.get_model("quiz", "Board").objects.create(
            competition_id=competition.pk, kind="total"
        )
        old.get_model("quiz", "ThawRun").objects.create(
            competition_id=competition.pk, board=board, reached=9, started_at=now
        )
    finally:
        new = migrate()
    assert new.get_model("quiz", "ThawRun").objects.get().reached == 0
