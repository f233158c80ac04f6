"""Why something could not be done, for people and for programs."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "anonymous": _("请先登录再答题。"),
    "signed_out": _("登录已过期，请重新登录；这个答案还没有存上。"),
    "coming": _("竞赛还没有开始。"),
    "closed": _("竞赛已经截止。"),
    "not_eligible": _("你不在这场竞赛的参赛范围里，首页写着原因和办法。"),
    "disqualified": _("你在这场竞赛的资格已取消，不能再答；竞赛首页写着原因和申诉的办法。"),
    "disqualified_still": _("本人在这场竞赛的资格已取消，恢复资格以后才能恢复这份成绩。"),
    "not_disqualified": _("资格已经恢复，不用申诉。"),
    "appeal_whole": _("这份答卷是随资格一起取消的，请对取消资格申诉，竞赛首页有申诉的办法。"),
    "between_rounds": _("现在没有可以答的关，下一关开了再来。"),
    "round_coming": _("这一关还没有开始。"),
    "round_over": _("这一关已经截止。"),
    "not_promoted": _("这一关只限晋级的人参加。"),
    "waiting": _("晋级名单还没有公布，公布后再来。"),
    "no_team": _("这一关是团队赛，只有参赛队的队员可以答；竞赛首页写着原因和办法。"),
    "roster_closed": _("团队赛已经开始，参赛队不能再改。"),
    "promotes_nobody": _("这一关没有设晋级人数，人人可以进下一关。"),
    "round_running": _("这一关还没有截止，截止、宽限也过了才能定晋级名单。"),
    "round_unfinished": _("有答卷收不上来，晋级名单没有定，请联系网站管理员。"),
    "next_round_open": _("下一关已经开始，晋级名单不能再改。"),
    "tries_used": _("今天的答题次数已经用完，明天再来。"),
    "last_try_used": _("答题次数已经用完，这是最后一天，不能再答了。"),
    "too_few_questions": _("题库里的题不够组卷，暂时不能开始，次数没有扣。"),
    "try_again": _("同时来的请求太多，请再试一次。"),
    "finished": _("这份答卷已经交了，不能再改。"),
    "too_late": _("答题时间已到，这个答案没有存上；此前存上的都算数。"),
    "no_such_question": _("这份答卷没有这一题。"),
    "no_such_option": _("所选的选项不属于这一题，没有保存。"),
    "one_option_only": _("这一题只能选一个，没有保存。"),
    "no_text": _("这一题要选，不能填文字，没有保存。"),
    "text_too_long": _("答案最多 100 个字，没有保存。请改短一些。"),
    "stale": _("已在另一设备继续：这一题以那里的答案为准，要改请再选。"),
    "not_over": _("竞赛还没有截止，现在不能结束。"),
    "scale_exists": _("示例竞赛已经造过，先用 --remove 删掉。"),
    "not_in_state": _("这道题的状态刚刚变了，没有改动。请刷新再看。"),
    "not_as_seen": _("题目刚刚被改过，没有改动。请把现在的样子重新看过再决定。"),
    "source_unchanged": _("出处没有变，或已经有人确认过了。"),
    "source_deleted": _("原文页面已经删除，请修改题目里的原文页面，再提交审核。"),
    "source_not_as_seen": _("原文页面刚刚又变了，没有确认。请看过现在的再确认。"),
    "own_question": _("这道题最后是你改的，要由另一个人审核发布。"),
    "reason_needed": _("请写明原因。"),
    "not_settled": _("名次还没有确定，现在不能发证书。"),
    "no_practice_question": _("这一题现在不能练，换一题试试。"),
    "nothing_chosen": _("还没有选，选好再看答案。"),
    "dealt_anew": _("这一题在别处答过了，请按现在的样子再答一次。"),
    "reworded": _("这一题刚刚改过，请按现在的样子再选一次。"),
    "bank_stays": _(
        "这道题发布过，发出的试卷里可能有它，不能再换题库。"
        "要在别的题库里用，请在那里另写一题；这里不用了，就停用这一题。"
    ),
    "bad_key": _("这道题的答案设置不对。"),
    "no_prize": _("至少要有一个奖项。"),
    "no_value_named": _("请写明以哪个公开数值开奖。"),
    "no_claim_place": _("请写明中奖的人到哪里领奖。"),
    "value_due_early": _("公开数值要在竞赛截止、公示结束以后才产生，请填更晚的时间。"),
    "draw_value_out": _(
        "约定的公开数值已经产生，名单没有赶在它前面封存，这次抽奖不能再进行。"
        "请另外公布一次，约定以后才产生的数值。"
    ),
    "draw_too_early": _("还没有到约定的公开数值产生的时间，不能开奖。"),
    "draw_not_closed": _("竞赛还没有截止，不能封存奖券。"),
    "draw_not_final": _("最终名次还没有公布，公布以后才能封存。"),
    "draw_not_handed_in": _(
        "还有答卷没有交完，交完以后才能封存；到时没交的，系统一两分钟内收上来。"
    ),
    "regrade_pending": _("有一道题的答案正在更正，做完、得分和名次都改好以后再来。"),
    "appeal_pending": _("还有申诉没有答复，成绩可能会变，答复以后再来。"),
    "case_pending": _("还有核查单没有处理，成绩可能会变，处理以后再来。"),
    "draw_no_tickets": _("没有人符合条件，一张奖券也没有，不能封存。"),
    "draw_frozen": _("奖券已经封存，不能再封存一次。"),
    "draw_freezing": _("奖券正在封存，不用再封存一次。"),
    "draw_not_frozen": _("奖券还没有封存，不能开奖。"),
    "draw_done": _("已经开过奖，不能重抽。"),
    "draw_withdrawn": _("这次抽奖已经撤回，不能再封存、开奖，也不用再撤回。"),
    "withdraw_frozen": _("奖券已经封存，名单已经公布，这次抽奖不能再撤回。"),
    "withdraw_freezing": _("奖券正在封存，现在不能撤回；要是没有封存成，可以再来撤回。"),
    "withdraw_drawn": _("已经开过奖，这次抽奖不能再撤回。"),
    "draw_needs_value": _("请填公开数值，和公布的写法一致。"),
    "no_reason": _("请写明原因，本人会看到。"),
    "not_finished": _("这份答卷还没有交，不能取消成绩。"),
    "no_grounds": _("请写明理由，没有提交。"),
    "not_void": _("这份答卷的成绩没有被取消，不用申诉。"),
    "appealed": _("已经申诉过，请等答复。"),
    "no_answer": _("请写明答复，本人会看到。"),
    "key_hidden": _("答案还没有公布，公布以后才能提异议。"),
    "no_dispute_reason": _("请写明理由，没有提交。"),
    "too_many_disputes": _("你有 20 条异议还没有处理，处理几条以后再提。"),
    "disputed": _("这道题你已经提过异议，请看下面的处理情况。"),
    "no_version": _("这道题还没有发布过，直接改题目就行。"),
    "same_key": _("新答案和现在的一样。"),
    "regrade_waits": _("这道题已有一次更正还没有做完。"),
    "regrade_runs": _("还没有全部重新计分，做完再发公告。"),
    "question_changed": _("提出以后题目又改过，请撤回，重新提出。"),
    "same_person": _("要由另一个人来做，不能是同一个人。"),
    "decided": _("已经有人处理过了。"),
    "claim_over": _("已过领取期。"),
    "claim_void": _("你的成绩已取消，现在不能领取；申诉成立以后可以。"),
}


class QuizError(Exception):
    """A rule of the competition says no. `code` is one of MESSAGES, `message` is Chinese."""

    def __init__(self, code: str, message: str = "", **details):
        self.code = code
        self.message = str(message or MESSAGES[code])
        self.details = details
        super().__init__(f"{code}: {self.message}")
