"""The entries of the log about what staff decide in competitions."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from quiz.services import MOVES
from quiz.services.closing import CLOSED_EARLY
from quiz.services.dates import CHANGED

ACTIONS = {
    "quiz.publish_waiting": (_("发布待审核的题"), _("发布待审核的题")),
    "quiz.confirm_source": (_("确认出处"), _("看过变了的出处，确认题目不用改")),
    "quiz.promote": (_("定晋级名单"), _("定了晋级名单")),
    "quiz.team.create": (_("参赛队：新增"), _("新增了参赛队")),
    "quiz.team.change": (_("参赛队：修改"), _("修改了参赛队")),
    "quiz.team.delete": (_("参赛队：删除"), _("删除了参赛队")),
    CLOSED_EARLY: (_("提前截止"), _("提前截止，最终名次已公布")),
    CHANGED: (_("修改日程或规则"), _("有人答过以后修改了日程或规则")),
    **{
        f"quiz.{name}": (move.label, move.label)
        for name, move in MOVES.items()
        if name != "publish"
    },
    "quiz.attempt.void": (_("答卷：取消成绩"), _("取消了成绩")),
    "quiz.attempt.restore": (_("答卷：恢复成绩"), _("恢复了成绩")),
    "quiz.disqualification.impose": (_("取消资格"), _("取消了资格")),
    "quiz.disqualification.lift": (_("恢复资格"), _("恢复了资格")),
    "quiz.appeal.decide": (_("申诉：答复"), _("答复了申诉")),
    "quiz.disputes.decide": (_("题目异议：答复"), _("答复了题目异议")),
    "quiz.case.decide": (_("核查：决定"), _("处理了核查单")),
    "quiz.regrade.request": (_("答案更正：提出"), _("提出了答案更正")),
    "quiz.regrade.withdraw": (_("答案更正：撤回"), _("撤回了答案更正")),
    "quiz.regrade.confirm": (_("答案更正：确认"), _("确认了答案更正，开始重新计分")),
    "quiz.regrade.finish": (_("答案更正：完成"), _("重新计分已完成")),
    "quiz.regrade.notice": (_("答案更正：公告"), _("修改了公告")),
    "quiz.certificate.void": (_("证书：作废"), _("作废了证书")),
    "quiz.certificate.restore": (_("证书：恢复"), _("恢复了证书")),
    "quiz.draw.announce": (_("抽奖：公布"), _("公布了抽奖规则和密数指纹")),
    "quiz.draw.withdraw": (_("抽奖：撤回"), _("撤回了抽奖，公布了原因和密数")),
    "quiz.draw.freeze": (_("抽奖：封存"), _("封存了奖券名单")),
    "quiz.draw.promote": (_("抽奖：递补"), _("由候补递补了放弃的奖项")),
    "quiz.draw.reveal": (_("抽奖：开奖"), _("用公开数值开了奖")),
}


class Imported(LogFormatter):
    """On a bank, or on a question that the import made."""

    label = message = _("导入题目")

    def format_message(self, log_entry):
        data = log_entry.data
        if not data.get("file"):
            return self.message
        if "new" in data:
            return _("从文件“%(file)s”导入 %(new)d 题") % data
        return _("从文件“%(file)s”导入") % data


class Published(LogFormatter):
    """A question alone, or with others that waited in its bank."""

    label = message = MOVES["publish"].label

    def format_message(self, log_entry):
        if "count" not in log_entry.data:
            return self.message
        return _("发布题目（一次发布 %(count)d 题）") % log_entry.data


FORMATTERS = {"quiz.import": Imported, "quiz.publish": Published}


def register(actions) -> None:
    """Let the log know every action of ours; `actions` is Wagtail's registry."""
    for name, (label, message) in ACTIONS.items():
        actions.register_action(name, label, message)
    for name, formatter in FORMATTERS.items():
        actions.register_action(name)(formatter)
