"""The editors' screens: entries, headings, and the questions that wait for an answer."""

from django.db import transaction
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, IndexView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from helpdesk import services
from helpdesk.models import Asking, Category, Enquiry, Entry


class EntryIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().for_lists().with_feedback()

    @cached_property
    def header_more_buttons(self):
        found = [
            (_("导入"), "helpdesk_import", "upload", "add"),
            (_("导出"), "helpdesk_export", "download", "change"),
        ]
        may = self.permission_policy.user_has_permission
        return super().header_more_buttons + [
            Button(label, url=reverse(name), icon_name=icon, priority=90)
            for label, name, icon, action in found
            if may(self.request.user, action)
        ]


class EntryCreateView(CreateView):
    """The form; `?enquiry=` fills in what somebody asked, and saving closes that enquiry."""

    @cached_property
    def enquiry(self):
        wanted = self.request.GET.get("enquiry", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            return None
        # Also one that a colleague has just answered: the text of this form must not be lost.
        return Enquiry.objects.filter(pk=int(wanted)).first()

    def get_initial(self):
        found = super().get_initial()
        return {**found, "question": self.enquiry.text} if self.enquiry else found

    def get_add_url(self):
        address = super().get_add_url()
        return f"{address}?{urlencode({'enquiry': self.enquiry.pk})}" if self.enquiry else address

    @transaction.atomic
    def save_instance(self):
        entry = super().save_instance()
        if self.enquiry:
            services.answer_enquiry(enquiry=self.enquiry, entry=entry)
        return entry


class EntryViewSet(ModelViewSet):
    model = Entry
    icon = "help"
    menu_label = _("问答条目")
    index_view_class = EntryIndexView
    add_view_class = EntryCreateView
    copy_view_enabled = False
    list_display = [
        "question",
        Column("category", label=_("分类"), accessor="category.name", sort_key="category__place"),
        Column("source", label=_("依据")),
        "valid_until",
        BooleanColumn("published", label=_("发布"), sort_key="published"),
        Column("helpful", label=_("有帮助")),
        Column("unhelpful", label=_("没解决"), sort_key="unhelpful"),
    ]
    list_filter = ["category", "published", "valid_until"]
    search_fields = ["question", "wordings", "source", "clause"]
    list_export = []
    panels = [
        FieldRowPanel([FieldPanel("category"), FieldPanel("published")]),
        FieldPanel("question"),
        FieldPanel("wordings"),
        FieldPanel("answer"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("source"), FieldPanel("clause")]),
                FieldPanel("source_url"),
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
            ],
            heading=_("依据"),
        ),
    ]


class EntryChooserViewSet(ChooserViewSet):
    """Picks an entry by searching: there are thousands."""

    model = Entry
    icon = "help"
    choose_one_text = _("选一条问答")
    choose_another_text = _("换一条问答")
    edit_item_text = _("编辑问答")


class CategoryDeleteView(DeleteView):
    """Deletes an empty heading; else says why not."""

    def form_valid(self, form):
        if self.object.entries.exists():
            messages.error(self.request, _("这个分类里还有问答，不能删除。请先移走它们。"))
            return redirect(self.get_success_url())
        return super().form_valid(form)


class CategoryViewSet(ModelViewSet):
    model = Category
    icon = "list-ul"
    menu_label = _("问答分类")
    ordering = ["place", "name"]
    list_display = ["name", "slug", "place"]
    search_fields = ["name"]
    copy_view_enabled = False
    delete_view_class = CategoryDeleteView
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldPanel("intro"),
        FieldPanel("place"),
    ]


class EnquiryForm(WagtailAdminModelForm):
    """What becomes of a question: an entry answers it, nobody will, or it waits on."""

    def clean(self):
        found = super().clean()
        answered = found.get("status") == Enquiry.Status.ANSWERED
        if answered and not found.get("answered_by"):
            self.add_error("answered_by", _("请选哪条问答回答了它。"))
        if not answered:
            found["answered_by"] = self.instance.answered_by = None
        return found

    def save(self, commit=True):
        enquiry = super().save(commit=commit)
        if commit and enquiry.answered_by:
            services.answer_enquiry(enquiry=enquiry, entry=enquiry.answered_by)
        return enquiry


class NothingIsAdded(ModelPermissionPolicy):
    """Readers ask; editors answer or put aside."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"add"})


register_permission_policy(Enquiry, NothingIsAdded(Enquiry), exact_class=True)


def answering_url(enquiry):
    """Where an entry is written from this enquiry."""
    if enquiry.status != Enquiry.Status.OPEN:
        return None
    return f"{reverse('entry:add')}?{urlencode({'enquiry': enquiry.pk})}"


class EnquiryViewSet(ModelViewSet):
    model = Enquiry
    icon = "comment"
    menu_label = _("咨询")
    ordering = ["-status", "-times", "-last_day"]  # open, dismissed, answered
    copy_view_enabled = False
    list_display = [
        "text",
        TitleColumn(
            "write",
            label=_("回答"),
            accessor=lambda row: _("从这里写一条问答") if answering_url(row) else "—",
            get_url=answering_url,
        ),
        "times",
        "last_day",
        Column("status", label=_("状态"), accessor="get_status_display", sort_key="status"),
    ]
    list_filter = ["status", "last_day"]
    search_fields = ["text"]
    edit_handler = ObjectList(
        [
            FieldPanel("text", read_only=True),
            FieldPanel("times", read_only=True),
            FieldPanel("status"),
            FieldPanel("answered_by"),
        ],
        base_form_class=EnquiryForm,
    )


class DaysReportView(ReportView):
    """How many questions came per day, and how many of them an entry answered."""

    model = Asking
    permission_policy = ModelPermissionPolicy(Entry)
    any_permission_required = ["add", "change", "view"]
    page_title = _("咨询台每日提问")
    header_icon = "help"
    index_url_name = "helpdesk_days"
    index_results_url_name = "helpdesk_days_results"
    columns = [
        Column("day", label=_("日期")),
        Column("asked", label=_("提问次数")),
        Column("answered", label=_("有回答")),
        Column(
            "share", label=_("回答率"), accessor=lambda row: f"{row['answered'] / row['asked']:.0%}"
        ),
    ]
    list_export = ["day", "asked", "answered"]
    export_headings = {"day": _("日期"), "asked": _("提问次数"), "answered": _("有回答")}

    def get_queryset(self):
        return Asking.objects.all()

    def get_filtered_queryset(self):
        return Asking.objects.per_day()


report_urls = [
    path("helpdesk/days/", DaysReportView.as_view(), name="helpdesk_days"),
    path(
        "helpdesk/days/results/",
        DaysReportView.as_view(results_only=True),
        name="helpdesk_days_results",
    ),
]


class HelpdeskGroup(ModelViewSetGroup):
    menu_label = _("咨询台")
    menu_icon = "help"
    menu_order = 260
    items = (EnquiryViewSet, EntryViewSet, CategoryViewSet)
