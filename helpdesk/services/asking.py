"""What was asked: counted per day, and kept where nobody has answered it yet."""

import logging
from datetime import date

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from helpdesk import wordings
from helpdesk.models import Asking, Enquiry, Entry
from search.numbers import without_numbers
from search.patience import impatient

logger = logging.getLogger(__name__)

# A robot that asks everything must not fill the table.
MOST_ENQUIRIES_A_DAY = 500
LONGEST_TEXT = 100


def note_asking(*, text: str, day: date, entry: Entry | None) -> bool:
    """Count one question on the local `day`, answered by `entry`; without one, keep it as an
    enquiry. Return whether it now waits for an editor: the page says so only then. A busy
    database loses the note, never the page."""
    try:
        with impatient():
            _count(day, entry)
            enquiry = note_enquiry(text=text, day=day) if entry is None else None
    except DatabaseError:
        logger.warning("A question was not counted.")
        return False
    return enquiry is not None and enquiry.status == Enquiry.Status.OPEN


def _count(day: date, entry: Entry | None) -> None:
    rows = Asking.objects.filter(day=day, entry=entry)
    if rows.update(times=F("times") + 1):
        return
    try:
        with transaction.atomic():
            Asking.objects.create(day=day, entry=entry, times=1)
    except IntegrityError:  # another visitor's was first
        rows.update(times=F("times") + 1)


@transaction.atomic
def note_enquiry(*, text: str, day: date) -> Enquiry | None:
    """Keep a question that no entry answered: one row for the same folded text, with a count.

    Long numbers are hidden before it is stored. A question that was answered once and is not any
    more is open again; a dismissed one stays so. None where there is nothing to keep, or where
    the day already brought `MOST_ENQUIRIES_A_DAY` new ones.
    """
    text = without_numbers(text)[:LONGEST_TEXT]
    key = wordings.question_key(text)[:LONGEST_TEXT]
    if not key:
        return None
    known = Enquiry.objects.filter(key=key)
    if not known.exists():
        if Enquiry.objects.first_asked_on(day).count() >= MOST_ENQUIRIES_A_DAY:
            return None
        try:
            with transaction.atomic():
                return Enquiry.objects.create(text=text, key=key, first_day=day, last_day=day)
        except IntegrityError:
            pass  # another visitor's was first
    enquiry = known.select_for_update().first()
    if enquiry is None:  # an editor deleted it just now
        return None
    enquiry.times += 1
    enquiry.last_day = max(enquiry.last_day, day)
    if enquiry.status == Enquiry.Status.ANSWERED:
        enquiry.status, enquiry.answered_by = Enquiry.Status.OPEN, None
    enquiry.save(update_fields=["times", "last_day", "status", "answered_by"])
    return enquiry


@transaction.atomic
def answer_enquiry(*, enquiry: Enquiry, entry: Entry) -> Enquiry:
    """Close `enquiry` with `entry`, which learns its wording, so that asking it again finds it.

    A second time, or by another entry, changes only which entry answers it.
    """
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    enquiry.status, enquiry.answered_by = Enquiry.Status.ANSWERED, entry
    enquiry.save(update_fields=["status", "answered_by"])
    known = {wordings.question_key(text) for text in entry.all_wordings}
    lines = wordings.lines_of(entry.wordings)
    if enquiry.key not in known and len(lines) < wordings.MOST_WORDINGS:
        entry.wordings = "\n".join([*lines, enquiry.text])
        entry.save(update_fields=["wordings", "updated_at"])
    return enquiry
