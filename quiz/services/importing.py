"""Questions from a file: looked at first, then written whole or not at all."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from celery import signature
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from media.models import SiteImage, SiteMedia
from quiz.drafts import QuestionDraft
from quiz.errors import QuizError
from quiz.models import Option, Question, QuestionBank, QuestionImport
from quiz.services.bank import create_questions
from quiz.services.entries import log_questions
from quiz.stems import stem_key
from quiz.transfer import heads
from quiz.transfer.rows import Row, RowProblem, draft_of
from quiz.transfer.upload import Upload
from unions.models import Member

logger = logging.getLogger(__name__)

# Rows between two notes of how far an import is.
STRIDE = 500
State = QuestionImport.State


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row of the file; `stem` is how its question begins."""

    number: int
    stem: str
    message: str


@dataclass
class QuestionPlan:
    """What an import would do: questions to add, how many are there already, what is wrong, and
    what asks the same as another question (in the file or the bank) but is not the same."""

    new: list[QuestionDraft] = field(default_factory=list)
    same: int = 0
    errors: list[RowError] = field(default_factory=list)
    duplicates: list[RowError] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.new) + self.same + len(self.errors) + len(self.duplicates)


def plan_questions(
    *, bank: QuestionBank, rows: Sequence[Row], progress: Callable[[int], None] | None = None
) -> QuestionPlan:
    """What `import_questions` would do with `rows`, without doing it.

    `progress` is told now and then how many rows have been looked at.
    """
    plan = QuestionPlan()
    drafts = _drafts(rows, plan, progress or (lambda count: None))
    _compare(bank, drafts, plan)
    return plan


def import_questions(
    *,
    bank: QuestionBank,
    rows: Sequence[Row],
    member: Member,
    filename: str = "",
    skip_duplicates: bool = False,
    progress: Callable[[int], None] | None = None,
) -> QuestionPlan:
    """Add the questions in `rows`, to wait for a second person; all of them or, with any error,
    none. A duplicate is an error unless `skip_duplicates`. The log of the bank and of each new
    question names the file.

    A question that the bank holds with the same content stays as it is, so that a second import of
    the same rows changes nothing. The statements do not grow with the rows but by chunks.
    """
    plan = QuestionPlan()
    # The long part, before the bank is locked.
    drafts = _drafts(rows, plan, progress or (lambda count: None))
    with transaction.atomic():
        bank = QuestionBank.objects.select_for_update().get(pk=bank.pk)
        _compare(bank, drafts, plan)
        if plan.new and not plan.errors and (skip_duplicates or not plan.duplicates):
            extra = {"state": Question.State.REVIEW, "edited_by": member}
            made = create_questions(
                bank=bank,
                drafts=[QuestionDraft({**d.fields, **extra}, d.options) for d in plan.new],
            )
            source = {"file": filename}
            log_questions(made, "quiz.import", member=member, data=[source] * len(made))
            counts = {"new": len(plan.new), "same": plan.same, "skipped": len(plan.duplicates)}
            log(bank, "quiz.import", user=member, data=source | counts)
    return plan


@transaction.atomic
def prepare_import(
    *, bank: QuestionBank, member: Member, filename: str, digest: str, upload: Upload
) -> QuestionImport:
    """Keep an uploaded file's rows until the member confirms; what waited before is dropped."""
    QuestionImport.objects.filter(member=member, state=State.PREVIEW).delete()
    return QuestionImport.objects.create(
        bank=bank,
        member=member,
        filename=filename[-100:],
        digest=digest,
        word=upload.word,
        rows=[[row.number, dict(row.texts), row.problem] for row in upload.rows],
        total=len(upload.rows),
    )


@transaction.atomic
def order_import(*, order: QuestionImport, skip_duplicates: bool) -> QuestionImport:
    """Have a prepared import written in the background; a second time changes nothing."""
    order = QuestionImport.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.state == State.PREVIEW:
        order.state, order.skip_duplicates = State.QUEUED, skip_duplicates
        order.touched_at = timezone.now()
        order.save(update_fields=["state", "skip_duplicates", "touched_at"])
        transaction.on_commit(lambda: _send(order), robust=True)
    return order


def run_import(*, order: QuestionImport) -> QuestionImport:
    """Write an ordered import, and note on its row how far it is and how it ended.

    May be called again, also while another worker is at it: what is written is found as the same.
    """
    order = QuestionImport.objects.select_related("bank", "member").get(pk=order.pk)
    if not order.under_way:
        return order
    _note(order, state=State.RUNNING, checked=0)
    try:
        plan = import_questions(
            bank=order.bank,
            rows=rows_of(order),
            member=order.member,
            filename=order.filename,
            skip_duplicates=order.skip_duplicates,
            progress=lambda count: _note(order, checked=count),
        )
    except QuizError as error:
        return _end(order, State.FAILED, message=error.message[:200])
    if plan.errors or (plan.duplicates and not order.skip_duplicates):
        message = _("题库或文件里有 %(count)d 题有问题，整份都没有写入。请重新选择文件检查。")
        count = len(plan.errors) + len(plan.duplicates)
        return _end(order, State.FAILED, message=message % {"count": count})
    return _end(
        order,
        State.DONE,
        created=len(plan.new),
        same=plan.same,
        skipped=len(plan.duplicates),
    )


def resend_imports(*, now: datetime | None = None) -> int:
    """Take up what a lost message or a dead worker left; returns how many."""
    orders = list(QuestionImport.objects.due(now or timezone.now()).defer("rows"))
    for order in orders:
        try:
            run_import(order=order)
        except Exception:  # whatever is wrong with one file, the others are written
            logger.exception("import %s could not be written", order.pk)
            _end(order, State.FAILED, message=_("写入时出错，没有导入。请再试一次。"))
    return len(orders)


def rows_of(order: QuestionImport) -> list[Row]:
    """The rows that the import keeps."""
    return [Row(number, texts, problem) for number, texts, problem in order.rows]


def _send(order: QuestionImport) -> None:
    # By its name, for its module imports this one.
    signature("quiz.tasks.import_questions", args=(order.pk,)).apply_async()


def _note(order: QuestionImport, **values) -> None:
    """Write to the row of an import that has not ended meanwhile."""
    going = QuestionImport.objects.filter(pk=order.pk, state__in=[State.QUEUED, State.RUNNING])
    going.update(touched_at=timezone.now(), **values)


def _end(order: QuestionImport, state: str, **values) -> QuestionImport:
    # Two workers may end it: the first says what was new, the second found it all there.
    _note(order, state=state, checked=order.total, rows=[], **values)
    order.refresh_from_db()
    return order


def _drafts(
    rows: Sequence[Row], plan: QuestionPlan, progress: Callable[[int], None]
) -> list[tuple[Row, str, QuestionDraft]]:
    """Every row by itself and against those before it, as (row, key of its stem, draft)."""
    drafts = []
    seen: dict[str, int] = {}
    for count, row in enumerate(rows):
        if count % STRIDE == 0:
            progress(count)
        try:
            draft = draft_of(row)
        except RowProblem as problem:
            plan.errors.append(_error(row, str(problem)))
            continue
        key = stem_key(draft.fields["stem"])
        before = seen.setdefault(key, row.number)
        if before != row.number:
            message = _("题干和文件里第 %(number)d 行（题）的相同。") % {"number": before}
            plan.duplicates.append(_error(row, message))
        else:
            drafts.append((row, key, draft))
    return drafts


def _compare(
    bank: QuestionBank, drafts: Iterable[tuple[Row, str, QuestionDraft]], plan: QuestionPlan
) -> None:
    """Sort the drafts by what the bank holds. A file may name any question: all are read."""
    drafts = list(drafts)
    known = _contents_by_stem(bank)
    images = _there(SiteImage.objects.all(), "picture_id", drafts)
    sounds = _there(SiteMedia.objects.filter(type="audio"), "sound_id", drafts)
    for row, key, draft in drafts:
        found = known.get(key)
        if draft.fields["picture_id"] and draft.fields["picture_id"] not in images:
            plan.errors.append(_error(row, _("图片库里没有这个编号的图片。")))
        elif draft.fields["sound_id"] and draft.fields["sound_id"] not in sounds:
            plan.errors.append(_error(row, _("媒体库里没有这个编号的音频。")))
        elif found is None:
            plan.new.append(draft)
        elif _content_of(draft) in found:
            plan.same += 1
        else:
            message = _("题库里已有题干相同、内容不同的题。要改那道题，请在后台改。")
            plan.duplicates.append(_error(row, message))
    for errors in (plan.errors, plan.duplicates):
        errors.sort(key=lambda error: error.number)


def _contents_by_stem(bank: QuestionBank) -> dict[str, list[dict]]:
    """What the bank holds, by the key of the stem; two statements whatever its size."""
    options: dict[int, list[Option]] = {}
    for option in Option.objects.filter(question__bank=bank).order_by("sort_order", "pk"):
        options.setdefault(option.question_id, []).append(option)
    found: dict[str, list[dict]] = {}
    for question in Question.objects.filter(bank=bank).order_by("pk"):
        content = _comparable(question, options.get(question.pk, []))
        found.setdefault(question.stem_key, []).append(content)
    return found


def _content_of(draft: QuestionDraft) -> dict:
    options = [Option(text=text, right=right) for text, right in draft.options]
    return _comparable(Question(**draft.fields), options)


def _comparable(question: Question, options: Sequence[Option]) -> dict:
    """All that a file says of a question. The page of its source stays out: files don't know it."""
    content = question.snapshot(options)
    content.pop("page", None)
    beside = (question.practice, question.valid_from, question.valid_until)
    return {**content, "beside": beside}


def _there(rows, name: str, drafts: list[tuple[Row, str, QuestionDraft]]) -> set[int]:
    keys = {draft.fields[name] for _row, _key, draft in drafts} - {None}
    return set(rows.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _error(row: Row, message: str) -> RowError:
    return RowError(row.number, row[heads.STEM][:30], message)
