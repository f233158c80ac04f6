"""The editors' screens for people and honours, and the report of revoked awards."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.models import Honour, HonourAward, HonourList, Person
from cms.revoked import pages_naming_revoked
from unions.models import Union


class PersonFilters(WagtailFilterSet):
    union = django_filters.CharFilter(label=_("工会名称或代码"), method="of_unions")

    class Meta:
        model = Person
        fields = ["live", "consent", "sample"]

    def of_unions(self, people, name, value):
        """Those of the unions named so: a list to choose one from would be thousands long."""
        return people.filter(union__in=Union.objects.named_like(value))


class PersonViewSet(SnippetViewSet):
    model = Person
    icon = "user"
    menu_label = _("人物")
    list_display = ["name", "trade", "employer", BooleanColumn("consent", label=_("同意公开"))]
    list_export = ["name", "pinyin", "trade", "employer", "union", "consent", "consent_on"]
    filterset_class = PersonFilters
    ordering = ["pinyin", "pk"]


class HonourViewSet(SnippetViewSet):
    model = Honour
    icon = "pick"
    menu_label = _("荣誉称号")
    list_display = ["name", Column("get_level_display", label=_("级别")), "authority"]
    list_filter = ["level"]


class HonourListViewSet(SnippetViewSet):
    model = HonourList
    icon = "date"
    menu_label = _("荣誉名单")
    list_display = ["year", "honour", "announced_on", "objection_until"]
    list_filter = ["year", "honour"]


class AwardFilters(WagtailFilterSet):
    class Meta:
        model = HonourAward
        fields = ["year", "honour", "revoked"]


class HonourAwardViewSet(SnippetViewSet):
    model = HonourAward
    icon = "tick"
    menu_label = _("荣誉授予")
    list_display = ["person", "honour", "year", BooleanColumn("revoked", label=_("已撤销"))]
    list_export = ["person", "honour", "year", "authority", "revoked", "revoked_on"]
    filterset_class = AwardFilters
    search_fields = ["person__name", "honour__name"]
    search_backend_name = None


class PeopleGroup(SnippetViewSetGroup):
    items = (PersonViewSet, HonourAwardViewSet, HonourListViewSet, HonourViewSet)
    menu_label = _("人物与荣誉")
    menu_icon = "group"
    menu_order = 200


class RevokedReportFilters(WagtailFilterSet):
    live = django_filters.BooleanFilter(label=_("已发布"))

    class Meta:
        model = Page
        fields = ["live"]


class RevokedAwardsReport(PageReportView):
    """Every page, draft or live, that names a person of whom an award was revoked."""

    index_url_name = "revoked_awards_report"
    index_results_url_name = "revoked_awards_report_results"
    page_title = _("涉及撤销荣誉的页面")
    header_icon = "warning"
    filterset_class = RevokedReportFilters

    def get_queryset(self):
        return pages_naming_revoked().order_by("-latest_revision_created_at", "pk")
