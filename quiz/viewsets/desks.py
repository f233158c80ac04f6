"""Screens in the admin that go step by step instead of offering every field in a form."""

from collections.abc import Callable, Sequence

from django.urls import URLPattern, path
from wagtail.permission_policies import ModelPermissionPolicy

from quiz.viewsets.base import QuizViewSet

LISTS = {"index", "index_results", "history", "history_results"}


class OnlyDecided(ModelPermissionPolicy):
    """Nobody adds or deletes these rows by hand; staff look and decide."""

    def user_has_permission(self, user, action):
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"add", "delete"})


class DeskViewSet(QuizViewSet):
    """A list, the log of each row, and a page per row that `desk` (request, pk) renders.

    `maker` (request), if any, is the page that makes a row; `steps` are the pages behind them.
    """

    list_export = []
    desk: Callable
    maker: Callable | None = None
    steps: Sequence[URLPattern] = ()

    def get_urlpatterns(self):
        own = type(self)
        kept = [found for found in super().get_urlpatterns() if found.name in LISTS]
        made = [path("new/", own.maker, name="add")] if own.maker else []
        return [*kept, *made, path("<int:pk>/", own.desk, name="edit"), *own.steps]
