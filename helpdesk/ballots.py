"""One vote per visitor without knowing the visitor: a random signed cookie, hashed per entry."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "desk"
SALT = "helpdesk.ballot"
SECONDS = 180 * 24 * 60 * 60


def visitor_of(request: HttpRequest) -> str:
    """The visitor's random word, "" without one; a forged or an old cookie counts as none."""
    found = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=SECONDS)
    return str(found or "")


def new_visitor() -> str:
    """A fresh random word."""
    return secrets.token_urlsafe(16)


def keep(response: HttpResponse, visitor: str) -> None:
    """Hand the word to the browser; scripts and other sites don't see it."""
    response.set_signed_cookie(
        COOKIE,
        visitor,
        salt=SALT,
        max_age=SECONDS,
        path="/ask/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def ballot(visitor: str, entry_pk: int) -> str:
    """What is stored: two entries' ballots of one visitor can't be told to be the same one's."""
    return salted_hmac(SALT, f"{visitor}:{entry_pk}", algorithm="sha256").hexdigest()
