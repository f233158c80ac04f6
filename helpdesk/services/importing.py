"""Entries from a file: looked at first, then written whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import heads, table, wordings
from helpdesk.documents import EntryDocument
from helpdesk.errors import HelpdeskError
from helpdesk.models import Category, Entry
from helpdesk.table import EntryRow
from search.services import enqueue_many
from unions.names import clean_name

BATCH = 400
# Head → field, for columns that are text as it stands.
TEXTS = {
    heads.QUESTION: "question",
    heads.ANSWER: "answer",
    heads.SOURCE: "source",
    heads.CLAUSE: "clause",
    heads.SOURCE_URL: "source_url",
    heads.WORDINGS: "wordings",
}
OF_MANY_LINES = {heads.ANSWER, heads.WORDINGS}
DAYS = {heads.VALID_FROM: "valid_from", heads.VALID_UNTIL: "valid_until"}
WRITTEN = (*TEXTS.values(), *DAYS.values(), "published")


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row of the file."""

    number: int
    message: str


@dataclass(frozen=True)
class Draft:
    """One row that is right by itself: its natural key and the fields that it sets."""

    number: int
    key: tuple[int, str]
    values: dict[str, Any]


@dataclass
class EntryPlan:
    """What an import would do: entries to add, to change, how many stay, and what is wrong."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.new) + len(self.changed) + self.same


def plan_entries(*, rows: Sequence[EntryRow]) -> EntryPlan:
    """What `import_entries` would do with `rows`, without doing it."""
    drafts, errors = _drafts(rows)
    return _compared(drafts, errors)


def import_entries(*, rows: Sequence[EntryRow]) -> EntryPlan:
    """Add and update the entries in `rows`; all of them or, with any error, none.

    Key: the folded question within its category. Columns that the file lacks stay as they are.
    A second import of the same rows changes nothing. What was written is noted for search in the
    same transaction. Raises HelpdeskError: conflict.
    """
    drafts, errors = _drafts(rows)  # the long part, before the database is locked
    try:
        with transaction.atomic():
            plan = _compared(drafts, errors)
            if not plan.errors:
                _write(plan)
    except IntegrityError as error:
        raise HelpdeskError("conflict") from error
    return plan


def _write(plan: EntryPlan) -> None:
    now = timezone.now()
    for entry in (*plan.new, *plan.changed):
        entry.updated_at = now
    Entry.objects.bulk_create(plan.new, batch_size=BATCH)
    Entry.objects.bulk_update(plan.changed, [*WRITTEN, "updated_at"], batch_size=BATCH)
    written = (*plan.new, *plan.changed)
    enqueue_many(keys=((EntryDocument.kind, entry.pk) for entry in written))


def _drafts(rows: Sequence[EntryRow]) -> tuple[list[Draft], list[RowError]]:
    """Every row by itself and against those before it."""
    categories = {category.name: category for category in Category.objects.all()}
    drafts: list[Draft] = []
    errors: list[RowError] = []
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        try:
            draft = _draft(row, categories)
        except ValidationError as error:
            errors.append(RowError(row.number, _told(error)))
            continue
        before = seen.setdefault(draft.key, row.number)
        if before != row.number:
            errors.append(RowError(row.number, _("和第 %(number)d 行重复。") % {"number": before}))
        else:
            drafts.append(draft)
    return drafts, errors


def _compared(drafts: Sequence[Draft], errors: Sequence[RowError]) -> EntryPlan:
    """What the drafts add and change. A file may name any entry, in thousands: all are read."""
    plan = EntryPlan(errors=list(errors))
    entries = Entry.objects.filter(category__in={draft.key[0] for draft in drafts})
    known = {(entry.category_id, entry.key): entry for entry in entries}
    for draft in drafts:
        entry = known.get(draft.key)
        if entry is None:
            category_id, key = draft.key
            plan.new.append(Entry(category_id=category_id, key=key, **draft.values))
        elif not _change(entry, draft.values):
            plan.same += 1
        elif _ends_too_early(entry):
            plan.errors.append(RowError(draft.number, _("失效日期早于生效日期。")))
        else:
            plan.changed.append(entry)
    plan.errors.sort(key=lambda error: error.number)
    return plan


def _draft(row: EntryRow, categories: dict[str, Category]) -> Draft:
    """The row as an entry would store it. Raises ValidationError."""
    values, key = _values(row, categories)
    entry = Entry(category_id=key[0], key=key[1], **values)
    entry.clean_fields(exclude=["category", "key"])
    if _ends_too_early(entry):
        raise ValidationError(_("失效日期早于生效日期。"))
    return Draft(row.number, key, values)


def _values(
    row: EntryRow, categories: dict[str, Category]
) -> tuple[dict[str, Any], tuple[int, str]]:
    """The fields that the row sets, and its natural key. Raises ValidationError."""
    name = clean_name(row[heads.CATEGORY])
    if not name:
        raise ValidationError(_("没有分类。"))
    if name not in categories:
        raise ValidationError(_("没有这个分类：%(name)s") % {"name": name[:40]})
    values: dict[str, Any] = {
        fieldname: row[head] if head in OF_MANY_LINES else clean_name(row[head])
        for head, fieldname in TEXTS.items()
        if head in row
    }
    if "wordings" in values:
        values["wordings"] = "\n".join(wordings.lines_of(values["wordings"]))
    values["answer"] = wordings.clean_block(values["answer"])
    values |= _converted(row)
    key = wordings.question_key(values["question"])
    if not key:
        raise ValidationError(_("没有问题。"))
    return values, (categories[name].pk, key)


def _converted(row: EntryRow) -> dict[str, Any]:
    """Days and the word whether it is published."""
    values: dict[str, Any] = {}
    for head, fieldname in DAYS.items():
        if head in row:
            try:
                values[fieldname] = table.day_of(row[head])
            except ValueError:
                text = _("%(head)s看不出是哪一天：%(text)s")
                raise ValidationError(text % {"head": head, "text": row[head][:20]}) from None
    if heads.PUBLISHED in row:
        try:
            values["published"] = table.yes_or_no(row[heads.PUBLISHED])
        except ValueError:
            text = _("发布一列要写“是”或“否”：%(text)s")
            raise ValidationError(text % {"text": row[heads.PUBLISHED][:20]}) from None
    return values


def _change(entry: Entry, values: dict[str, Any]) -> bool:
    """Write `values` into `entry`; return whether that changes it."""
    before = [getattr(entry, name) for name in values]
    for name, value in values.items():
        setattr(entry, name, value)
    return before != list(values.values())


def _ends_too_early(entry: Entry) -> bool:
    return bool(entry.valid_from and entry.valid_until and entry.valid_from > entry.valid_until)


def _told(error: ValidationError) -> str:
    """The error on one line, each message after the name of its field."""
    if not hasattr(error, "error_dict"):
        return "；".join(error.messages)
    return "；".join(
        f"{Entry._meta.get_field(name).verbose_name}：{message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )
