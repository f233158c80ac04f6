"""Granting more time, in the admin."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column

from quiz.models import Allowance
from quiz.viewsets.base import QuizCreateView, QuizIndexView, QuizViewSet
from unions.auth import login_to_username
from unions.models import Member


class AllowanceForm(WagtailAdminModelForm):
    """To whom more time is granted; the member by what they sign in with."""

    login = forms.CharField(label=_("会员的用户名或手机号"), max_length=150)

    class Meta:
        model = Allowance
        fields = ("competition", "extra_seconds", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["competition", "login"])
        if self.instance.pk:
            self.initial["login"] = self.instance.member.username

    def clean_login(self) -> str:
        login = self.cleaned_data["login"]
        member = Member.objects.filter(username=login_to_username(login), is_active=True).first()
        if member is None:
            raise ValidationError(_("没有这个会员，或账号已停用。"))
        self.instance.member = member
        return login

    def clean(self):
        found = super().clean()
        same = Allowance.objects.exclude(pk=self.instance.pk).filter(
            member=self.instance.member_id, competition=found.get("competition")
        )
        if self.instance.member_id and same.exists():
            raise ValidationError(_("这个会员在这场竞赛里已经有延时，请改原来那条。"))
        return found


class AllowanceCreateView(QuizCreateView):
    def save_instance(self):
        self.form.instance.granted_by = self.request.user
        return super().save_instance()


class AllowanceIndexView(QuizIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("competition", "member", "granted_by")


class AllowanceViewSet(QuizViewSet):
    """Creating, changing and deleting leaves an entry in the log, with who did it and when."""

    model = Allowance
    icon = "time"
    menu_label = _("延时")
    add_to_reference_index = False
    index_view_class = AllowanceIndexView
    add_view_class = AllowanceCreateView
    list_display = [
        "member",
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        "extra_seconds",
        "reason",
        Column("granted_by", label=_("批准人"), accessor="granted_by"),
        "granted_at",
    ]
    list_filter = ["competition"]
    search_fields = ["member__display_name", "member__username", "reason"]

    def get_form_class(self, for_update=False):
        return AllowanceForm
