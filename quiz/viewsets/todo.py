"""What of competitions waits for whom, and where their work is, on the first page of the admin."""

from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from quiz.models import Appeal, Case, Competition, Dispute, Draw, Question, QuestionBank, Regrade
from unions.models import Member

MOST_SHOWN = 10
VERBS = ("add", "change", "view")


@dataclass(frozen=True)
class Line:
    """So many of something, and where they are listed."""

    label: str
    count: int
    url: str


def lines_for(member: Member) -> list[Line]:
    """What waits for somebody with the rights of `member`; nothing that is empty."""
    review = Question.objects.waiting()
    parts = (
        ("case", _("待处理的核查单"), Case.objects.waiting(), "case:index", "?state=open"),
        ("appeal", _("待答复的申诉"), Appeal.objects.waiting(), "appeal:index", ""),
        ("dispute", _("待处理的题目异议"), Dispute.objects.waiting(), "dispute:index", ""),
        ("regrade", _("待确认的答案更正"), Regrade.objects.waiting(), "regrade:index", ""),
        ("draw", _("还没有开奖的抽奖"), Draw.objects.waiting(timezone.now()), "draw:index", ""),
        (
            "question",
            _("待审核的题"),
            review,
            "question:index",
            "?state=review",
        ),
        (
            "question",
            _("出处已变的题"),
            Question.objects.with_changed_source(),
            "question:index",
            "?source=any",
        ),
    )
    return [
        Line(label, count, reverse(name) + query)
        for model, label, found, name, query in parts
        if member.has_perm(f"quiz.change_{model}") and (count := found.count())
    ]


class WaitingPanel(Component):
    """Nothing at all for those who have no part in competitions."""

    name = "quiz_waiting"
    order = 110
    template_name = "quiz/admin/waiting.html"

    def get_context_data(self, parent_context):
        member = parent_context["request"].user
        shown = None
        if member.has_perm("quiz.change_competition"):
            shown = list(Competition.objects.current_at(timezone.now())[:MOST_SHOWN])
        return {"waiting": lines_for(member), "competitions": shown}


class ListItem(SummaryItem):
    """Leads to the list of `model` and says in `words` how many there are."""

    template_name = "quiz/admin/summary.html"

    def __init__(self, request, order: int, model: type[Model], icon: str, words: str):
        super().__init__(request)
        self.order, self.model, self.icon, self.words = order, model, icon, words

    def is_shown(self):
        name = self.model._meta.model_name
        return any(self.request.user.has_perm(f"quiz.{verb}_{name}") for verb in VERBS)

    def get_context_data(self, parent_context):
        count = f"{self.model._default_manager.count():,}"
        url = reverse(f"{self.model._meta.model_name}:index")
        return {"icon": self.icon, "label": self.words % {"count": count}, "url": url}


class ImportItem(SummaryItem):
    """Leads to where files of questions come in."""

    order = 340
    template_name = "quiz/admin/summary.html"

    def is_shown(self):
        return self.request.user.has_perm("quiz.add_question")

    def get_context_data(self, parent_context):
        return {"icon": "upload", "label": _("导入题目"), "url": reverse("quiz_import_upload")}


def summary_items(request) -> list[SummaryItem]:
    """The ways from the first page to the work of whoever asks."""
    return [
        ListItem(request, 310, Competition, "list-ol", _("%(count)s 场竞赛")),
        ListItem(request, 320, QuestionBank, "folder-open-inverse", _("%(count)s 个题库")),
        ListItem(request, 330, Question, "help", _("%(count)s 道题目")),
        ImportItem(request),
    ]
