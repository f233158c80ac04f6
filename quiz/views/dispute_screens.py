"""The editors' screens for disputed questions: an inbox by question, answered together."""

from collections.abc import Iterable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.permissions import register_permission_policy

from quiz import services
from quiz.errors import QuizError
from quiz.exhibits import Exhibit, exhibits_of
from quiz.models import Dispute, Question
from quiz.models.dispute import MOST_TEXT, disputed_questions
from quiz.pools import versions_of
from quiz.review import source_of
from quiz.sheet import LETTERS
from quiz.viewsets.base import QuizIndexView
from quiz.viewsets.desks import DeskViewSet, OnlyDecided

register_permission_policy(Dispute, OnlyDecided(Dispute), exact_class=True)
may_decide = permission_required("quiz.change_dispute")
State = Dispute.State
DECISIONS = {
    State.ANSWERED: _("答复：说明情况，题目不改"),
    State.DISMISSED: _("不采纳"),
    State.TAKEN: _("采纳：题目标为有争议，新的试卷不再抽到"),
}
MOST_SHOWN = 100


class DecisionForm(forms.Form):
    chosen = forms.TypedMultipleChoiceField(
        label=_("答复哪几条"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    decision = forms.ChoiceField(label=_("处理"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("答复"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出的人会看到。"),
    )

    def __init__(self, waiting: list[Dispute], *args, may_take: bool, name: bool, **kwargs):
        """`name` the version of each dispute."""
        initial = {"chosen": [dispute.pk for dispute in waiting]}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["chosen"].choices = [
            (
                dispute.pk,
                f"{dispute.get_kind_display()}：{dispute.text}"
                + (_("（第 %(number)d 版）") % {"number": dispute.version.number} if name else ""),
            )
            for dispute in waiting
        ]
        self.fields["decision"].choices = [
            (state.value, label)
            for state, label in DECISIONS.items()
            if may_take or state != State.TAKEN
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_decide
def dispute_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One question with what members say against it, and the answer. Names are not shown."""
    question = get_object_or_404(Question.objects.select_related("bank", "current"), pk=pk)
    found = list(Dispute.objects.about(question)[:MOST_SHOWN])
    waiting = [dispute for dispute in found if dispute.is_open]
    may_take = request.user.has_perm("quiz.change_question")
    shown = _shown(question, waiting or found)
    form = DecisionForm(
        waiting, request.POST or None, may_take=may_take, name=len(shown["versions"]) > 1
    )
    problem = ""
    if request.method == "POST" and not waiting:
        problem = QuizError("decided").message
    elif request.method == "POST" and form.is_valid():
        try:
            count = services.decide_disputes(
                question=question, by=request.user, **form.cleaned_data
            )
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("已答复 %(count)d 条。") % {"count": count})
            return redirect("dispute:edit", pk)
    context = {**shown, "waiting": waiting, "form": form, "problem": problem}
    context["decided"] = [dispute for dispute in found if not dispute.is_open]
    status = 422 if form.is_bound else 200
    return render(request, "quiz/admin/dispute.html", context, status=status)


def _shown(question: Question, disputes: Iterable[Dispute]) -> dict[str, list | Question]:
    """The versions that `disputes` are about, and the current one, with their keys as corrected."""
    contents = versions_of(question)
    about = {dispute.version_id for dispute in disputes} | {question.current_id}
    rows = question.versions.filter(pk__in=about - {None}).order_by("number")
    wanted = list(rows.values_list("number", "pk"))
    if not wanted:  # never published, and so never disputed
        contents, wanted = {0: question.snapshot(question.options.all())}, [(1, 0)]
    exhibits = exhibits_of(contents[version] for _number, version in wanted)
    return {
        "question": question,
        "versions": [
            _version(contents[version], exhibit)
            | {"number": number, "current": version == question.current_id}
            for (number, version), exhibit in zip(wanted, exhibits, strict=True)
        ],
    }


def _version(content: dict, exhibit: Exhibit) -> dict[str, object]:
    right = {*content["key"], *(content.get("also") or ())}
    return {
        "content": content,
        "options": [
            (letter, text, place in right)
            for place, (letter, text) in enumerate(zip(LETTERS, content["options"], strict=False))
        ],
        "accepted": (*content.get("accepted", ()), *content.get("also_accepted", ())),
        "exhibit": exhibit,
        "source": source_of(content),
    }


class DisputeIndexView(QuizIndexView):
    empty_text = _("还没有人对题目提出异议。会员在练习里，或能看答案以后，可以提出。")
    default_ordering = None
    page_title = _("题目异议")

    def get_base_queryset(self):
        return disputed_questions()


class DisputeViewSet(DeskViewSet):
    """A row per question that anybody disputed."""

    model = Dispute
    icon = "comment"
    menu_label = _("题目异议")
    index_view_class = DisputeIndexView
    list_display = [
        "__str__",
        Column("bank", label=_("题库"), accessor="bank.name"),
        Column("waiting", label=_("待处理")),
        Column("disputes", label=_("一共")),
        Column("state", label=_("题目状态"), accessor="get_state_display"),
        DateColumn("disputed_at", label=_("最近一条")),
    ]
    list_filter = ["bank", "state"]
    search_fields = ["stem"]
    form_fields = ["answer"]
    desk = dispute_desk

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(
            model=Question, permission_policy=self.permission_policy, **kwargs
        )

    def register_admin_url_finder(self):
        """The desk is of questions: no row of ours has a page of its own."""
