"""The keepers' report of the questions: which ones to look at."""

import django_filters
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from quiz.models import Question, QuestionBank, QuestionStatistic
from quiz.views import reports


def _two_places(value: float | None) -> str:
    # A rounded minus nothing is nothing.
    return "—" if value is None else f"{round(value, 2) + 0.0:.2f}"


class StatisticFilterSet(WagtailFilterSet):
    bank = django_filters.ModelChoiceFilter(
        field_name="version__question__bank",
        queryset=QuestionBank.objects.all(),
        label=_("题库"),
    )
    category = django_filters.CharFilter(
        field_name="version__question__category", lookup_expr="icontains", label=_("类别")
    )
    flagged = django_filters.ChoiceFilter(
        method="narrow",
        label=_("要看的"),
        choices=[("any", _("有任何一条")), *QuestionStatistic.Flag.choices],
    )

    class Meta:
        model = QuestionStatistic
        fields: list[str] = []

    def narrow(self, queryset, _name, value):
        """Only the questions with the flag `value`, or with any."""
        if value == "any":
            return queryset.filter(flag_count__gt=0)
        return queryset.filter(flags__contains=value)


class QuestionReportView(ReportView):
    """Per question: how often asked, right, left out, each option chosen, how long it took, and
    what to look at."""

    model = QuestionStatistic
    permission_policy = ModelPermissionPolicy(Question)
    any_permission_required = ["add", "change", "view"]
    page_title = _("题目统计")
    header_icon = "help"
    index_url_name = "quiz_question_report"
    index_results_url_name = "quiz_question_report_results"
    filterset_class = StatisticFilterSet
    columns = [
        Column("stem", label=_("题目"), accessor="version.question", classname="gs-wide"),
        Column("bank", label=_("题库"), accessor="version.question.bank.name"),
        Column(
            "category",
            label=_("类别"),
            accessor="version.question.category",
            classname="gs-narrow",
        ),
        Column("asked", label=_("出现次数")),
        Column("facility", label=_("答对率"), accessor="share"),
        Column(
            "discrimination",
            label=_("区分度"),
            accessor=lambda row: _two_places(row.discrimination),
        ),
        Column(
            "seconds",
            label=_("用时（秒）"),
            accessor=lambda row: "—" if row.pace is None else row.pace,
        ),
        Column("omitted", label=_("未答次数")),
        Column("picked", label=_("各选项被选次数")),
        Column("reasons", label=_("要看的原因")),
        Column("disputes", label=_("异议")),
    ]
    list_export = [
        "version.question_id",
        "version.question.bank.name",
        "version.question.category",
        "version.question.stem",
        "asked",
        "right",
        "omitted",
        "facility",
        "discrimination",
        "pace",
        "picked",
        "reasons",
        "disputes",
        "computed_at",
    ]
    export_headings = {
        "version.question_id": _("题目编号"),
        "version.question.bank.name": _("题库"),
        "version.question.category": _("类别"),
        "version.question.stem": _("题干"),
        "asked": _("出现次数"),
        "right": _("答对次数"),
        "omitted": _("未答次数"),
        "facility": _("答对率"),
        "discrimination": _("区分度"),
        "pace": _("用时（秒，中位数）"),
        "picked": _("各选项被选次数"),
        "reasons": _("要看的原因"),
        "disputes": _("异议"),
        "computed_at": _("统计时间"),
    }

    @cached_property
    def no_results_message(self):
        if self.is_filtering:
            return super().no_results_message
        return _("还没有统计。有人交卷以后，系统每天算一次。")

    def get_base_queryset(self):
        return QuestionStatistic.objects.for_report()


report_urls = [
    path("quiz/competitions/<slug:slug>/report/", reports.staff_report, name="quiz_staff_report"),
    path(
        "quiz/competitions/<slug:slug>/report.xlsx",
        reports.staff_report_file,
        name="quiz_staff_report_file",
    ),
    path("quiz/questions/report/", QuestionReportView.as_view(), name="quiz_question_report"),
    path(
        "reports/questions/results/",
        QuestionReportView.as_view(results_only=True),
        name="quiz_question_report_results",
    ),
]
