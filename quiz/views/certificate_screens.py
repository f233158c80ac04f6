"""The editors' screens for certificates: who holds one, and declaring one void."""

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
from quiz.models import Certificate
from quiz.viewsets.base import LeadColumn, QuizIndexView
from quiz.viewsets.desks import DeskViewSet, OnlyDecided

register_permission_policy(Certificate, OnlyDecided(Certificate), exact_class=True)
may_void = permission_required("quiz.change_certificate")


class VoidCertificateForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("本人和核验的人都会看到。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_void
def certificate_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate as it was issued; a press declares it void."""
    certificate = get_object_or_404(Certificate.objects.for_lists(), pk=pk)
    form, problem = VoidCertificateForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.void_certificate(certificate=certificate, reason=reason, by=request.user)
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("证书已作废，核验页已写明。"))
            return redirect("certificate:edit", pk)
    context = {"certificate": certificate, "form": form, "problem": problem}
    status = 422 if form.is_bound else 200
    return render(request, "quiz/admin/certificate.html", context, status=status)


class CertificateIndexView(QuizIndexView):
    empty_text = _("还没有证书。名次最终生效以后，自动发给达到分数线的人。")
    default_ordering = None

    def get_base_queryset(self):
        return Certificate.objects.for_lists()


class CertificateViewSet(DeskViewSet):
    model = Certificate
    icon = "doc-full-inverse"
    menu_label = _("证书")
    index_view_class = CertificateIndexView
    list_display = [
        LeadColumn("name", label=_("姓名"), url_name="certificate:edit"),
        Column("union", label=_("工会"), accessor="member.union.name"),
        Column("competition", label=_("竞赛"), accessor="competition_title"),
        Column("points", label=_("得分")),
        Column("rank", label=_("名次")),
        Column("issued_at", label=_("颁发时间")),
        Column("state", label=_("状态")),
    ]
    list_filter = {"competition": ["exact"], "voided_at": ["isnull"]}
    search_fields = ["name", "member__username", "code"]
    form_fields = ["void_reason"]
    desk = certificate_desk
