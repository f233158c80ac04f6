"""What this app adds to Wagtail; the screens themselves are in `viewsets`."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import policy_registry

from media.models import SiteDocument
from media.viewsets import LackingTextReport


class LackingTextItem(MenuItem):
    def is_shown(self, request):
        policy = policy_registry.get_by_type(SiteDocument)
        return policy.user_has_any_permission(
            request.user, LackingTextReport.any_permission_required
        )


@hooks.register("register_reports_menu_item")
def lacking_text_item():
    return LackingTextItem(
        _("搜不到文字的附件"),
        reverse("lacking_text_report"),
        icon_name="doc-full-inverse",
        order=710,
    )


@hooks.register("register_admin_urls")
def lacking_text_urls():
    report = LackingTextReport
    return [
        path("reports/lacking-text/", report.as_view(), name="lacking_text_report"),
        path(
            "reports/lacking-text/results/",
            report.as_view(results_only=True),
            name="lacking_text_report_results",
        ),
    ]
