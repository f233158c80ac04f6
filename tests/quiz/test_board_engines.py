"""Every engine answers alike on any board; and boards go on when Redis does not."""

import socket
from contextlib import closing

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz import boards, services, tasks
from quiz.boards import chosen
from quiz.boards.engine import Entry, Window
from quiz.boards.guarded import GuardedEngine
from quiz.boards.redis import CopyMissing, CopyUnreachable, RedisEngine
from quiz.boards.sql import SqlEngine
from quiz.models import Board, Competition, Standing, StandingChange
from search.engines.breaker import Breaker
from tests.factories.quiz import CompetitionFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory
from tests.quiz.test_boards import played
from tests.quiz.test_ladder import events, set_cost

pytestmark = pytest.mark.django_db
# Costs as they are, of a few sizes: equal ones are frequent, large ones exact.
costs = st.sampled_from([0, 1, 2**24, 2**51, 2**51 + 1, 2**52 - 1])


def naive(stand, member_id, beside):
    """The window around `member_id` on a board of (cost, member id), counted by hand."""
    order = sorted(stand)
    place = next(n for n, (_cost, member) in enumerate(order) if member == member_id)
    first = max(place - beside, 0)
    found = order[first : place + beside + 1]
    return Window(
        entries=tuple(Entry(member, cost) for cost, member in found),
        own=place - first,
        position=first + 1,
        rank=sum(1 for cost, _member in order if cost < found[0][0]) + 1,
    )


def answers_rightly(engine, board, beside=2):
    """Ask everything the contract has and compare with counting by hand."""
    stand = list(Standing.objects.filter(board=board).values_list("cost", "member_id"))
    ordered = [Entry(member, cost) for cost, member in sorted(stand)]
    assert engine.size(board) == len(stand)
    for most in (1, 3, 50):
        assert engine.top(board, most) == ordered[:most]
    for cost in {0, 5, 2**52, *(cost for cost, _member in stand)}:
        assert engine.rank(board, cost) == sum(1 for other, _m in stand if other < cost) + 1
    for _cost, member_id in stand:
        assert engine.around(board, member_id, beside) == naive(stand, member_id, beside)
    assert engine.around(board, 10**9, beside) is None


@pytest.fixture
def members():
    return MemberFactory.create_batch(8, union=None)


@pytest.fixture(params=["total", "round"])
def board(request):
    """The total board of a competition, or that of a round."""
    round = RoundFactory()
    boards = Board.objects.needed(round.competition, (), {round.pk})
    return next(board for board in boards if board.kind == request.param)


@pytest.fixture(params=["sql", "redis"])
def asked(request, settings, board):
    """An engine, alone; for Redis also the settings that let the writer carry changes there."""
    if request.param == "sql":
        return SqlEngine()
    settings.REDIS_URL = request.getfixturevalue("redis_server").url
    return RedisEngine(settings.REDIS_URL)


def emptied(board):
    Standing.objects.all().delete()
    StandingChange.objects.all().delete()


def as_stored(board):
    """The board as the database has it now."""
    return Board.objects.select_related("competition").get(pk=board.pk)


ON_ONE_DATABASE = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@given(st.lists(costs, max_size=8))
@settings(max_examples=40, **ON_ONE_DATABASE)
def test_an_engine_answers_as_counting_by_hand(asked, board, members, values):
    emptied(board)
    for member, cost in zip(members, values, strict=False):
        set_cost(board, member, cost)
    services.fold_changes()
    services.copy_board(board_id=board.pk)
    answers_rightly(asked, as_stored(board))


@pytest.mark.parametrize("counting", Competition.Counting.values)
@given(events)
@settings(max_examples=25, **ON_ONE_DATABASE)
def test_an_engine_follows_every_change_once_it_is_folded(
    asked, board, members, counting, happened
):
    Competition.objects.update(counting=counting)
    emptied(board)
    services.copy_board(board_id=board.pk)
    for event in happened:
        if isinstance(event, str):
            services.fold_changes()
        else:
            set_cost(board, members[event[0] % 8], event[1])
    services.fold_changes()
    fresh = as_stored(board)
    try:
        asked.size(fresh)
    except CopyMissing:  # a place got worse on a board that only gets better: given up, built anew
        services.copy_board(board_id=board.pk)
        fresh = as_stored(board)
    answers_rightly(asked, fresh)


@pytest.fixture
def with_redis(redis_server, settings):
    """A site with Redis; every test begins with a closed breaker."""
    settings.REDIS_URL = redis_server.url
    chosen._guarded.cache_clear()
    yield redis_server
    chosen._guarded.cache_clear()


def both(board):
    """The same board from both engines."""
    fresh = as_stored(board)
    return chosen.copy().copy.top(fresh, 50), SqlEngine().top(fresh, 50)


def total(competition):
    return Board.objects.get(competition=competition, kind=Board.Kind.TOTAL)


def test_boards_go_on_from_sql_when_redis_stops_and_agree_afterwards(client, with_redis):
    clock = [0.0]
    chosen.copy().breaker = Breaker(failures=1, clock=lambda: clock[0])
    competition = CompetitionFactory()
    played(competition, right=2)
    assert services.copy_boards() == 2
    address = reverse("quiz:leaderboard", args=[competition.slug])
    with_redis.stop()
    played(competition, right=4)
    assert [row.points for row in boards.top(competition, None)] == [40, 20]
    assert client.get(address).status_code == 200
    with_redis.start()
    clock[0] = 60.0
    assert [row.points for row in boards.top(competition, None)] == [40, 20]
    tasks.keep_boards_quick.delay()
    copy, truth = both(total(competition))
    assert copy == truth
    assert len(copy) == 2


def test_a_copy_that_lost_a_fold_is_not_believed_when_the_server_is_back(with_redis):
    competition = CompetitionFactory()
    played(competition, right=2)
    services.copy_boards()
    before = total(competition)
    played(competition, right=4)
    copy = RedisEngine(with_redis.url)
    assert copy.size(before) == 2
    Board.objects.update(folds=99)  # as a server that came back with an old file looks
    with pytest.raises(CopyMissing):
        copy.size(total(competition))
    assert boards.participants(competition) == 2


def test_a_better_cost_shows_right_after_the_commit(with_redis, django_capture_on_commit_callbacks):
    competition = CompetitionFactory()
    member = played(competition, right=1)
    services.copy_boards()
    attempt = services.start_attempt(competition=competition, member=member)
    answer_all(attempt, right=4)
    with django_capture_on_commit_callbacks(execute=True):
        services.submit_attempt(attempt=attempt)
    assert StandingChange.objects.exists()  # not folded yet
    copy, truth = both(total(competition))
    assert copy == truth
    assert [row.points for row in boards.top(competition, None)] == [40]


def test_what_a_submit_could_not_show_comes_with_the_next_fold(with_redis):
    competition = CompetitionFactory()
    member = played(competition, right=1)
    services.copy_boards()
    attempt = services.start_attempt(competition=competition, member=member)
    answer_all(attempt, right=4)
    services.submit_attempt(attempt=attempt)  # cut off before its on_commit
    copy, truth = both(total(competition))
    assert copy != truth
    services.fold_changes()
    copy, truth = both(total(competition))
    assert copy == truth


def test_a_worse_cost_gives_the_copy_up_until_it_is_built_anew(with_redis):
    competition = CompetitionFactory()
    member = played(competition, right=3)
    services.copy_boards()
    board = total(competition)
    set_cost(board, member, Standing.objects.filter(board=board).get().cost + 5)
    services.fold_changes()
    assert chosen.copy().lacks(total(competition))
    services.copy_boards()
    copy, truth = both(board)
    assert copy == truth


@pytest.fixture
def silent():
    """A server that takes connections and never answers."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_server_that_hangs_is_asked_once_and_again_after_a_while(board, silent):
    clock, asked = [0.0], []

    class Counted(RedisEngine):
        def top(self, *args):
            asked.append(args)
            return super().top(*args)  # gives up by itself, or this test never ends

    breaker = Breaker(failures=1, clock=lambda: clock[0])
    engine = GuardedEngine(Counted(silent), SqlEngine(), breaker)
    for _each in range(3):
        assert engine.top(board, 5) == []
    assert len(asked) == 1
    clock[0] = 60.0
    assert engine.top(board, 5) == []
    assert len(asked) == 2


def test_a_server_that_hangs_stops_no_submit(settings, silent, django_capture_on_commit_callbacks):
    settings.REDIS_URL = silent
    chosen._guarded.cache_clear()
    with django_capture_on_commit_callbacks(execute=True):
        played(CompetitionFactory())
    assert Standing.objects.count() == 2
    assert not StandingChange.objects.exists()


def test_a_server_that_is_not_there_is_told_from_a_copy_that_is_missing(board, redis_server):
    with pytest.raises(CopyMissing):
        RedisEngine(redis_server.url).size(board)
    redis_server.stop()
    with pytest.raises(CopyUnreachable):
        RedisEngine(redis_server.url).size(board)
