"""The editors' report of files that the search reads nothing, or not all, of."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from media.models import SiteDocument


class LackingTextReport(ReportView):
    """Documents that the editor may change and whose text is not, or not wholly, found."""

    model = SiteDocument
    any_permission_required = ("change", "delete")
    index_url_name = "lacking_text_report"
    index_results_url_name = "lacking_text_report_results"
    page_title = _("搜不到文字的附件")
    header_icon = "doc-full-inverse"
    columns = [
        TitleColumn(
            "title",
            label=_("文档"),
            get_url=lambda document: reverse("wagtaildocs:edit", args=[document.pk]),
        ),
        Column("filename", label=_("文件名")),
        Column("text.outcome", label=_("原因和办法"), accessor="text.outcome"),
    ]
    list_export = ["title", "filename", "text.outcome"]
    export_headings = {
        "title": _("文档"),
        "filename": _("文件名"),
        "text.outcome": _("原因和办法"),
    }

    def get_queryset(self):
        mine = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        return SiteDocument.objects.lacking_part_of_text().filter(pk__in=mine.values("pk"))
