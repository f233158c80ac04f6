"""Registers the editors' screens."""

from wagtail import hooks

from helpdesk.imports import admin_urls
from helpdesk.viewsets import EntryChooserViewSet, HelpdeskGroup


@hooks.register("register_admin_viewset")
def helpdesk_screens():
    return [HelpdeskGroup(), EntryChooserViewSet("entry_chooser")]


@hooks.register("register_admin_urls")
def helpdesk_urls():
    return admin_urls
