"""Registers the editors' screens, and what of theirs the log names."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from quiz.services.closing import CLOSED_EARLY
from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return QuizGroup()


@hooks.register("register_log_actions")
def quiz_actions(actions):
    actions.register_action(CLOSED_EARLY, _("提前截止"), _("提前截止，最终名次已公布"))
