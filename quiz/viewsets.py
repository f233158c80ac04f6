"""The editors' screens for banks, questions and competitions."""

from django import forms
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
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
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from quiz import scoring, services
from quiz.allowance_screens import AllowanceViewSet
from quiz.drawing import Rule, shortages
from quiz.models import Competition, Question, QuestionBank, Round
from quiz.models.dispute import count_of
from quiz.models.round import MOST_ROUNDS
from quiz.pools import pool_of
from quiz.schedule import Planned, problems
from quiz.secrecy import may_change_pool


def kept_rows(formset) -> list[dict]:
    """The rows of an inline formset that will stand after saving, in the editor's order."""
    rows = [form.cleaned_data for form in kept_forms(formset)]
    return sorted(rows, key=lambda row: row.get("ORDER") or 0)


def kept_forms(formset) -> list:
    """The forms of an inline formset that will stand after saving; none while one is wrong."""
    if not formset.is_valid():
        return []
    return [
        form for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


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


class CompetitionForm(WagtailAdminModelForm):
    """Refuses rounds that don't fit together, and to publish where papers can't be drawn."""

    def clean(self):
        cleaned = super().clean()
        if not self.formsets["rounds"].is_valid():  # the rows say so themselves
            return cleaned
        rounds = kept_forms(self.formsets["rounds"])
        self._check_rounds(cleaned, rounds)
        if not cleaned.get("published") or not cleaned.get("bank"):
            return cleaned
        rules = rules_of(self)
        own = {planned(form): rules_of(form) for form in rounds}
        if not rules and not (own and all(own.values())):
            self.add_error(None, _("至少要有一条组卷规则，才能发布。"))
        self._check_papers(cleaned, rules)
        for found, round_rules in own.items():
            self._check_papers(cleaned, round_rules, found.label)
        return cleaned

    def _check_rounds(self, cleaned, rounds):
        plan = [planned(form) for form in rounds]
        for problem in problems(plan, cleaned.get("opens_at"), cleaned.get("closes_at")):
            self.add_error(None, problem)
        if cleaned.get("counting") == Competition.Counting.SUM_OF_ROUNDS and not plan:
            self.add_error("counting", _("没有设关卡，不能按关相加。"))
        for form in self.formsets["rounds"].forms:
            stored = form.instance
            if stored.pk is None:
                continue
            if form not in rounds and stored.attempts.exists():
                self.add_error(None, _("“%s”已经有人答过，不能删。") % stored.label)
            elif stored.promoted_at and form in rounds and not form.cleaned_data["promotes"]:
                self.add_error(None, _("“%s”已定晋级名单，不能去掉晋级人数。") % stored.label)
        begun = self.instance.pk and self.instance.attempts.filter(round=None).exists()
        if plan and begun:
            self.add_error(None, _("这场竞赛已经有人不分关卡答过，不能再设关卡。"))

    def _check_papers(self, cleaned, rules, label=""):
        opens_at = cleaned.get("opens_at") or timezone.now()
        pool = pool_of(cleaned["bank"]).in_force(timezone.localdate(opens_at))
        for rule, short in shortages(pool, rules):
            what = "，".join(
                [
                    rule.category or str(_("不限类别")),
                    str(Question.Difficulty(rule.difficulty).label)
                    if rule.difficulty
                    else str(_("不限难度")),
                ]
            )
            message = _("%(round)s题库里“%(what)s”的题不够，还缺 %(short)d 题。")
            names = {"round": f"“{label}”：" if label else "", "what": what, "short": short}
            self.add_error(None, message % names)


def rules_of(form) -> list[Rule]:
    """The paper rules below the form of a competition or a round."""
    return [
        Rule(row["count"], row["category"], row["difficulty"])
        for row in kept_rows(form.formsets["rules"])
    ]


def planned(form) -> Planned:
    """One round as its form has it."""
    names = ("number", "title", "opens_at", "closes_at", "promotes", "promoted_only")
    return Planned(*(form.cleaned_data[name] for name in names))


class SettlesQuestion:
    """After the rows are saved, note who wrote them; the next step is the screen of states."""

    @transaction.atomic
    def save_instance(self):
        member = self.request.user if self.form.has_changed() else None
        return services.settle_question(question=super().save_instance(), member=member)

    def get_success_url(self):
        return reverse("quiz_question_state", args=[self.object.pk])


class QuestionCreateView(SettlesQuestion, CreateView):
    pass


class QuestionEditView(SettlesQuestion, EditView):
    """A question that goes to another bank leaves the papers of the first one."""

    @transaction.atomic
    def save_instance(self):
        before = QuestionBank.objects.get(questions=self.object.pk)
        question = super().save_instance()
        if question.bank_id != before.pk:
            services.touch_bank(bank=before)
        return question


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


class ImportButton:
    """Leads from a list to the upload."""

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if not self.request.user.has_perm("quiz.add_question"):
            return buttons
        address = reverse("quiz_import_upload")
        return [*buttons, Button(_("导入题目"), url=address, icon_name="upload", priority=90)]


class BankIndexView(ImportButton, IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().with_counts()

    def get_list_more_buttons(self, instance):
        address = reverse("quiz_import_upload")
        found = [
            (_("导入题目"), f"{address}?bank={instance.pk}", "upload", 20),
            (_("导出题目"), reverse("quiz_export", args=[instance.pk]), "download", 30),
        ]
        return super().get_list_more_buttons(instance) + [
            Button(label, url=url, icon_name=icon, priority=priority)
            for label, url, icon, priority in found
        ]


class BankViewSet(QuizViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("题库")
    index_view_class = BankIndexView
    list_display = [
        "name",
        Column("published_count", label=_("可抽题数")),
        TitleColumn(
            "waiting_count",
            label=_("待审核"),
            get_url=lambda row: reverse("quiz_publish_waiting", args=[row.pk]),
        ),
    ]
    search_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("intro")]


class QuestionIndexView(ImportButton, IndexView):
    def get_base_queryset(self):
        found = super().get_base_queryset().select_related("bank", "edited_by")
        return found.annotate(disputes=count_of("pk", state="open"))

    def get_list_more_buttons(self, instance):
        return [
            *super().get_list_more_buttons(instance),
            Button(
                _("审核和状态"),
                url=reverse("quiz_question_state", args=[instance.pk]),
                icon_name="check",
                priority=20,
            ),
        ]


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
        TitleColumn(
            "state",
            label=_("状态"),
            accessor="get_state_display",
            get_url=lambda row: reverse("quiz_question_state", args=[row.pk]),
        ),
        TitleColumn(
            "disputes",
            label=_("待处理异议"),
            get_url=lambda row: reverse("dispute:edit", args=[row.pk]) if row.disputes else None,
        ),
        Column("edited_by", label=_("最后改动的人")),
    ]
    list_filter = ["bank", "kind", "category", "difficulty", "state", "practice"]
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


RULE_PANELS = [
    FieldRowPanel([FieldPanel("category"), FieldPanel("difficulty"), FieldPanel("count")])
]


class CompetitionEditView(EditView):
    """The form, with the ways to the preview and to the lists of those who go on."""

    @transaction.atomic
    def save_instance(self):
        # Numbers that two rounds exchange would meet on the way.
        stored = Round.objects.filter(competition=self.form.instance)
        if self.form.formsets["rounds"].has_changed():
            stored.update(number=F("number") + 2 * MOST_ROUNDS)
        return super().save_instance()

    @cached_property
    def header_more_buttons(self):
        lists = [
            Button(
                _("晋级：%(round)s") % {"round": found.label},
                url=reverse("quiz_promotion", args=[found.pk]),
                icon_name="list-ol",
                priority=90,
            )
            for found in self.object.rounds.filter(promotes__isnull=False)
        ]
        preview = Button(
            _("预览试卷"),
            url=reverse("quiz:preview", args=[self.object.slug, 1]),
            icon_name="view",
            priority=80,
        )
        return [*super().header_more_buttons, preview, *lists]


def report_url(competition: Competition) -> str | None:
    """Where the report of a closed competition is; an open one has none."""
    if competition.published and competition.reveals_key(timezone.now()):
        return reverse("quiz_staff_report", args=[competition.slug])
    return None


class CompetitionViewSet(QuizViewSet):
    model = Competition
    edit_view_class = CompetitionEditView
    icon = "list-ol"
    menu_label = _("竞赛")
    list_display = [
        "title",
        "opens_at",
        "closes_at",
        "published",
        TitleColumn(
            "report",
            label=_("总结"),
            accessor=lambda row: _("看总结") if report_url(row) else "—",
            get_url=lambda row: report_url(row),
        ),
    ]
    list_filter = ["published", "bank"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("slug"), FieldPanel("published")]),
            FieldPanel("intro"),
            FieldPanel("bank"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("union"), FieldPanel("membership")]),
                    InlinePanel(
                        "admissions",
                        heading=_("参赛条件"),
                        label=_("条件"),
                        help_text=_("只让一部分工会或行业参加时填，合乎一条就可以。"),
                        panels=[FieldRowPanel([FieldPanel("union"), FieldPanel("industry")])],
                    ),
                ],
                heading=_("谁可以参加"),
            ),
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
                    FieldPanel("catch_up"),
                ],
                heading=_("规则"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("certificate_points"), FieldPanel("certificate_title")]
                    )
                ],
                heading=_("证书"),
            ),
            InlinePanel(
                "rules",
                heading=_("组卷规则"),
                label=_("规则"),
                panels=RULE_PANELS,
            ),
            InlinePanel(
                "rounds",
                heading=_("场次和关卡"),
                label=_("关"),
                max_num=MOST_ROUNDS,
                help_text=_("留空就是一场到底。一天一关、初赛决赛都在这里设。"),
                panels=[
                    FieldRowPanel([FieldPanel("number"), FieldPanel("title")]),
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                    FieldRowPanel([FieldPanel("promotes"), FieldPanel("promoted_only")]),
                    InlinePanel(
                        "rules",
                        heading=_("本关的组卷规则"),
                        label=_("规则"),
                        help_text=_("留空就用竞赛的组卷规则。"),
                        panels=RULE_PANELS,
                    ),
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
    items = (CompetitionViewSet, QuestionViewSet, BankViewSet, AllowanceViewSet)
