from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from unions.tabs import add_tab


class QuizConfig(AppConfig):
    name = "quiz"
    verbose_name = _("知识竞赛")

    def ready(self):
        # Services order tasks by name; the name must be known in every process.
        import_module("quiz.tasks")
        add_tab(route="manage_competitions", title=_("竞赛"), place=30)
