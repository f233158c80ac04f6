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
    "stale": _("这一题在另一处改过，已以那里的答案为准。"),
    "not_settled": _("名次还没有确定，现在不能发证书。"),
    "no_reason": _("作废证书要写明原因。"),
    "no_practice_question": _("这一题现在不能练，换一题试试。"),
    "nothing_chosen": _("还没有选，选好再看答案。"),
    "dealt_anew": _("这一题在别处答过了，请按现在的样子再答一次。"),
    "bad_key": _("这道题的答案设置不对。"),
}


class QuizError(Exception):
    """A rule of the competition says no. `code` is one of MESSAGES, `message` is Chinese."""

    def __init__(self, code: str, message: str = "", **details):
        self.code = code
        self.message = str(message or MESSAGES[code])
        self.details = details
        super().__init__(f"{code}: {self.message}")
