"""The menu of what keeps competitions fair."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from quiz.views.attempt_screens import AppealViewSet, AttemptViewSet
from quiz.views.case_screens import CaseViewSet
from quiz.views.dispute_screens import DisputeViewSet
from quiz.views.draw_screens import DrawViewSet
from quiz.views.regrade_screens import RegradeViewSet


class FairnessGroup(ModelViewSetGroup):
    menu_label = _("竞赛公正")
    menu_icon = "check"
    menu_order = 325
    items = (
        CaseViewSet,
        AttemptViewSet,
        AppealViewSet,
        DisputeViewSet,
        RegradeViewSet,
        DrawViewSet,
    )
