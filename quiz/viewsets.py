"""The editors' screens for banks, questions and competitions."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
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
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from quiz import scoring, services
from quiz.drawing import Rule, shortages
from quiz.models import Competition, Question, QuestionBank
from quiz.pools import pool_of


def kept_rows(formset) -> list[dict]:
    """The rows of an inline formset that will stand after saving, in the editor's order."""
    if not formset.is_valid():
        return []
    rows = [
        form.cleaned_data
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
    return sorted(rows, key=lambda row: row.get("ORDER") or 0)


class QuestionForm(WagtailAdminModelForm):
    """Refuses a published question that can't be answered."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") != Question.State.PUBLISHED:
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


class CompetitionForm(WagtailAdminModelForm):
    """Refuses to publish a competition whose papers can't be drawn."""

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("published") or not cleaned.get("bank"):
            return cleaned
        rules = [
            Rule(row["count"], row["category"], row["difficulty"])
            for row in kept_rows(self.formsets["rules"])
        ]
        if not rules:
            self.add_error(None, _("至少要有一条组卷规则，才能发布。"))
        for rule, short in shortages(pool_of(cleaned["bank"]).candidates, rules):
            what = "，".join(
                [
                    rule.category or str(_("不限类别")),
                    str(Question.Difficulty(rule.difficulty).label)
                    if rule.difficulty
                    else str(_("不限难度")),
                ]
            )
            message = _("题库里“%(what)s”的题不够，还缺 %(short)d 题。")
            self.add_error(None, message % {"what": what, "short": short})
        return cleaned


class SettlesQuestion:
    """After the rows are saved, let the papers' version agree with them."""

    @transaction.atomic
    def save_instance(self):
        return services.settle_question(question=super().save_instance())


class QuestionCreateView(SettlesQuestion, CreateView):
    pass


class QuestionEditView(SettlesQuestion, EditView):
    pass


class NothingIsDeleted(ModelPermissionPolicy):
    """Old papers and results point to these rows: they are retired, never deleted."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"delete"})


for model in (QuestionBank, Question, Competition):
    register_permission_policy(model, NothingIsDeleted(model), exact_class=True)


class QuizViewSet(ModelViewSet):
    """What the three screens have in common."""

    add_to_admin_menu = False
    copy_view_enabled = False


class BankIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().with_counts()


class BankViewSet(QuizViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("题库")
    index_view_class = BankIndexView
    list_display = ["name", Column("published_count", label=_("可抽题数"))]
    search_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("intro")]


class QuestionIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("bank")


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
        Column("kind", label=_("题型"), accessor="get_kind_display"),
        "category",
        Column("difficulty", label=_("难度"), accessor="get_difficulty_display"),
        Column("state", label=_("状态"), accessor="get_state_display"),
    ]
    list_filter = ["bank", "kind", "category", "difficulty", "state", "practice"]
    search_fields = ["stem", "category", "source_law"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("bank"), FieldPanel("kind"), FieldPanel("state")]),
            FieldRowPanel([FieldPanel("category"), FieldPanel("difficulty"), FieldPanel("points")]),
            FieldPanel("stem"),
            InlinePanel(
                "options",
                heading=_("选项"),
                label=_("选项"),
                min_num=2,
                max_num=10,
                panels=[FieldPanel("text"), FieldPanel("right")],
            ),
            HelpPanel(
                content=_(
                    "改动已发布的题会生成新版本：新抽的试卷用新版本，已经抽到的试卷仍用旧版本。"
                )
            ),
            FieldPanel("explanation"),
            FieldRowPanel([FieldPanel("source_law"), FieldPanel("source_article")]),
            FieldPanel("practice"),
        ],
        base_form_class=QuestionForm,
    )


class CompetitionViewSet(QuizViewSet):
    model = Competition
    icon = "list-ol"
    menu_label = _("竞赛")
    list_display = ["title", "opens_at", "closes_at", "published"]
    list_filter = ["published", "bank"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("slug"), FieldPanel("published")]),
            FieldPanel("intro"),
            FieldRowPanel([FieldPanel("bank"), FieldPanel("union")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    FieldPanel("freeze_at"),
                    FieldRowPanel([FieldPanel("objection_days"), FieldPanel("objection_contact")]),
                ],
                heading=_("日程"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("daily_tries"), FieldPanel("counting")]),
                    FieldRowPanel([FieldPanel("seconds"), FieldPanel("grace")]),
                ],
                heading=_("规则"),
            ),
            InlinePanel(
                "rules",
                heading=_("组卷规则"),
                label=_("规则"),
                panels=[
                    FieldRowPanel(
                        [FieldPanel("category"), FieldPanel("difficulty"), FieldPanel("count")]
                    )
                ],
            ),
            InlinePanel(
                "prizes",
                heading=_("奖品"),
                label=_("奖项"),
                panels=[
                    FieldRowPanel([FieldPanel("name"), FieldPanel("ground"), FieldPanel("quota")])
                ],
            ),
        ],
        base_form_class=CompetitionForm,
    )


class QuizGroup(ModelViewSetGroup):
    menu_label = _("知识竞赛")
    menu_icon = "list-ol"
    menu_order = 320
    items = (CompetitionViewSet, QuestionViewSet, BankViewSet)
