"""Registers the editors' screens."""

from wagtail import hooks

from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return QuizGroup()
