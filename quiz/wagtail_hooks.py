"""Registers the editors' screens, and what of theirs the log names."""

from wagtail import hooks

from quiz import approval, audit, imports, promotion_screens
from quiz.fairness_screens import FairnessGroup
from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return [QuizGroup(), FairnessGroup()]


@hooks.register("register_admin_urls")
def quiz_urls():
    return [*approval.admin_urls, *imports.admin_urls, *promotion_screens.admin_urls]


@hooks.register("register_log_actions")
def quiz_log_actions(actions):
    audit.register(actions)
