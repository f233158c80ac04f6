"""Registers the editors' screens."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from quiz.promotion_screens import admin_urls
from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return QuizGroup()


@hooks.register("register_admin_urls")
def quiz_urls():
    return admin_urls


@hooks.register("register_log_actions")
def quiz_actions(actions):
    actions.register_action("quiz.promote", _("定晋级名单"), _("定了晋级名单"))
