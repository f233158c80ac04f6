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
    Option,
    PaperRule,
    Question,
    QuestionBank,
    QuestionStatistic,
    QuestionVersion,
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
QUESTIONS = 9000
DRAWN = 20
CATEGORIES = 9
FULL_POINTS = 200
LONGEST = 900

Progress = Callable[[str, int, int], None]


def _silent(what: str, done: int, total: int) -> None:
    pass


def generate_scale(
    *, standings: int, unions: int, questions: int = QUESTIONS, progress: Progress = _silent
) -> Competition:
    """Make the competition with so many unions in three levels, so many who stand on its board and
    so many questions in its bank (at least as many as a paper draws).

    `progress(what, done, total)` is called while it goes on. `QuizError("scale_exists")` when it
    was made before and not removed. Each part is a transaction of its own: removing works from
    wherever it stopped.
    """
    if Competition.objects.filter(slug=SLUG).exists() or _unions().exists():
        raise QuizError("scale_exists")
    leaves = _make_unions(max(unions, CITIES + 2), -(-standings // max(unions, 1)), progress)
    competition = _make_competition(questions, progress)
    members = _members(standings, leaves)
    _write(Member(password=make_password(None)), members, standings, str(_("会员")), progress)
    board = Board.objects.needed(competition, set())[0]
    results = _results(Member.objects.filter(username__startswith=MARK))
    _write(Standing(board=board, completions=1), results, standings, str(_("成绩")), progress)
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
            _delete_bank(bank)
        _delete_all(_unions())
    progress(str(_("删除")), len(parts), len(parts))
    return count


def _delete_bank(bank: QuestionBank) -> None:
    """The bank with all its questions, in as many statements however many there are."""
    bank.questions.update(current=None)
    versions = QuestionVersion.objects.filter(question__bank=bank)
    _delete_all(QuestionStatistic.objects.filter(version__in=versions))
    _delete_all(versions)
    _delete_all(Option.objects.filter(question__bank=bank))
    _delete_all(Question.objects.filter(bank=bank).order_by())
    bank.delete()


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
def _make_competition(questions: int, progress: Progress) -> Competition:
    bank = QuestionBank.objects.create(name=NAME)
    texts = ["甲", "乙", "丙", "丁"]
    drafts = [
        QuestionDraft(
            {
                "category": f"示例{number % CATEGORIES + 1}",
                "difficulty": number // CATEGORIES % 3 + 1,
                "stem": f"示例题 {number}：按有关规定，下列说法哪一项是正确的？",
                "explanation": f"示例题 {number} 的解析，编来量速度用的。",
                "source_law": "示例规定",
                "source_article": f"第 {number} 条",
                "state": "published",
            },
            [(text, place == number % len(texts)) for place, text in enumerate(texts)],
        )
        for number in range(questions)
    ]
    create_questions(bank=bank, drafts=drafts)
    progress(str(_("题目")), questions, questions)
    now = timezone.now()
    competition = Competition.objects.create(
        slug=SLUG,
        title=NAME,
        bank=bank,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
        published=True,
    )
    PaperRule.objects.create(competition=competition, count=DRAWN)
    return competition


def _members(count: int, leaves: list[int]) -> Iterator[dict[str, object]]:
    """Members, evenly over the unions `leaves`."""
    for number in range(count):
        yield {
            "username": f"{MARK}{number:08d}",
            "display_name": f"示例{number}",
            "union_id": leaves[number % len(leaves)],
        }


def _results(members: models.QuerySet) -> Iterator[dict[str, object]]:
    """What each of `members` brought."""
    rng = random.Random(1_840_000)  # noqa: S311 - made-up results, the same each time
    made = members.order_by("pk").values_list("pk", "union_id")
    for member, union in made.iterator(chunk_size=CHUNK):
        points = 10 * min(int(rng.gauss(14, 4)), FULL_POINTS // 10) if rng.random() < 0.97 else 0
        points, elapsed = max(points, 0), rng.randrange(60, LONGEST)
        yield {
            "member_id": member,
            "union_id": union,
            "points": points,
            "elapsed": elapsed,
            "cost": cost(points, elapsed),
        }


def _write(
    sample: models.Model,
    rows: Iterable[dict[str, object]],
    total: int,
    what: str,
    progress: Progress,
) -> None:
    """Write rows that are as `sample` but for the values given, in chunks, past Django's own
    statements: COPY where the database has it."""
    fields = [field for field in sample._meta.concrete_fields if not field.primary_key]
    same = {
        field.attname: field.get_db_prep_save(field.pre_save(sample, add=True), connection)
        for field in fields
    }
    quote = connection.ops.quote_name
    table = quote(sample._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    write = _copy if connection.vendor == "postgresql" else _insert
    rows, done = iter(rows), 0
    while chunk := [tuple((same | row).values()) for row in islice(rows, CHUNK)]:
        with transaction.atomic():
            write(f"{table} ({columns})", chunk)
        done += len(chunk)
        progress(what, done, total)


def _copy(into: str, rows: list[tuple]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def _insert(into: str, rows: list[tuple]) -> None:
    places = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608 - our names
