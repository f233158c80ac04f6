"""Whole pages for visitors who are not signed in, dropped the moment content changes.

One number stands for all content: whatever editors write changes it, and every kept page is kept
under the number of its time. So a publish shows at once everywhere, on lists and profiles too, and
no list of dependent pages can be wrong. What changes by the clock alone (a deadline, a figure of
today) is at most PAGE_CACHE_SECONDS old.

An answer is kept as it left every middleware below this one, with its headers, and given out
before any of them runs. The cache that all processes share holds the number and the answers; a
process remembers the answers it gave, but asks for the number each time.
"""

import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, Page, PageViewRestriction, Site
from wagtail.signals import post_page_move

from cms.models import Honour, HonourAward, HonourList, Person, SiteLegal
from cms.text_sizes import text_size_of
from engagement.services import record_view
from media.models import SiteImage, SiteMedia
from quiz.models import Competition, QuestionBank
from reading.models import Title
from search.drafts import keeps_a_draft
from unions.models import Union

VERSION = "cms.content-version"
CONTENT = (
    Collection,
    Competition,
    Honour,
    HonourAward,
    HonourList,
    Page,
    PageViewRestriction,
    Person,
    QuestionBank,
    Site,
    SiteImage,
    SiteLegal,
    SiteMedia,
    Title,
    Union,
)
# A visitor with one of these may see something of their own.
PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}
# So many answers, some 60 KB each, a process remembers before it starts afresh.
REMEMBERED = 256


class Kept(NamedTuple):
    """An answer: `viewed` is (page id, union id) where it counts as a view, `until` in seconds."""

    body: bytes
    headers: dict[str, str]
    viewed: tuple[int, int | None] | None
    until: float


@receiver([post_save, post_delete, post_page_move])
def content_changed(instance, update_fields=None, **kwargs) -> None:
    """Drop every kept page, now and again once the change is committed.

    Again, because a page made in between would keep the old content under the new number.
    A draft is no change: an open editor saves one every few seconds.
    """
    if not isinstance(instance, CONTENT) or keeps_a_draft(update_fields):
        return
    _drop_number()
    transaction.on_commit(_drop_number)


def _drop_number() -> None:
    """Let the next request choose another number."""
    cache.delete(VERSION)


def for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: the answers of `view` to visitors may be kept by `PageCacheMiddleware`."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        # What forbids others to keep it forbids us too; later a middleware may add the header.
        response.for_visitors = not response.has_header("Cache-Control")
        return response

    return answer


class PageCacheMiddleware:
    """Answer a plain GET without a session from what was kept.

    Stands above everything that reads the session, so that a kept answer costs none of it, and
    below what decides by scheme and file. A view counts each time it is given out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.remembered: dict[str, Kept] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_plain(request):
            return self.get_response(request)
        key = _key(request)
        kept = self._find(key)
        if kept is None:
            response = self.get_response(request)
            if _may_be_kept(request, response):
                cache.set(key, _kept(response), settings.PAGE_CACHE_SECONDS)
            return response
        if kept.viewed:
            record_view(page_id=kept.viewed[0], union_id=kept.viewed[1])
        return HttpResponse(kept.body, headers=kept.headers)

    def _find(self, key: str) -> Kept | None:
        kept = self.remembered.get(key)
        if kept is None:
            kept = cache.get(key)
            if kept is not None:
                if len(self.remembered) >= REMEMBERED:
                    self.remembered = {}
                self.remembered[key] = kept
        return kept if kept is not None and time.time() < kept.until else None


def _is_plain(request: HttpRequest) -> bool:
    """Whether others may get the same answer. Raises `DisallowedHost`."""
    return (
        settings.PAGE_CACHE_SECONDS > 0
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and request.META.get("CONTENT_LENGTH") in {None, "", "0"}
        and PERSONAL.isdisjoint(request.COOKIES)
        and _is_named(request.get_host())
    )


def _is_named(host: str) -> bool:
    """Whether the settings name `host` as it is written, with its port.

    A visitor may write any port, and any name that fits a pattern of ALLOWED_HOSTS: were they
    kept, everybody could fill the cache.
    """
    site = urlsplit(settings.SITE_URL)
    return host.removesuffix(f":{site.port}") in [site.hostname, *settings.ALLOWED_HOSTS]


def _key(request: HttpRequest) -> str:
    """The key of the answer to a plain request."""
    version = cache.get_or_set(VERSION, lambda: uuid.uuid4().hex, timeout=None)
    place = f"{request.scheme}://{request.get_host()}{request.path}"
    return f"cms.answer:{version}:{text_size_of(request)}:{place}"


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        getattr(response, "for_visitors", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        # A form in it is one visitor's, and so is a nonce: it stands in the header as in the page.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not getattr(request, "_csp_nonce", None)
    )


def _kept(response: HttpResponse) -> Kept:
    page = (getattr(response, "context_data", None) or {}).get("page")
    viewed = (page.pk, getattr(page, "union_id", None)) if isinstance(page, Page) else None
    until = time.time() + settings.PAGE_CACHE_SECONDS
    return Kept(response.content, dict(response.items()), viewed, until)
