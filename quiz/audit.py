"""The entries of the log about what staff decide in competitions."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "quiz.attempt.void": (_("答卷：取消成绩"), _("取消了成绩")),
    "quiz.attempt.restore": (_("答卷：恢复成绩"), _("恢复了成绩")),
    "quiz.appeal.decide": (_("申诉：答复"), _("答复了申诉")),
    "quiz.case.decide": (_("核查：决定"), _("处理了核查单")),
    "quiz.draw.announce": (_("抽奖：公布"), _("公布了抽奖规则和密数指纹")),
    "quiz.draw.freeze": (_("抽奖：封存"), _("封存了奖券名单")),
    "quiz.draw.reveal": (_("抽奖：开奖"), _("用公开数值开了奖")),
}


def register(actions) -> None:
    """Let the log know every action of ours; `actions` is Wagtail's registry."""
    for name, (label, message) in ACTIONS.items():
        actions.register_action(name, label, message)
