from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from unions.tabs import add_tab


class QuizConfig(AppConfig):
    name = "quiz"
    verbose_name = _("知识竞赛")

    def ready(self):
        add_tab(route="manage_competitions", title=_("竞赛"), place=30)
