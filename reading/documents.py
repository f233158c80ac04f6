"""What of reading can be found: books and rooms. Availability changes by the hour and stays out."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reading.models import ReadingRoom, Title
from search.documents import Content, IndexDocument, Suggestion, register
from unions.models import Union


@register
class BookDocument(IndexDocument):
    kind = "book"
    label = _("图书")
    model = Title

    @classmethod
    def get_queryset(cls) -> QuerySet:
        return Title.objects.all()

    @classmethod
    def prepare(cls, row: Title) -> Content:
        facts = (row.author, row.publisher, str(row.year or ""), row.class_name)
        return Content(
            title=row.title,
            url=row.get_absolute_url(),
            body="\n".join(filter(None, (row.author, row.publisher, row.summary))),
            note=" · ".join(filter(None, facts)),
            year=row.year,
            keys=(row.isbn,) if row.isbn else (),
            terms=(
                Suggestion(row.title, weight=3),
                *([Suggestion(row.author)] if row.author else []),
            ),
        )


@register
class RoomDocument(IndexDocument):
    kind = "room"
    label = _("职工书屋")
    model = ReadingRoom
    title_field = "name"

    @classmethod
    def get_queryset(cls) -> QuerySet:
        return ReadingRoom.objects.public().select_related("union")

    @classmethod
    def prepare(cls, row: ReadingRoom) -> Content:
        return Content(
            title=row.name,
            url=row.get_absolute_url(),
            body="\n".join(filter(None, (row.union.name, row.intro, row.rules))),
            note=row.address,
            union_path=row.union.path,
            keys=(row.number,) if row.number else (),
            terms=(Suggestion(row.name, weight=2),),
        )

    @classmethod
    def related(cls):
        return [
            (
                Union,
                lambda union: ReadingRoom.objects.filter(union=union).values_list("pk", flat=True),
            )
        ]
