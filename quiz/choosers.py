"""What organisers choose from a list too long for a form: a province has thousands of unions."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from unions.models import Union


class UnionFilterForm(BaseFilterForm):
    """Narrow the unions by a part of the name or the code, and by level."""

    q = forms.CharField(
        label=_("名称或代码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("名称或代码")}),
    )
    level = forms.ChoiceField(
        label=_("层级"),
        required=False,
        choices=[("", _("各级")), *Union.Level.choices],
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def filter(self, objects):
        if words := self.cleaned_data["q"]:
            named = Q(name__icontains=words) | Q(short_name__icontains=words)
            objects = objects.filter(named | Q(code__icontains=words))
            self.is_searching, self.search_query = True, words
        if level := self.cleaned_data["level"]:
            objects = objects.filter(level=level)
        return objects


class UnionList:
    """All unions in the order of the tree."""

    filter_form_class = UnionFilterForm

    def get_object_list(self):
        return Union.objects.all()

    @property
    def columns(self):
        return [
            *super().columns,
            Column("level", label=_("层级"), accessor="get_level_display"),
            Column("code", label=_("代码")),
        ]


class ChooseUnionView(UnionList, chooser.ChooseView):
    pass


class UnionResultsView(UnionList, chooser.ChooseResultsView):
    pass


class UnionChooserViewSet(ChooserViewSet):
    model = Union
    icon = "group"
    choose_one_text = _("选一个工会")
    choose_another_text = _("换一个工会")
    edit_item_text = _("编辑工会")
    choose_view_class = ChooseUnionView
    choose_results_view_class = UnionResultsView
    # Other apps' forms of a few fields keep what they have.
    register_widget = False


union_chooser = UnionChooserViewSet("competition_union_chooser")
