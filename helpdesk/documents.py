"""What of the desk can be found: entries that hold today."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.matching import telling_key
from helpdesk.models import Category, Entry
from search.documents import Content, IndexDocument, Suggestion, register


@register
class EntryDocument(IndexDocument):
    kind = "answer"
    label = _("问答")
    model = Entry
    title_field = "question"

    @classmethod
    def get_queryset(cls) -> QuerySet:
        return Entry.objects.in_force(timezone.localdate()).for_lists()

    @classmethod
    def prepare(cls, row: Entry) -> Content:
        # A question may be asked with other fillers: its telling words alone are a key as well.
        keys = dict.fromkeys(
            key for text in row.all_wordings for key in (text, telling_key(text)) if key
        )
        source = f"{row.source}{row.clause}"
        return Content(
            title=row.question,
            url=row.get_absolute_url(),
            body="\n".join(filter(None, (row.answer, row.wordings))),
            note=" · ".join((row.category.name, source)),
            keys=tuple(keys),
            terms=(Suggestion(row.question),),
        )

    @classmethod
    def related(cls):
        return [
            (
                Category,
                lambda category: Entry.objects.filter(category=category).values_list(
                    "pk", flat=True
                ),
            )
        ]

    @classmethod
    def turning(cls, since: datetime, until: datetime) -> Any:
        days = timezone.localdate(since), timezone.localdate(until)
        return Entry.objects.public().turning(*days).values_list("pk", flat=True)
