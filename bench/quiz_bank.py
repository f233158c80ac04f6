"""A bank of thousands of questions: what a change of it costs those who answer, and its import."""

import io
import statistics
import time
from collections.abc import Callable

import openpyxl

from bench.report import Result, result
from quiz import services
from quiz.models import Competition, Question, QuestionBank
from quiz.pools import pool_of
from quiz.services.bank import touch_bank
from quiz.transfer import heads, upload
from unions.models import Member

# What a member would take for a page that hangs, and an editor for one that works.
MOST_SECONDS = 1.0
IMPORT_SECONDS = 60.0


def bank_results(competition: Competition, members: list[Member], rounds: int) -> list[Result]:
    """Start and save beside the same right after a change of the bank, which a start then reads
    anew in every process; and the import of as many questions into an empty bank from Excel."""
    return [*_after_a_change(competition, members, rounds), _import(competition, members[0])]


def _seconds(call: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    found = call()
    return time.perf_counter() - began, found


def _after_a_change(competition: Competition, members: list[Member], rounds: int) -> list[Result]:
    taken: dict[str, list[float]] = {"start": [], "save": [], "start anew": [], "save anew": []}
    for number, member in enumerate(members[: 2 * rounds]):
        changed = number % 2
        fresh = Competition.objects.get(pk=competition.pk)
        pool_of(fresh.bank)  # the round before left it to be read
        if changed:
            touch_bank(bank=fresh.bank)
        seconds, attempt = _seconds(
            lambda asked=fresh, who=member: services.start_attempt(competition=asked, member=who)
        )
        taken["start anew" if changed else "start"].append(seconds)
        item = attempt.drawn().items[0]
        answer = services.Answer(1, (item.options[0][0],), 1)
        if changed:
            touch_bank(bank=QuestionBank.objects.get(pk=fresh.bank_id))
        seconds, _stored = _seconds(
            lambda sat=attempt, said=answer: services.save_answer(attempt=sat, answer=said)
        )
        taken["save anew" if changed else "save"].append(seconds)
    count = Question.objects.drawable().filter(bank=competition.bank_id).count()
    found = []
    for kind in ("start", "save"):
        usual, anew = (statistics.median(taken[name]) for name in (kind, f"{kind} anew"))
        note = f"{anew * 1e3:.0f} ms beside {usual * 1e3:.1f}, a bank of {count:,}"
        name = f"bank: {kind} right after a change / {MOST_SECONDS:.0f} s"
        found.append(result(name, anew / MOST_SECONDS, 1, at_least=False, note=note))
    return found


def _import(competition: Competition, member: Member) -> Result:
    """From the bytes of the file to questions that wait for a second person."""
    rows = Question.objects.of_bank(competition.bank)
    content, count = _file(rows), rows.count()
    bank = QuestionBank.objects.create(name="规模演示（示例）：导入")
    reading, read = _seconds(lambda: upload.read(content))
    looking, _plan = _seconds(lambda: services.plan_questions(bank=bank, rows=read.rows))
    writing, plan = _seconds(
        lambda: services.import_questions(bank=bank, rows=read.rows, member=member)
    )
    again, same = _seconds(
        lambda: services.import_questions(bank=bank, rows=read.rows, member=member)
    )
    if (len(plan.new), same.same) != (count, count):
        raise SystemExit(f"{len(plan.new)} and {same.same} of {count} questions were imported")
    note = (
        f"{count:,} rows, {len(content) / 1e6:.1f} MB: read {reading:.1f} s, looked at "
        f"{looking:.1f}, written {writing:.1f}, the same file again {again:.1f}"
    )
    whole = (reading + looking + writing) / IMPORT_SECONDS
    return result("bank: import from Excel / 60 s", whole, 1, at_least=False, note=note)


def _file(questions) -> bytes:
    """The questions as an editor would fill them in."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    options = heads.OPTIONS[:4]
    sheet.append([heads.CATEGORY, heads.STEM, *options, heads.ANSWER, heads.EXPLANATION])
    for question in questions:
        rows = list(question.options.all())
        answer = "".join(
            letter for letter, row in zip(heads.LETTERS, rows, strict=False) if row.right
        )
        texts = [row.text for row in rows]
        sheet.append([question.category, question.stem, *texts, answer, question.explanation])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
