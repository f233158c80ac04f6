"""Registers the editors' screens and what the log can say of them."""

from wagtail import hooks

from quiz import audit
from quiz.fairness_screens import FairnessGroup
from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return [QuizGroup(), FairnessGroup()]


@hooks.register("register_log_actions")
def quiz_log_actions(actions):
    audit.register(actions)
