"""What the admin finds rows by: a line per text of a row, written when it is saved."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from modelsearch.backends.base import BaseIndex, get_model_root
from modelsearch.index import AutocompleteField, RelatedFields, SearchField, get_indexed_models

from search.models import AdminEntry
from search.text import line


def text_of(row: Model) -> str:
    """The lines of all that `row` declares for search, titles first, each once."""
    titles, others = [], []
    for name, value in _declared(row, row.get_search_fields()):
        (titles if name == "title" else others).append(value)
    # What editors see in lists before it is published.
    titles.append(getattr(row, "draft_title", ""))
    lines = [line(value) for value in titles + others]
    return "".join(f"{found}\n" for found in dict.fromkeys(filter(None, lines)))


def _declared(row: Any, fields: list[Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, SearchField | AutocompleteField):
            yield field.field_name, _as_text(field.get_value(row))
        elif isinstance(field, RelatedFields):
            related = field.get_value(row)
            if related is not None:
                for other in related.all() if hasattr(related, "all") else [related]:
                    yield from (
                        (field.field_name, text) for _, text in _declared(other, field.fields)
                    )


def _as_text(value: Any) -> str:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return " ".join(map(_as_text, value))
    return "" if value is None else str(value)


class AdminIndex(BaseIndex):
    """Writes the entries; a rebuild goes on beside searches and saves."""

    def add_items(self, model: type[Model], items: list[Model]) -> None:
        content_type = ContentType.objects.get_for_model(get_model_root(model))
        AdminEntry.objects.bulk_create(
            [
                AdminEntry(content_type=content_type, object_id=row.pk, text=text_of(row))
                for row in items
            ],
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=["text"],
        )

    def delete_item(self, item: Model) -> None:
        AdminEntry.objects.of(type(item)).filter(object_id=item.pk).delete()

    def reset(self) -> None:
        AdminEntry.objects.all().delete()

    def delete_stale(self) -> None:
        """Remove the entries of rows that are no more."""
        for root in {get_model_root(model) for model in get_indexed_models()}:
            rows = root._default_manager.order_by().values("pk")
            AdminEntry.objects.of(root).exclude(object_id__in=rows).delete()
