"""The table that the admin searches."""

from modelsearch.index import get_indexed_models
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from search.models import AdminEntry
from search.services.outbox import BATCH


def fill_admin_index() -> int:
    """Enter every row that the admin can't find yet, as after an update; return their number."""
    index = get_search_backend().get_index_for_model(Page)
    filled = 0
    for model in get_indexed_models():
        entered = AdminEntry.objects.of(model).values("object_id")
        missing = model.get_indexed_objects().exclude(pk__in=entered)
        pks = list(missing.order_by("pk").values_list("pk", flat=True))
        for at in range(0, len(pks), BATCH):
            rows = model.get_indexed_objects().filter(pk__in=pks[at : at + BATCH])
            index.add_items(model, list(rows))
        filled += len(pks)
    return filled
