"""Registers the admin screens of search."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.viewsets import DictionaryWordViewSet, PinViewSet, SynonymViewSet, admin_urls


class SearchMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("search.change_synonym")


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [SynonymViewSet(), PinViewSet(), DictionaryWordViewSet()]


@hooks.register("register_admin_urls")
def register_urls():
    return admin_urls


@hooks.register("register_reports_menu_item")
def register_queries():
    return SearchMenuItem(_("搜索词"), reverse("search_queries"), icon_name="search", order=900)


@hooks.register("register_reports_menu_item")
def register_failures():
    return SearchMenuItem(_("索引失败"), reverse("search_failures"), icon_name="warning", order=910)
