"""What editors choose from when a page cites a row of another app."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from quiz.models import Question


def described(question: Question) -> str:
    """Kind and stem, and what keeps readers from seeing the question, if anything does."""
    name = f"{question.get_kind_display()} · {question}"
    if Question.objects.for_practice().filter(pk=question.pk).exists():
        return name
    return _("%(name)s（%(state)s，页面上不显示）") % {
        "name": name,
        "state": question.get_state_display() if question.practice else _("不是练习专用"),
    }


class QuestionFilterForm(BaseFilterForm):
    """Narrow the questions by words of the stem or by the category."""

    q = forms.CharField(
        label=_("题干里的字"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("题干里的字")}),
    )
    category = forms.ChoiceField(
        label=_("类别"),
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = Question.objects.for_practice().order_by("category").distinct()
        self.fields["category"].choices = [
            ("", _("全部类别")),
            *((name, name) for name in names.values_list("category", flat=True)),
        ]

    def filter(self, objects):
        if words := self.cleaned_data["q"]:
            objects = objects.filter(stem__icontains=words)
            self.is_searching, self.search_query = True, words
        if category := self.cleaned_data["category"]:
            objects = objects.filter(category=category)
        return objects


class QuestionList:
    """Only questions for practice: those of competitions stay with the keepers of the banks."""

    filter_form_class = QuestionFilterForm

    def get_object_list(self):
        return Question.objects.for_practice().select_related("bank")

    @property
    def title_column(self):
        column = super().title_column
        column.label = _("题干")
        return column

    @property
    def columns(self):
        return [
            *super().columns,
            Column("kind", label=_("题型"), accessor="get_kind_display"),
            Column("category", label=_("类别")),
            Column("bank", label=_("题库")),
        ]


class ChooseQuestionView(QuestionList, chooser.ChooseView):
    pass


class QuestionResultsView(QuestionList, chooser.ChooseResultsView):
    pass


class QuestionChosenView(chooser.ChosenView):
    def get_object(self, pk):
        return Question.objects.for_practice().get(pk=pk)

    def get_display_title(self, instance):
        return described(instance)


class QuestionChosenMultipleView(chooser.ChosenMultipleView):
    def get_objects(self, pks):
        return Question.objects.for_practice().filter(pk__in=pks)

    def get_display_title(self, instance):
        return described(instance)


class QuestionWidget(BaseChooser):
    def get_display_title(self, instance):
        return described(instance)


class QuestionChooserViewSet(ChooserViewSet):
    model = Question
    icon = "help"
    choose_one_text = _("选一道题")
    choose_another_text = _("换一道题")
    edit_item_text = _("改这道题")
    choose_view_class = ChooseQuestionView
    choose_results_view_class = QuestionResultsView
    chosen_view_class = QuestionChosenView
    chosen_multiple_view_class = QuestionChosenMultipleView
    base_widget_class = QuestionWidget


question_chooser = QuestionChooserViewSet("lesson_question_chooser")
