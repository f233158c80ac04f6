"""Why something could not be done, for people and for programs."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "anonymous": _("请先登录再答题。"),
    "signed_out": _("登录已过期，请重新登录；这个答案还没有存上。"),
    "coming": _("竞赛还没有开始。"),
    "closed": _("竞赛已经截止。"),
    "not_eligible": _("这场竞赛只对指定工会的会员开放。"),
    "tries_used": _("今天的答题次数已经用完，明天再来。"),
    "too_few_questions": _("题库里的题不够组卷，暂时不能开始，次数没有扣。"),
    "try_again": _("同时来的请求太多，请再试一次。"),
    "finished": _("这份答卷已经交了，不能再改。"),
    "too_late": _("答题时间已到，这个答案没有存上；此前存上的都算数。"),
    "no_such_question": _("这份答卷没有这一题。"),
    "no_such_option": _("所选的选项不属于这一题，没有保存。"),
    "one_option_only": _("这一题只能选一个，没有保存。"),
    "no_text": _("这一题要选，不能填文字，没有保存。"),
    "text_too_long": _("答案最多 100 个字，没有保存。请改短一些。"),
    "stale": _("这一题在另一处改过，已以那里的答案为准。"),
    "not_over": _("竞赛还没有截止，现在不能结束。"),
    "scale_exists": _("示例竞赛已经造过，先用 --remove 删掉。"),
    "not_in_state": _("这道题的状态刚刚变了，没有改动。请刷新再看。"),
    "own_question": _("这道题最后是你改的，要由另一个人审核发布。"),
    "reason_needed": _("请写明原因。"),
    "bad_key": _("这道题的答案设置不对。"),
}


class QuizError(Exception):
    """A rule of the competition says no. `code` is one of MESSAGES, `message` is Chinese."""

    def __init__(self, code: str, message: str = "", **details):
        self.code = code
        self.message = str(message or MESSAGES[code])
        self.details = details
        super().__init__(f"{code}: {self.message}")
