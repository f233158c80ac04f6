"""The editors' screens for banks and questions."""

import django_filters
from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from quiz import scoring, services
from quiz.models import Question, QuestionBank
from quiz.models.dispute import count_of
from quiz.secrecy import may_change_pool
from quiz.viewsets.base import (
    LinkColumn,
    NothingIsDeleted,
    QuizCreateView,
    QuizEditView,
    QuizIndexView,
    QuizViewSet,
    kept_rows,
)

NARROW = "gs-narrow"

register_permission_policy(QuestionBank, NothingIsDeleted(QuestionBank), exact_class=True)
register_permission_policy(Question, NothingIsDeleted(Question), exact_class=True)


class ImportButton:
    """Leads from a list to the upload."""

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if not self.request.user.has_perm("quiz.add_question"):
            return buttons
        address = reverse("quiz_import_upload")
        return [*buttons, Button(_("导入题目"), url=address, icon_name="upload", priority=90)]


class BankIndexView(ImportButton, QuizIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().with_counts()

    def get_list_more_buttons(self, instance):
        address = reverse("quiz_import_upload")
        export = reverse("quiz_export", args=[instance.pk])
        word = reverse("quiz_export_word", args=[instance.pk])
        found = [
            ("add", _("导入题目"), f"{address}?bank={instance.pk}", "upload", 20),
            ("change", _("导出题目"), export, "download", 30),
            ("change", _("导出题目（Word）"), word, "download", 40),
        ]
        return super().get_list_more_buttons(instance) + [
            Button(label, url=url, icon_name=icon, priority=priority)
            for verb, label, url, icon, priority in found
            if self.request.user.has_perm(f"quiz.{verb}_question")
        ]


class BankViewSet(QuizViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("题库")
    index_view_class = BankIndexView
    list_display = [
        "name",
        Column("published_count", label=_("可抽题数")),
        LinkColumn(
            "waiting_count",
            right="quiz.change_question",
            label=_("待审核"),
            get_url=lambda row: reverse("quiz_publish_waiting", args=[row.pk]),
        ),
    ]
    search_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("intro")]


class QuestionForm(WagtailAdminModelForm):
    """Refuses to leave a question that can't be answered among those in review or published, and
    practice with what runs."""

    def clean(self):
        cleaned = super().clean()
        if (
            "practice" in self.changed_data
            and self.instance.current_id
            and not may_change_pool(self.instance, timezone.now())
        ):
            message = _("有竞赛正在用这个题库，发出的试卷里可能有这道题；等竞赛截止后再改。")
            self.add_error("practice", message)
        if self.instance.state not in {Question.State.REVIEW, Question.State.PUBLISHED}:
            return cleaned
        rows = kept_rows(self.formsets["options"])
        problem = scoring.key_problem(
            cleaned.get("kind", ""),
            [row["text"] for row in rows],
            [place for place, row in enumerate(rows) if row["right"]],
        )
        if problem:
            self.add_error(None, forms.ValidationError(problem, code="bad_key"))
        return cleaned


class SettlesQuestion:
    """After the rows are saved, note who wrote them; the next step is the screen of states."""

    @transaction.atomic
    def save_instance(self):
        member = self.request.user if self.form.has_changed() else None
        return services.settle_question(question=super().save_instance(), member=member)

    def get_success_url(self):
        if not self.request.user.has_perm("quiz.change_question"):
            return reverse("question:index")
        return reverse("quiz_question_state", args=[self.object.pk])


class QuestionCreateView(SettlesQuestion, QuizCreateView):
    """What those write who can't come back to it waits for a keeper, as a question of a file."""

    @cached_property
    def keeps(self) -> bool:
        return self.request.user.has_perm("quiz.change_question")

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.keeps:
            form.instance.state = Question.State.REVIEW
        return form

    def get_success_message(self, instance):
        if self.keeps:
            return super().get_success_message(instance)
        return _("“%(question)s”已保存并提交审核，由题库管理员发布。") % {"question": instance}


class QuestionEditView(SettlesQuestion, QuizEditView):
    """A question that was published once stays in its bank (`Question.clean`)."""

    @cached_property
    def header_more_buttons(self):
        address = reverse("quiz_question_versions", args=[self.object.pk])
        button = Button(_("看各个版本"), url=address, icon_name="history", priority=90)
        return [*super().header_more_buttons, button]


class QuestionIndexView(ImportButton, QuizIndexView):
    def get_base_queryset(self):
        found = super().get_base_queryset().select_related("bank", "edited_by")
        return found.annotate(disputes=count_of("pk", state="open")).with_source_news()

    def get_list_more_buttons(self, instance):
        if not self.user_has_permission("change"):
            return super().get_list_more_buttons(instance)
        return [
            *super().get_list_more_buttons(instance),
            Button(
                _("审核和状态"),
                url=reverse("quiz_question_state", args=[instance.pk]),
                icon_name="check",
                priority=20,
            ),
            Button(
                _("看各个版本"),
                url=reverse("quiz_question_versions", args=[instance.pk]),
                icon_name="history",
                priority=30,
            ),
        ]


class QuestionFilterSet(WagtailFilterSet):
    source = django_filters.ChoiceFilter(
        method="narrow",
        label=_("出处"),
        choices=[("any", _("出处已变")), *Question.SourceNews.choices],
    )

    class Meta:
        model = Question
        fields = ["bank", "kind", "category", "difficulty", "state", "practice"]

    def narrow(self, queryset, _name, value):
        """Only the questions whose source somebody has to look at, for the reason `value`."""
        if value == "any":
            return queryset.exclude(source_news="")
        return queryset.filter(source_news=value)


def source_label(question: Question) -> str:
    """What has become of the source of `question`, in words; a dash while nothing has."""
    return str(Question.SourceNews(question.source_news).label) if question.source_news else "—"


class QuestionViewSet(QuizViewSet):
    model = Question
    icon = "help"
    menu_label = _("题目")
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    list_display = [
        "__str__",
        Column("bank", label=_("题库"), accessor="bank.name"),
        Column("kind", label=_("题型"), accessor="get_kind_display", classname=NARROW),
        "category",
        Column("difficulty", label=_("难度"), accessor="get_difficulty_display", classname=NARROW),
        LinkColumn(
            "state",
            right="quiz.change_question",
            label=_("状态"),
            accessor="get_state_display",
            classname=NARROW,
            get_url=lambda row: reverse("quiz_question_state", args=[row.pk]),
        ),
        LinkColumn(
            "source_news",
            right="quiz.change_question",
            label=_("出处"),
            accessor=source_label,
            classname=NARROW,
            get_url=lambda row: (
                reverse("quiz_question_state", args=[row.pk]) if row.source_news else None
            ),
        ),
        LinkColumn(
            "disputes",
            right="quiz.change_dispute",
            label=_("待处理异议"),
            classname=NARROW,
            get_url=lambda row: reverse("dispute:edit", args=[row.pk]) if row.disputes else None,
        ),
        Column("edited_by", label=_("最后改动的人")),
    ]
    filterset_class = QuestionFilterSet
    search_fields = ["stem", "category", "source_law"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("bank"), FieldPanel("kind")]),
            FieldRowPanel([FieldPanel("category"), FieldPanel("difficulty"), FieldPanel("points")]),
            FieldPanel("stem"),
            MultiFieldPanel(
                [
                    FieldPanel("picture"),
                    FieldPanel("picture_alt"),
                    FieldPanel("sound"),
                    FieldPanel("transcript"),
                ],
                heading=_("图片和音频"),
                classname="collapsed",
            ),
            InlinePanel(
                "options",
                heading=_("选项"),
                label=_("选项"),
                help_text=_("填空题在这里写可接受的答案，一行一种写法，不用勾选。"),
                min_num=1,
                max_num=10,
                panels=[FieldPanel("text"), FieldPanel("right")],
            ),
            HelpPanel(
                content=_(
                    "保存后在“审核和状态”里提交审核，由另一个人发布。改动已发布的题要重新审核，"
                    "这期间不会抽到；已经抽到的试卷仍用旧版本。"
                )
            ),
            FieldPanel("explanation"),
            FieldRowPanel([FieldPanel("source_law"), FieldPanel("source_article")]),
            FieldPanel("source_page"),
            FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
            FieldPanel("practice"),
        ],
        base_form_class=QuestionForm,
    )
