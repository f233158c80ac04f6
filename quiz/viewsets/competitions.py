"""The editors' screens for competitions and their rounds."""

from django import forms
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from quiz import services, terms
from quiz.drawing import Rule, shortages
from quiz.maximum import most_points
from quiz.models import Competition, Question, Round
from quiz.models.round import MOST_ROUNDS
from quiz.pools import pool_of
from quiz.schedule import Planned, problems
from quiz.views.team_screens import NO_TEAMS, TEAM_PANELS, team_buttons
from quiz.viewsets.base import (
    LinkColumn,
    NothingIsDeleted,
    QuizEditView,
    QuizViewSet,
    kept_forms,
    kept_rows,
)

register_permission_policy(Competition, NothingIsDeleted(Competition), exact_class=True)


class CompetitionForm(WagtailAdminModelForm):
    """Refuses rounds that don't fit together, and to publish where papers can't be drawn.

    Once somebody began, what attempts and boards were built on stays; see `quiz.terms`.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The admin's script takes out what is Chinese, so that the box may come empty.
        self.fields["slug"].error_messages |= {"required": SLUG_ERROR, "invalid": SLUG_ERROR}

    def clean(self):
        cleaned = super().clean()
        self._check_terms(cleaned)
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
        if not self.errors:
            self._check_certificate(cleaned, [found or rules for found in own.values()] or [rules])
        return cleaned

    def _check_terms(self, cleaned):
        """Refuse what may not change any more; `changed_terms` is what does, by field."""
        self.changed_terms = {}
        if self.instance.pk is None:
            return
        before = {name: getattr(self.instance, name) for name in terms.ALL}
        for name in set(terms.DATES) & set(cleaned):
            if terms.same(before[name], cleaned[name]):
                cleaned[name] = before[name]
        after = {**before, **{name: cleaned[name] for name in terms.ALL if name in cleaned}}
        self.changed_terms = {
            name: (before[name], after[name]) for name in terms.ALL if before[name] != after[name]
        }
        if self.instance.attempts.exists():
            labels = {name: self.fields[name].label for name in terms.ALL}
            for name, message in terms.refusals(before, after, labels, timezone.now()).items():
                self.add_error(name, message)
        if self.instance.certified_at and "certificate_points" in self.changed_data:
            self.add_error("certificate_points", _("证书已经发出，发证分数不能再改。"))

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

    def _check_certificate(self, cleaned, papers):
        """Refuse a level that nobody can reach; what is issued stays as it is."""
        level = cleaned["certificate_points"]
        if not level or self.instance.certified_at:
            return
        terms_of_points = (cleaned[name] for name in ("counting", "opens_at", "closes_at"))
        most = most_points(pool_of(cleaned["bank"]), papers, *terms_of_points)
        if level > most:
            message = _("照组卷规则和记分办法，最多能得 %(most)d 分，没有人达得到这个分数线。")
            self.add_error("certificate_points", message % {"most": most})

    def _check_papers(self, cleaned, rules, label=""):
        opens_at = cleaned.get("opens_at") or timezone.now()
        strata = pool_of(cleaned["bank"]).in_force(timezone.localdate(opens_at))
        for rule, short in shortages(strata, rules):
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
    names = ("number", "title", "opens_at", "closes_at", "promotes", "promoted_only", "for_teams")
    return Planned(*(form.cleaned_data[name] for name in names))


# The admin's script takes out of a slug whatever else is typed, without a word.
SLUG_ERROR = _("请写网址名：只写小写字母、数字和连字符，如 anquan-2026。")
SLUG_HELP = _("用在网址里：只写小写字母、数字和连字符，如 anquan-2026。有人答过以后不能再改。")


class DifficultySelect(forms.Select):
    """Says what no choice means."""

    def create_option(self, name, value, label, *args, **kwargs):
        return super().create_option(
            name, value, label if value else _("不限难度"), *args, **kwargs
        )


RULE_PANELS = [
    FieldRowPanel(
        [
            FieldPanel("category"),
            FieldPanel("difficulty", widget=DifficultySelect),
            FieldPanel("count"),
        ]
    )
]


class CompetitionEditView(QuizEditView):
    """The form, with the ways to the preview and to the lists of those who go on."""

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        # What may change is judged and saved while nobody begins and no board is made final.
        self.object = services.hold_dates(self.get_object())
        return super().post(request, *args, **kwargs)

    @transaction.atomic
    def save_instance(self):
        # Numbers, or the team round, that two rounds exchange would meet on the way.
        stored = Round.objects.filter(competition=self.form.instance)
        round_closes = dict(stored.values_list("pk", "closes_at"))
        if self.form.formsets["rounds"].has_changed():
            stored.update(number=F("number") + 2 * MOST_ROUNDS, **NO_TEAMS)
        saved = super().save_instance()
        services.settle_dates(
            competition=saved,
            changed=self.form.changed_terms,
            round_closes=round_closes,
            by=self.request.user,
        )
        return saved

    def form_valid(self, form):
        response = super().form_valid(form)
        changed = [form.fields[name].label for name in terms.TOLD if name in form.changed_terms]
        if changed and form.instance.attempts.exists():
            message = _("已经有人答过，%(what)s和他们读到的不同了，已记入操作记录。请出公告说明。")
            messages.warning(self.request, message % {"what": "、".join(map(str, changed))})
        return response

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
        paper = Button(
            _("打印试卷"),
            url=reverse("quiz:paper", args=[self.object.slug]),
            icon_name="doc-full",
            priority=85,
        )
        teams = team_buttons(self.object)
        return [*super().header_more_buttons, preview, paper, *lists, *teams]


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
        Column("standing", label=_("状态")),
        LinkColumn(
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
            FieldRowPanel([FieldPanel("slug", help_text=SLUG_HELP), FieldPanel("published")]),
            FieldPanel("intro"),
            FieldPanel("bank"),
            MultiFieldPanel(
                [
                    FieldPanel("union"),
                    FieldPanel("membership"),
                    InlinePanel(
                        "admissions",
                        heading=_("参赛条件"),
                        label=_("条件"),
                        help_text=_("只让一部分工会或行业参加时填，合乎一条就可以。"),
                        panels=[
                            FieldPanel("union"),
                            FieldPanel("industry"),
                        ],
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
                    *TEAM_PANELS,
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
