"""The menu of what keeps competitions fair."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from quiz.attempt_screens import AppealViewSet, AttemptViewSet
from quiz.case_screens import CaseViewSet
from quiz.draw_screens import DrawViewSet
from quiz.regrade_screens import RegradeViewSet


class FairnessGroup(ModelViewSetGroup):
    menu_label = _("竞赛公正")
    menu_icon = "check"
    menu_order = 325
    items = (CaseViewSet, AttemptViewSet, AppealViewSet, RegradeViewSet, DrawViewSet)
