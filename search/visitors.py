"""Who searches, told apart for a day without being known."""

from datetime import date
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from unions.auth import client_address

# What one household or telephone has of the newer addresses.
PREFIX = 64


def visitor_of(request: HttpRequest, day: date) -> str:
    """A name for who sends `request` that holds on the local `day` alone: made with the secret key
    from the account, or from the address of who has not signed in, it leads back to neither."""
    who = f"member {request.user.pk}" if request.user.is_authenticated else _place(request)
    return salted_hmac("search.visitors", f"{day} {who}", algorithm="sha256").hexdigest()[:32]


def _place(request: HttpRequest) -> str:
    address = client_address(request)
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(int(found) >> (128 - PREFIX))
    return str(found)
