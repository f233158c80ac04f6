"""A competition of a whole province, made up: to measure boards, and to be removed again.

Unions, members and standings are written in bulk, past the application; none of them has an
attempt, so a rebuild of the standings would empty the board.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quiz.errors import QuizError
from quiz.models import (
    Attempt,
    Board,
    Competition,
    PaperRule,
    QuestionBank,
    Standing,
    UnionStanding,
)
from quiz.ordering import cost
from quiz.services.bank import QuestionDraft, create_questions
from quiz.services.folding import rebuild_ladder, rebuild_union_standings
from unions.models import Member, Union

SLUG = "scale-example"
# Everything made here is found again, and removed, by how its code or user name begins.
MARK = "scale-example-"
NAME = "规模演示（示例）"
CHUNK = 5000
CITIES = 20
QUESTIONS = 40
FULL_POINTS = 200
LONGEST = 900

Progress = Callable[[str, int, int], None]


def _silent(what: str, done: int, total: int) -> None:
    pass


def generate_scale(*, standings: int, unions: int, progress: Progress = _silent) -> Competition:
    """Make the competition with so many unions in three levels and so many who stand on its board.

    `progress(what, done, total)` is called while it goes on. `QuizError("scale_exists")` when it
    was made before and not removed. Each part is a transaction of its own: removing works from
    wherever it stopped.
    """
    if Competition.objects.filter(slug=SLUG).exists() or _unions().exists():
        raise QuizError("scale_exists")
    leaves = _make_unions(max(unions, CITIES + 2), -(-standings // max(unions, 1)), progress)
    competition = _make_competition()
    _write(Member, _members(standings, leaves), standings, str(_("会员")), progress)
    board = Board.objects.needed(competition, set())[0]
    _write(Standing, _standings(board), standings, str(_("成绩")), progress)
    rebuild_ladder(board_id=board.pk)
    progress(str(_("单位成绩")), 0, unions)
    rebuild_union_standings(competition=competition)
    progress(str(_("单位成绩")), unions, unions)
    with connection.cursor() as cursor:  # else the planner guesses until the database looks itself
        cursor.execute("ANALYZE")
    return competition


def remove_scale(*, progress: Progress = _silent) -> int:
    """Remove all that `generate_scale` made; returns how many standings there were."""
    found = Competition.objects.filter(slug=SLUG)
    banks = QuestionBank.objects.filter(name=NAME)
    standings = Standing.objects.filter(board__competition__in=found)
    count = standings.count()
    parts = [
        standings,
        UnionStanding.objects.filter(competition__in=found),
        Attempt.objects.filter(competition__in=found),
        Member.objects.filter(username__startswith=MARK),
    ]
    for number, rows in enumerate(parts):
        progress(str(_("删除")), number, len(parts))
        _delete_all(rows)
    with transaction.atomic():
        for competition in found:
            competition.delete()
        for bank in banks:
            bank.questions.update(current=None)
            for question in bank.questions.all():
                question.versions.all().delete()
                question.delete()
            bank.delete()
        _delete_all(_unions())
    progress(str(_("删除")), len(parts), len(parts))
    return count


def _delete_all(rows: models.QuerySet) -> None:
    """DELETE in one statement: nothing else points to these rows, or the database refuses."""
    rows._raw_delete(rows.db)


def _unions() -> models.QuerySet:
    return Union.objects.filter(code__startswith=MARK).order_by()


def _make_unions(count: int, members: int, progress: Progress) -> list[int]:
    """A province, its cities and under these the enterprises; returns the enterprises' ids."""
    province = Union.add_root(
        code=f"{MARK}0", name=f"示例省总工会（{NAME}）", level=Union.Level.PROVINCE
    )

    def child(parent: str, depth: int, step: int, number: int, level: str) -> Union:
        return Union(
            path=Union._get_path(parent, depth, step),
            depth=depth,
            code=f"{MARK}{number}",
            name=f"示例工会{number:05d}（规模演示）",
            level=level,
            member_count=2 * members if level == Union.Level.ENTERPRISE else 0,
        )

    cities = [child(province.path, 2, n, n, Union.Level.CITY) for n in range(1, CITIES + 1)]
    below = count - CITIES - 1
    enterprises = [
        child(cities[n % CITIES].path, 3, n // CITIES + 1, CITIES + 1 + n, Union.Level.ENTERPRISE)
        for n in range(below)
    ]
    for place, city in enumerate(cities):
        city.numchild = len(range(place, below, CITIES))
    Union.objects.bulk_create([*cities, *enterprises], batch_size=500)
    Union.objects.filter(pk=province.pk).update(numchild=CITIES)
    progress(str(_("工会")), count, count)
    return list(_unions().filter(depth=province.depth + 2).values_list("pk", flat=True))


@transaction.atomic
def _make_competition() -> Competition:
    bank = QuestionBank.objects.create(name=NAME)
    texts = ["甲", "乙", "丙", "丁"]
    drafts = [
        QuestionDraft(
            {"category": "示例", "stem": f"示例题 {number}", "state": "published"},
            [(text, place == number % len(texts)) for place, text in enumerate(texts)],
        )
        for number in range(QUESTIONS)
    ]
    create_questions(bank=bank, drafts=drafts)
    now = timezone.now()
    competition = Competition.objects.create(
        slug=SLUG,
        title=NAME,
        bank=bank,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
        published=True,
    )
    PaperRule.objects.create(competition=competition, count=QUESTIONS // 2)
    return competition


def _members(count: int, leaves: list[int]) -> Iterator[Member]:
    """Members who can't sign in, evenly over the unions `leaves`."""
    nobody = make_password(None)
    for number in range(count):
        yield Member(
            username=f"{MARK}{number:08d}",
            display_name=f"示例{number}",
            union_id=leaves[number % len(leaves)],
            password=nobody,
        )


def _standings(board: Board) -> Iterator[Standing]:
    rng = random.Random(1_840_000)  # noqa: S311 - made-up results, the same each time
    made = Member.objects.filter(username__startswith=MARK).order_by("pk")
    for member, union in made.values_list("pk", "union_id").iterator(chunk_size=CHUNK):
        points = 10 * min(int(rng.gauss(14, 4)), FULL_POINTS // 10) if rng.random() < 0.97 else 0
        points, elapsed = max(points, 0), rng.randrange(60, LONGEST)
        yield Standing(
            board=board,
            member_id=member,
            union_id=union,
            points=points,
            elapsed=elapsed,
            cost=cost(points, elapsed),
            completions=1,
        )


def _write(
    model: type[models.Model],
    rows: Iterable[models.Model],
    total: int,
    what: str,
    progress: Progress,
) -> None:
    """Write `rows` of `model`, which have no key yet, in chunks, past Django's own statements."""
    write = _copy if connection.vendor == "postgresql" else _insert
    rows, done = iter(rows), 0
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            write(model, chunk)
        done += len(chunk)
        progress(what, done, total)


def _copy(model: type[models.Model], rows: list[models.Model]) -> None:
    table, columns, values = _parts(model, rows)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream,
    ):
        for row in values:
            stream.write_row(row)


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    table, columns, values = _parts(model, rows)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 - ours
            values,
        )


def _parts(
    model: type[models.Model], rows: list[models.Model]
) -> tuple[str, list[str], Iterator[list]]:
    """Table, columns, and the values of each row as the database takes them."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    values = (
        [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
        for row in rows
    )
    return quote(model._meta.db_table), [quote(field.column) for field in fields], values
