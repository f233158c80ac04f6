"""Registers the editors' screens."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from helpdesk import views
from helpdesk.viewsets import EntryChooserViewSet, HelpdeskGroup, report_urls


class DaysMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("helpdesk.change_entry")


@hooks.register("register_admin_viewset")
def helpdesk_screens():
    return [HelpdeskGroup(), EntryChooserViewSet("entry_chooser")]


@hooks.register("register_admin_urls")
def helpdesk_urls():
    return [
        path("helpdesk/import/", views.import_entries, name="helpdesk_import"),
        path("helpdesk/import/done/", views.imported, name="helpdesk_imported"),
        path("helpdesk/import/template.xlsx", views.import_template, name="helpdesk_template"),
        path("helpdesk/export.xlsx", views.export, name="helpdesk_export"),
        *report_urls,
    ]


@hooks.register("register_reports_menu_item")
def register_days():
    return DaysMenuItem(_("咨询台提问"), reverse("helpdesk_days"), icon_name="help", order=920)
