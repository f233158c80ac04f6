"""The boards of a competition beside bare SQL and bare Redis, all asked in one process."""

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.report import Result, paired, result
from quiz import boards, services
from quiz.models import Board, Competition, Standing, UnionStanding
from unions.models import Union


def each(calls: list[Callable[[], object]]) -> float:
    began = time.perf_counter()
    for call in calls:
        call()
    return time.perf_counter() - began


def board_results(competition: Competition, rounds: int) -> list[Result]:
    """Boards beside bare SQL that fetches the same: who, at which cost, with names and unions."""
    standings = Standing.objects.in_total(competition)
    count = standings.count()
    some = places(standings, count)
    joined = (
        "SELECT s.member_id, s.cost, m.display_name, m.nickname, u.path FROM quiz_standing s "
        "JOIN unions_member m ON m.id = s.member_id LEFT JOIN unions_union u ON u.id = s.union_id "
        "WHERE s.board_id = (SELECT id FROM quiz_board WHERE competition_id = %s "
        "AND kind = 'total') "
    )

    def bare_place(mine: Standing) -> None:
        own = ask(f"{joined} AND s.member_id = %s", competition.pk, mine.member_id)[0]
        rest = "AND (s.cost, s.member_id) {0} (%s, %s) ORDER BY s.cost {1}, s.member_id {1} LIMIT 2"
        keys = (competition.pk, own[1], own[0])
        ask(f"{joined} {rest.format('<', 'DESC')}", *keys)
        ask(f"{joined} {rest.format('>', 'ASC')}", *keys)
        ask(
            "SELECT count(*) FROM quiz_standing WHERE board_id = %s AND cost < %s",
            mine.board_id,
            own[1],
        )

    def bare_top() -> None:
        ask(f"{joined} ORDER BY s.cost, s.member_id LIMIT 50", competition.pk)

    top = [lambda: boards.top(competition, None)] * 10
    place = [lambda mine=mine: boards.place_of(competition, mine.member) for mine in some]
    bare = [lambda mine=mine: bare_place(mine) for mine in some]
    return [
        beside("board: top 50 / bare SQL", top, [bare_top] * 10, rounds, count),
        beside("board: rank and neighbours / bare SQL", place, bare, rounds, count),
    ]


def ask(sql: str, *values: object) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def places(standings, count: int) -> list[Standing]:
    """Some members from the top to the bottom of the board."""
    ordered = standings.select_related("member__union")
    shares = (0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999)
    return [ordered[int(count * share)] for share in shares]


def beside(
    name: str,
    ours: list[Callable[[], object]],
    theirs: list[Callable[[], object]],
    rounds: int,
    count: int,
) -> Result:
    each(ours[:1])  # what a process does once
    ratio = 1 / paired(lambda: each(ours), lambda: each(theirs), rounds)
    mine, bare_each = (each(side) / len(side) * 1e3 for side in (ours, theirs))
    note = f"{mine:.2f} ms among {count:,}, bare {bare_each:.2f}"
    return result(name, ratio, 2, at_least=False, note=note)


def redis_results(competition: Competition, rounds: int, folder: str) -> list[Result]:
    """The copy in a Redis of our own (its files in `folder`) beside the server's own calls.

    The names come from SQL on both sides.
    """
    if shutil.which("redis-server") is None:
        print("no redis-server on this machine: its part is left out")
        return []
    socket = f"{folder}/redis.sock"
    server = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        bare = redis.Redis(unix_socket_path=socket, decode_responses=True)
        until(bare.ping)
        settings.REDIS_URL = f"unix://{socket}"
        began = time.perf_counter()
        standings = Standing.objects.in_total(competition)
        board = Board.objects.find(competition)
        if not services.copy_board(board_id=board.pk):
            raise SystemExit("the copy could not be built")
        print(f"copy in Redis built in {time.perf_counter() - began:.1f} s")
        return _beside_redis(competition, standings, bare, rounds)
    finally:
        settings.REDIS_URL = ""
        server.terminate()
        server.wait(10)


def _beside_redis(competition: Competition, standings, bare, rounds: int) -> list[Result]:
    count = standings.count()
    some = places(standings, count)
    key = bare.keys("quiz:board:*")[0]
    board = "SELECT id FROM quiz_board WHERE competition_id = %s AND kind = 'total'"
    names = (
        "SELECT s.member_id, m.display_name, m.nickname, u.path FROM quiz_standing s "
        "JOIN unions_member m ON m.id = s.member_id LEFT JOIN unions_union u ON u.id = s.union_id "
        "WHERE s.board_id = %s AND s.member_id IN ({})"
    )

    def named(rows: list) -> None:
        ids = [int(name) for name, _cost in rows]
        ask(names.format(", ".join(["%s"] * len(ids))), some[0].board_id, *ids)

    def bare_top() -> None:
        ask(board, competition.pk)
        named(bare.zrange(key, 1, 50, withscores=True))

    def bare_place(mine: Standing) -> None:
        ask(board, competition.pk)
        place = bare.zrank(key, f"{mine.member_id:019d}")
        rows = bare.zrange(key, max(place - 2, 1), place + 2, withscores=True)
        bare.zcount(key, 0, f"({rows[0][1]:.0f}")
        named(rows)

    top = [lambda: boards.top(competition, None)] * 10
    place = [lambda mine=mine: boards.place_of(competition, mine.member) for mine in some]
    bare_places = [lambda mine=mine: bare_place(mine) for mine in some]
    return [
        beside("board: top 50 / bare Redis", top, [bare_top] * 10, rounds, count),
        beside("board: rank and neighbours / bare Redis", place, bare_places, rounds, count),
    ]


def until(ready: Callable[[], object]) -> None:
    """Wait until a server of ours answers."""
    deadline = time.monotonic() + 20
    while True:
        try:
            ready()
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)  # between two looks at the socket
        else:
            return


def small_copy(competition: Competition, share: int) -> Competition:
    """A second competition of the same unions with one in `share` of the standings."""
    small = Competition.objects.get(pk=competition.pk)
    small.pk, small.slug = None, "scale-example-small"
    small.save()
    rows = Standing.objects.in_total(competition)
    board = Board.objects.needed(small, set())[0]
    some = list(rows.filter(member_id__gt=0).order_by("pk")[: rows.count() // share])
    for row in some:
        row.pk, row.board = None, board
    Standing.objects.bulk_create(some, batch_size=5000)
    services.rebuild_union_standings(competition=small)
    return small


def union_results(competition: Competition, rounds: int) -> list[Result]:
    small = small_copy(competition, 10)

    def make(which: Competition) -> float:
        boards.forget_totals()  # what is kept for half a minute, and the register, are read anew
        # Cities: of the smaller competition no enterprise has enough participants to be shown.
        return each([lambda: boards.union_board(which, Union.Level.CITY, None)])

    ratio = 1 / paired(lambda: make(competition), lambda: make(small), rounds)
    seconds = make(competition)
    unions = UnionStanding.objects.filter(competition=competition).count()
    kept = each([lambda: boards.union_board(competition, Union.Level.ENTERPRISE, None)] * 100) / 100
    sent = statements_of(lambda: make(competition))
    steady = [sql for sql in sent if "unions_union" not in sql]
    counters, everything = (database_time(found) for found in (steady, sent))
    note = (
        f"{seconds * 1e3:.0f} ms made afresh for {unions:,} unions with the register read anew; "
        f"{kept * 1e3:.2f} for as long as it is kept"
    )
    return [
        result("union board: time with ten times the participants", ratio, 1.5, at_least=False,
               note=note),
        result("union board: database time / 3 ms", counters / 0.003, 1, at_least=False,
               note=f"{counters * 1e3:.1f} ms each time, {everything * 1e3:.1f} with the register"),
    ]  # fmt: skip


def statements_of(call: Callable[[], object]) -> list[str]:
    """What `call` sends to the database."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] for query in captured]


def database_time(found: list[str]) -> float:
    """Seconds that statements take until their rows are here."""
    return statistics.median(
        each([lambda sql=sql: ask_as_it_is(sql) for sql in found]) for _round in range(9)
    )


def ask_as_it_is(sql: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
