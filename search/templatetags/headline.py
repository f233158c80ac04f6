"""Headlines that break between phrases."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.text import phrase_breaks

register = template.Library()


@register.filter
def wbr(title: object) -> SafeString:
    """`title`, escaped, with `<wbr>` where a line may break."""
    return mark_safe("<wbr>".join(map(escape, phrase_breaks(str(title)))))  # noqa: S308 - escaped part by part
