"""The question desk: headings, entries, what was asked, and what waits for an answer."""

from datetime import timedelta

from django.utils import timezone

from config.demo.files import document, rows
from helpdesk.models import Asking, Category, Enquiry, Entry
from helpdesk.services import make_keepers
from helpdesk.wordings import question_key
from unions.models import Member


def load() -> None:
    """Write the desk in a few statements; the index is built after the demo is loaded."""
    today = timezone.localdate()
    Member.objects.get(username="editor").groups.add(make_keepers())
    categories = {
        row["slug"]: Category.objects.create(place=place, **row)
        for place, row in enumerate(rows("answers", "category"))
    }
    found = rows("answers", "entry")
    entries = Entry.objects.bulk_create(
        Entry(
            category=categories[row["category"]],
            question=row["question"],
            key=question_key(row["question"]),
            wordings="\n".join(row["wordings"]),
            answer=row["answer"],
            source=row["source"],
            clause=row["clause"],
            valid_until=today + timedelta(days=row["ends_days"]) if "ends_days" in row else None,
        )
        for row in found
    )
    Asking.objects.bulk_create(
        Asking(day=today - timedelta(days=1), entry=entry, times=row["asked"])
        for entry, row in zip(entries, found, strict=True)
        if "asked" in row
    )
    Enquiry.objects.bulk_create(
        Enquiry(**row, key=question_key(row["text"]), first_day=today, last_day=today)
        for row in document("answers")["enquiries"]
    )
