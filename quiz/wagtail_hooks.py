"""Registers the editors' screens, and what of theirs the log names."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from quiz import approval, imports, promotion_screens
from quiz.services import MOVES
from quiz.services.closing import CLOSED_EARLY
from quiz.viewsets import QuizGroup


@hooks.register("register_admin_viewset")
def quiz_screens():
    return QuizGroup()


@hooks.register("register_admin_urls")
def quiz_urls():
    return [*approval.admin_urls, *imports.admin_urls, *promotion_screens.admin_urls]


@hooks.register("register_log_actions")
def quiz_actions(actions):
    actions.register_action(CLOSED_EARLY, _("提前截止"), _("提前截止，最终名次已公布"))
    for name, move in MOVES.items():
        actions.register_action(f"quiz.{name}", move.label, move.label)
    actions.register_action("quiz.import", _("导入题目"), _("导入题目"))
    actions.register_action("quiz.publish_waiting", _("发布待审核的题"), _("发布待审核的题"))
    actions.register_action("quiz.promote", _("定晋级名单"), _("定了晋级名单"))
