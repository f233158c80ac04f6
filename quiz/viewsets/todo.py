"""What of competitions waits for whom, on the first page of the admin."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from quiz.models import Appeal, Case, Competition, Dispute, Draw, Question, Regrade
from unions.models import Member

MOST_SHOWN = 10


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
