"""Saves of a page that keep a draft and change nothing that readers see."""

from collections.abc import Iterable

# What Wagtail writes to the page itself when a draft is saved, by itself every few seconds.
DRAFT_FIELDS = frozenset(
    {"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"}
)


def keeps_a_draft(update_fields: Iterable[str] | None) -> bool:
    """Whether a save of `update_fields` (as `post_save` names them; None: all) is only that."""
    return bool(update_fields) and DRAFT_FIELDS.issuperset(update_fields)
