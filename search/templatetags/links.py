"""Filters as links: each changes one parameter of the present address."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def filters(
    context, name: str, options: Iterable[tuple[Any, Any]], chosen: Any, every: str
) -> list[dict[str, Any]]:
    """Links for `components/chips.html`: `every` first, then one per (value, title) of `options`.

    A link sets the parameter `name` (`every` takes it away), keeps the others, and goes back to
    the first page of the list. The one whose value is `chosen` is current; "" and None mean every.
    """
    kept = context["request"].GET.copy()
    for gone in (name, "page"):
        kept.pop(gone, None)
    links = [{"title": every, "url": f"?{kept.urlencode()}", "current": chosen in ("", None)}]
    for value, title in options:
        query = kept.copy()
        query[name] = str(value)
        links.append({"title": title, "url": f"?{query.urlencode()}", "current": value == chosen})
    return links
