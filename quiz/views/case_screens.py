"""The fair-play desk: cases with their evidence, decided by a person."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from quiz import services
from quiz.errors import QuizError
from quiz.evidence import came_together, sheet_of_replies
from quiz.models import Case, Disqualification
from quiz.viewsets.base import LeadColumn, QuizIndexView
from quiz.viewsets.desks import DeskViewSet, OnlyDecided
from quiz.workbooks import saved_as, workbook

register_permission_policy(Case, OnlyDecided(Case), exact_class=True)
may_decide = permission_required("quiz.change_case")
SHEETS_SHOWN = 10


class CaseForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("决定"),
        choices=[("no", _("没有问题")), ("yes", _("成立，取消这些答卷的成绩"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("取消成绩时，这就是本人看到的原因。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_decide
def case_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: the signal, every reply of its attempts, and the decision."""
    case = get_object_or_404(Case.objects.for_lists(), pk=pk)
    form, problem = CaseForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_case(case=case, by=request.user, **form.cleaned_data)
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("已处理。"))
            return redirect("case:edit", pk)
    now = timezone.now()
    found = case.attempts.select_related("competition__bank", "member__union").order_by("pk")
    sheets = [(row, sheet_of_replies(row, now)) for row in found[:SHEETS_SHOWN]]
    context = {
        "case": case,
        "form": form,
        "problem": problem,
        "barred": Disqualification.objects.members_out_of(case.competition),
        "sheets": sheets,
        "came_together": any(came_together(replies) for _row, replies in sheets),
    }
    status = 422 if form.is_bound else 200
    return render(request, "quiz/admin/case.html", context, status=status)


@require_safe
@may_decide
def cases_file(request: HttpRequest) -> HttpResponse:
    """Every case as a workbook."""
    head = [
        _("编号"),
        _("竞赛"),
        _("线索"),
        _("日期"),
        _("依据"),
        _("答卷数"),
        _("状态"),
        _("说明"),
    ]
    lines = [
        [
            case.pk,
            case.competition.title,
            case.get_signal_display(),
            f"{case.day:%Y-%m-%d}",
            case.summary,
            case.size,
            case.get_state_display(),
            case.note,
        ]
        for case in Case.objects.for_lists()
    ]
    return saved_as(_("核查单"), workbook({_("核查单"): [head, *lines]}))


class CaseIndexView(QuizIndexView):
    empty_text = _("没有核查单。系统每天查看前一天的答卷，有线索的列在这里。")
    default_ordering = None

    def get_base_queryset(self):
        return Case.objects.for_lists()

    @cached_property
    def header_more_buttons(self):
        export = Button(_("导出"), url=reverse("case:export"), icon_name="download", priority=90)
        return [*super().header_more_buttons, export]


class CaseViewSet(DeskViewSet):
    model = Case
    icon = "warning"
    menu_label = _("核查单")
    index_view_class = CaseIndexView
    list_display = [
        LeadColumn("signal", label=_("线索"), accessor="get_signal_display", url_name="case:edit"),
        Column("summary", label=_("依据")),
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        "day",
        Column("size", label=_("答卷数")),
        Column("state", label=_("状态"), accessor="get_state_display"),
    ]
    list_filter = ["state", "signal", "competition"]
    search_fields = ["note", "competition__title"]
    form_fields = ["note"]
    desk = case_desk
    steps = (path("export.xlsx", cases_file, name="export"),)
