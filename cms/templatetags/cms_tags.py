"""Headlines, pictures and machine-readable data in templates."""

import json

import nh3
from django import template
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from cms import linked_data
from cms.lesson_check import Check, check_of
from cms.models import Person, SiteLegal
from cms.pictures import in_shape, largest_url
from search.templatetags.headline import wbr

register = template.Library()

ALLOWED_TAGS = {
    "p",
    "br",
    "b",
    "strong",
    "a",
    "ol",
    "ul",
    "li",
    "h2",
    "h3",
    "h4",
    "hr",
    "sup",
    "sub",
}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
# What can end a script element or start a comment inside JSON.
JSON_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.filter
def breaks(text: str) -> SafeString:
    """`text` escaped, each `|` a place where a line may break; without any, between phrases."""
    if "|" not in text:
        return wbr(text)
    return mark_safe(escape(text).replace("|", "<wbr>"))  # noqa: S308 - escaped before


@register.filter
def safe_richtext(value) -> SafeString:
    """Stored rich text as HTML, through an allow-list of elements and link schemes."""
    html = expand_db_html(str(getattr(value, "source", value) or ""))
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener",
    )
    return mark_safe(clean)  # noqa: S308 - sanitised by nh3


@register.simple_tag
def picture(image, shape: str, alt: str | None = None, sizes: str = "", eager: bool = False):
    """An `img` of `image` in a shape of `cms.shapes`; "" without an image.

    `alt` None takes the picture's own description, "" marks decoration. `eager` is for the one
    picture that the reader sees first.
    """
    if not image:
        return ""
    renditions = in_shape(image, shape)
    first, last = renditions[0], renditions[-1]
    attrs = {
        "src": first.url,
        "width": last.width,
        "height": last.height,
        "alt": image.description if alt is None else alt,
    }
    if len({rendition.width for rendition in renditions}) > 1:
        attrs["srcset"] = ", ".join(f"{one.url} {one.width}w" for one in renditions)
        attrs["sizes"] = sizes or "100vw"
    attrs |= {"fetchpriority": "high"} if eager else {"loading": "lazy", "decoding": "async"}
    return format_html("<img{}>", flatatt(attrs))


@register.simple_tag
def picture_url(image, shape: str) -> str:
    """The largest address of `image` in a shape; "" without an image."""
    return largest_url(image, shape)


@register.simple_tag
def site_legal() -> SiteLegal:
    """The legal lines of the footer."""
    return SiteLegal.current()


@register.simple_tag(takes_context=True)
def lesson_check(context, page) -> Check:
    """The questions of a lesson for whoever looks at it."""
    return check_of(page, context["request"].user)


@register.simple_tag(takes_context=True)
def json_ld(context, thing):
    """A script element with the schema.org description of a story, a person or a video."""
    request = context["request"]
    text = json.dumps(linked_data.describe(thing, request), ensure_ascii=False)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text.translate(JSON_ESCAPES)),  # noqa: S308 - escaped by the line above
    )


@register.simple_tag(takes_context=True)
def absolute(context, path: str) -> str:
    """`path` with scheme and host of this request; "" stays ""."""
    return context["request"].build_absolute_uri(path) if path else ""


@register.inclusion_tag("cms/parts/share.html", takes_context=True)
def share_tags(context, page, kind: str = "website"):
    """Canonical address and Open Graph tags of `page`."""
    request = context["request"]
    is_person = isinstance(page, Person)
    return {
        "kind": kind,
        "title": page.name if is_person else page.title,
        "summary": page.intro if is_person else page.summary,
        "url": request.build_absolute_uri(page.address or request.path),
        "image": page.portrait if is_person else getattr(page, "lead_image", None),
        "request": request,
    }
