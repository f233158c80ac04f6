"""The two menus of competitions: what is made, and what keeps it fair."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from quiz.views.attempt_screens import AppealViewSet, AttemptViewSet
from quiz.views.case_screens import CaseViewSet
from quiz.views.certificate_screens import CertificateViewSet
from quiz.views.dispute_screens import DisputeViewSet
from quiz.views.disqualification_screens import DisqualificationViewSet
from quiz.views.draw_screens import DrawViewSet
from quiz.views.regrade_screens import RegradeViewSet
from quiz.viewsets.allowances import AllowanceViewSet
from quiz.viewsets.bank import BankViewSet, QuestionViewSet
from quiz.viewsets.competitions import CompetitionViewSet


class QuizGroup(ModelViewSetGroup):
    menu_label = _("知识竞赛")
    menu_icon = "list-ol"
    menu_order = 320
    items = (CompetitionViewSet, QuestionViewSet, BankViewSet, AllowanceViewSet)


class FairnessGroup(ModelViewSetGroup):
    menu_label = _("竞赛公正")
    menu_icon = "check"
    menu_order = 325
    items = (
        CaseViewSet,
        AttemptViewSet,
        DisqualificationViewSet,
        AppealViewSet,
        DisputeViewSet,
        RegradeViewSet,
        DrawViewSet,
        CertificateViewSet,
    )
