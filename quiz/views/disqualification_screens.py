"""The editors' screens for taking a person out of a competition, and letting them in again."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy

from quiz import services
from quiz.errors import QuizError
from quiz.models import Attempt, Disqualification
from quiz.viewsets.base import LeadColumn, QuizIndexView
from quiz.viewsets.desks import DeskViewSet, OnlyDecided

# Who may take a result away may take all of a person's.
register_permission_policy(Disqualification, OnlyDecided(Attempt), exact_class=True)
may_void = permission_required("quiz.change_attempt")


class DisqualifyForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=300, help_text=_("本人会看到。"))


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("恢复原因"), max_length=300, help_text=_("本人会看到。"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_void
def disqualify(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before the owner of the attempt `pk` is taken out of its competition, then does it."""
    rows = Attempt.objects.select_related("competition", "member__union")
    attempt = get_object_or_404(rows, pk=pk)
    competition, member = attempt.competition, attempt.member
    if barred := Disqualification.objects.against(competition, member):
        return redirect("disqualification:edit", barred.pk)
    form, problem = DisqualifyForm(request.POST or None), ""
    if request.method == "POST":
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            found = services.disqualify(
                competition=competition, member=member, reason=reason, by=request.user
            )
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("资格已取消，名次已重排。"))
            return redirect("disqualification:edit", found.pk)
    own = Attempt.objects.of(competition, member)
    context = {
        "attempt": attempt,
        "counting": own.finished().filter(void_at__isnull=True).count(),
        "open": own.unfinished().exists(),
        "form": form,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "quiz/admin/disqualify.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_void
def disqualification_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is out, why, and what it took away; a press lifts it."""
    found = get_object_or_404(Disqualification.objects.for_lists(), pk=pk)
    form, problem = LiftForm(request.POST or None), ""
    if request.method == "POST":
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            services.lift_disqualification(disqualification=found, reason=reason, by=request.user)
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("资格已恢复，名次已重排。"))
            return redirect("disqualification:edit", pk)
    context = {
        "found": found,
        "attempts": found.attempts.for_lists(),
        "form": form,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "quiz/admin/disqualification.html", context, status=status)


class DisqualificationIndexView(QuizIndexView):
    empty_text = _("没有人被取消资格。")
    default_ordering = None

    def get_base_queryset(self):
        return Disqualification.objects.for_lists()


class DisqualificationViewSet(DeskViewSet):
    model = Disqualification
    icon = "user"
    menu_label = _("取消资格")
    index_view_class = DisqualificationIndexView
    list_display = [
        LeadColumn(
            "member",
            label=_("会员"),
            accessor="member.display_name",
            url_name="disqualification:edit",
        ),
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        Column("reason", label=_("原因")),
        Column("by", label=_("取消人"), accessor="by.display_name"),
        "at",
        Column("state", label=_("状态")),
    ]
    list_filter = {"competition": ["exact"], "lifted_at": ["isnull"]}
    search_fields = ["member__display_name", "member__username", "reason"]
    form_fields = ["reason"]
    desk = disqualification_desk
