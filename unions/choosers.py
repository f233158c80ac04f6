"""How a union is chosen in every form of the admin: by searching, for there are thousands.

Panels of a foreign key to `Union` have `UnionField` by themselves; other forms name it.
"""

from typing import ClassVar

from django import forms
from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

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
            objects = objects.named_like(words)
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


class UnionWidget(BaseChooser):
    def get_instance(self, value):
        try:
            return super().get_instance(value)
        except ValueError:  # sent by hand; the field tells what is wrong
            return None


class UnionChooserViewSet(ChooserViewSet):
    model = Union
    icon = "group"
    choose_one_text = _("选一个工会")
    choose_another_text = _("换一个工会")
    edit_item_text = _("编辑工会")
    choose_view_class = ChooseUnionView
    choose_results_view_class = UnionResultsView
    base_widget_class = UnionWidget
    register_widget = False

    def on_register(self):
        super().on_register()
        register_form_field_override(ForeignKey, to=Union, override={"form_class": UnionField})


union_chooser = UnionChooserViewSet("union_chooser")


class UnionField(forms.ModelChoiceField):
    """A union that is looked for in a dialogue."""

    widget = union_chooser.widget_class
    default_error_messages: ClassVar[dict] = {
        "required": _("请选择工会。"),
        "invalid_choice": _("没有这个工会，请重新选一个。"),
    }
