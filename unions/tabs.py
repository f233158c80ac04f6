"""The tabs of the officers' desk: each app adds its own when it is ready."""

from typing import NamedTuple

from django.utils.functional import Promise


class Tab(NamedTuple):
    """A screen of the desk: `route` is the name of an address that takes a unit's id."""

    place: int
    route: str
    title: str | Promise


_tabs: dict[str, Tab] = {}


def add_tab(*, route: str, title: str | Promise, place: int) -> None:
    """Show `title` on every screen of the desk; the tab with the lowest `place` is opened first."""
    _tabs[route] = Tab(place, route, title)


def all_tabs() -> list[Tab]:
    """Every tab in the order of places."""
    return sorted(_tabs.values(), key=lambda tab: tab.place)
