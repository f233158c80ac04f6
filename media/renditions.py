"""The sizes that templates show, so that they are made before a reader asks for them.

An app registers its specs once, where they are defined:

    register("fill-480x270|format-webp", "width-1200|format-webp")
"""

from wagtail.images.models import Filter

_specs: set[str] = set()


def register(*specs: str) -> None:
    """Have each spec (Wagtail's filter language) made of every picture.

    Raises Wagtail's `InvalidFilterSpecError` for a spec that can't be drawn.
    """
    for spec in specs:
        _parsed = Filter(spec=spec).operations  # now, not at midnight in a worker
    _specs.update(specs)


def registered() -> tuple[str, ...]:
    """Return the registered specs, in a stable order."""
    return tuple(sorted(_specs))
