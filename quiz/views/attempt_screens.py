"""The editors' screens for attempts and appeals: look, then take a result away or give it back."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy

from quiz import services
from quiz.errors import QuizError
from quiz.evidence import sheet_of_replies
from quiz.models import Appeal, Attempt, Disqualification
from quiz.views.disqualification_screens import disqualify
from quiz.viewsets.base import LeadColumn, QuizIndexView
from quiz.viewsets.desks import DeskViewSet, OnlyDecided

for model in (Attempt, Appeal):
    register_permission_policy(model, OnlyDecided(model), exact_class=True)
may_void = permission_required("quiz.change_attempt")
may_decide = permission_required("quiz.change_appeal")


REJECTED = ("no", _("不成立"))
WHOLE = [("yes", _("成立，恢复资格和成绩")), REJECTED]


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=300, help_text=_("本人会看到。"))


class DecisionForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("决定"),
        choices=[("yes", _("成立，恢复成绩")), REJECTED],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("本人会看到。"),
    )


def _found(pk: int) -> Attempt:
    found = Attempt.objects.select_related("competition__bank", "member__union", "voided_by")
    return get_object_or_404(found, pk=pk)


@require_safe
@never_cache
@may_void
def attempt_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One attempt with every reply and its time."""
    return _attempt_page(request, _found(pk), VoidForm())


def _attempt_page(
    request: HttpRequest, attempt: Attempt, form: VoidForm, problem: str = ""
) -> HttpResponse:
    context = {
        "attempt": attempt,
        "replies": sheet_of_replies(attempt, timezone.now()),
        "appeals": attempt.appeals.order_by("-pk"),
        "barred": Disqualification.objects.against(attempt.competition, attempt.member),
        "form": form,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "quiz/admin/attempt.html", context, status=status)


@require_POST
@may_void
def void(request: HttpRequest, pk: int) -> HttpResponse:
    attempt, form = _found(pk), VoidForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.void_attempt(attempt=attempt, reason=reason, by=request.user)
    except QuizError as error:
        return _attempt_page(request, attempt, form, error.message)
    messages.success(request, _("成绩已取消，名次已重排。"))
    return redirect("attempt:edit", pk)


@require_POST
@may_void
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = _found(pk)
    try:
        services.restore_attempt(attempt=attempt, by=request.user)
    except QuizError as error:
        return _attempt_page(request, attempt, VoidForm(), error.message)
    messages.success(request, _("成绩已恢复，名次已重排。"))
    return redirect("attempt:edit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_decide
def appeal_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal and its answer."""
    appeal = get_object_or_404(Appeal.objects.for_lists(), pk=pk)
    form, problem = DecisionForm(request.POST or None), ""
    if appeal.disqualification:
        form.fields["accepted"].choices = WHOLE
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_appeal(appeal=appeal, by=request.user, **form.cleaned_data)
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("已答复。"))
            return redirect("appeal:edit", pk)
    others = appeal.attempt.appeals.exclude(pk=pk).order_by("-pk") if appeal.attempt else []
    context = {"appeal": appeal, "others": others, "form": form, "problem": problem}
    context["own"] = appeal.taken_by_id == request.user.pk
    status = 422 if form.is_bound else 200
    return render(request, "quiz/admin/appeal.html", context, status=status)


class AttemptIndexView(QuizIndexView):
    empty_text = _("还没有人答过题。")

    def get_base_queryset(self):
        return Attempt.objects.finished().for_lists()

    def search_queryset(self, queryset):
        """By the number that the member reads and names, else as any list."""
        named = queryset.named(self.search_query or "")
        return super().search_queryset(queryset) if named is None else named


class AttemptViewSet(DeskViewSet):
    model = Attempt
    icon = "doc-full"
    menu_label = _("答卷")
    index_view_class = AttemptIndexView
    list_display = [
        LeadColumn("reference", label=_("编号"), url_name="attempt:edit"),
        Column("member", label=_("会员"), accessor="member.display_name"),
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        "points",
        "elapsed",
        "submitted_at",
        Column("void_reason", label=_("取消原因")),
    ]
    list_filter = {"competition": ["exact"], "day": ["exact"], "void_at": ["isnull"]}
    search_fields = ["member__username", "member__display_name", "uuid"]
    form_fields = ["void_reason"]
    desk = attempt_desk
    steps = (
        path("<int:pk>/void/", void, name="void"),
        path("<int:pk>/restore/", restore, name="restore"),
        path("<int:pk>/disqualify/", disqualify, name="disqualify"),
    )


class AppealIndexView(QuizIndexView):
    empty_text = _("还没有申诉。成绩被取消的人可以提出，每次取消可以提一次。")
    default_ordering = None

    def get_base_queryset(self):
        return Appeal.objects.for_lists()


class AppealViewSet(DeskViewSet):
    model = Appeal
    icon = "comment"
    menu_label = _("申诉")
    index_view_class = AppealIndexView
    list_display = [
        LeadColumn("reference", label=_("答卷"), url_name="appeal:edit"),
        Column("member", label=_("会员"), accessor="member.display_name"),
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        "created_at",
        Column("state", label=_("处理")),
    ]
    list_filter = {"decided_at": ["isnull"]}
    search_fields = [
        "text",
        "attempt__member__display_name",
        "disqualification__member__display_name",
    ]
    form_fields = ["answer"]
    desk = appeal_desk
