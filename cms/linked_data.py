"""schema.org descriptions of what we publish."""

from functools import singledispatch
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cms.models import Film, Person, StoryPage
from cms.pictures import largest_url
from media.models import SiteImage

PUBLISHER = {"@type": "Organization", "name": "工声"}


@singledispatch
def describe(thing: Any, request: HttpRequest) -> dict[str, Any]:
    """Return the JSON-LD object of `thing`; `TypeError` for a kind we don't describe."""
    raise TypeError(f"no description of {type(thing).__name__}")


def _moment(moment) -> str:
    return timezone.localtime(moment).isoformat() if moment else ""


def _picture(image: SiteImage | None, request: HttpRequest) -> str:
    return request.build_absolute_uri(largest_url(image, "share")) if image else ""


def _drop_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", None, [])}


@describe.register
def _(story: StoryPage, request: HttpRequest) -> dict[str, Any]:
    return _drop_empty(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "description": story.summary,
            "url": request.build_absolute_uri(story.address),
            "datePublished": _moment(story.first_published_at),
            "dateModified": _moment(story.last_published_at),
            "author": {"@type": "Organization", "name": story.union.name} if story.union else None,
            "isBasedOn": story.source_url,
            "image": _picture(story.lead_image, request),
            "publisher": PUBLISHER,
            "inLanguage": "zh-CN",
        }
    )


@describe.register
def _(video: Film, request: HttpRequest) -> dict[str, Any]:
    return _drop_empty(
        {
            "@context": "https://schema.org",
            "@type": "VideoObject",
            "name": video.title,
            "description": video.summary or video.title,
            "url": request.build_absolute_uri(video.address),
            "thumbnailUrl": _picture(video.lead_image, request),
            "uploadDate": _moment(video.first_published_at),
            "duration": f"PT{video.duration}S" if video.duration else "",
            "contentUrl": request.build_absolute_uri(video.media.url) if video.media else "",
            "publisher": PUBLISHER,
            "inLanguage": "zh-CN",
        }
    )


@describe.register
def _(person: Person, request: HttpRequest) -> dict[str, Any]:
    return _drop_empty(
        {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": person.name,
            "jobTitle": person.trade,
            "description": person.intro,
            "url": request.build_absolute_uri(person.address),
            "worksFor": {"@type": "Organization", "name": person.employer}
            if person.employer
            else None,
            "award": [f"{award.honour.name}（{award.year}）" for award in person.standing],
        }
    )
