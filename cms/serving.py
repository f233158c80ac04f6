"""Serve a page found by its id exactly as Wagtail serves one found by its path."""

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve_chain


def serve(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the page's answer after every hook: view restrictions apply as they do by path."""
    chain = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    return chain(page, request, [], {})
