"""Whole pages for visitors who are not signed in, dropped the moment content changes.

One number stands for all content: whatever editors write changes it, and every kept page is kept
under the number of its time. So a publish shows at once everywhere, on lists and profiles too, and
no list of dependent pages can be wrong. What changes by the clock alone (a deadline, a figure of
today) is at most PAGE_CACHE_SECONDS old.
"""

import uuid
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, Page, PageViewRestriction, Site
from wagtail.signals import post_page_move

from cms.models import Honour, HonourAward, HonourList, Person, SiteLegal
from engagement.services import record_view
from media.models import SiteImage, SiteMedia
from quiz.models import Competition
from reading.models import Title
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
    Site,
    SiteImage,
    SiteLegal,
    SiteMedia,
    Title,
    Union,
)
# A visitor with one of these may see something of their own.
PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}


@receiver([post_save, post_delete, post_page_move])
def content_changed(instance, **kwargs) -> None:
    """Drop every kept page, now and again once the change is committed.

    Again, because a page made in between would keep the old content under the new number.
    """
    if not isinstance(instance, CONTENT):
        return
    _renumber()
    transaction.on_commit(_renumber)


def _renumber() -> None:
    cache.set(VERSION, uuid.uuid4().hex, timeout=None)


def for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: answer a plain GET without a session from the cache."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not _is_plain(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        kept = cache.get(key)
        if kept is None:
            response = view(request, *args, **kwargs)
            if not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):  # a form in it is one visitor's
                _keep(key, response)
            return response
        body, content_type, viewed = kept
        if viewed:
            record_view(page_id=viewed[0], union_id=viewed[1])
        return HttpResponse(body, content_type=content_type)

    return answer


def _is_plain(request: HttpRequest) -> bool:
    return (
        settings.PAGE_CACHE_SECONDS > 0
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not PERSONAL & request.COOKIES.keys()
    )


def _key(request: HttpRequest) -> str:
    version = cache.get_or_set(VERSION, lambda: uuid.uuid4().hex, timeout=None)
    size = request.COOKIES.get("text", "m")
    return f"cms.page:{version}:{size[:2]}:{request.build_absolute_uri()}"


def _keep(key: str, response: HttpResponse) -> None:
    if response.status_code != 200 or response.streaming or response.cookies:
        return
    if response.has_header("Cache-Control"):
        return
    if hasattr(response, "render"):
        response.render()
    page = (getattr(response, "context_data", None) or {}).get("page")
    viewed = (page.pk, getattr(page, "union_id", None)) if isinstance(page, Page) else None
    kept = (response.content, response["Content-Type"], viewed)
    cache.set(key, kept, settings.PAGE_CACHE_SECONDS)
