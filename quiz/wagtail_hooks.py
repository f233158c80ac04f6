"""Registers the editors' screens, and what of theirs the log names."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from quiz import audit
from quiz.reports import report_urls
from quiz.views import approval, imports, promotion_screens, team_screens
from quiz.viewsets.groups import FairnessGroup, QuizGroup
from quiz.viewsets.todo import WaitingPanel, summary_items


class QuestionReportMenuItem(MenuItem):
    def is_shown(self, request):
        rights = ("quiz.add_question", "quiz.change_question", "quiz.view_question")
        return any(request.user.has_perm(right) for right in rights)


@hooks.register("register_admin_viewset")
def quiz_screens():
    return [QuizGroup(), FairnessGroup()]


@hooks.register("register_admin_urls")
def quiz_urls():
    return [
        *approval.admin_urls,
        *imports.admin_urls,
        *promotion_screens.admin_urls,
        *team_screens.admin_urls,
        *report_urls,
    ]


@hooks.register("register_reports_menu_item")
def register_question_report():
    address = reverse("quiz_question_report")
    return QuestionReportMenuItem(_("题目统计"), address, icon_name="help", order=930)


@hooks.register("construct_homepage_panels")
def add_waiting(request, panels):
    panels.append(WaitingPanel())


@hooks.register("construct_homepage_summary_items")
def add_ways_to_work(request, items):
    items.extend(summary_items(request))


@hooks.register("register_log_actions")
def quiz_log_actions(actions):
    audit.register(actions)
