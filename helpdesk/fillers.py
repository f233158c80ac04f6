"""Words that say nothing about the subject of a question; data to compare with.

They make a sentence a question, or name its two sides, worker and employer, who stand in nearly
every one.
"""

import re

OF_A_QUESTION = (
    "怎么 怎么办 怎么样 怎样 如何 什么 为什么 什么样 什么时候 多少 多久 "
    "多长 多长时间 多大 几天 几次 多少岁 几个 几年 几月 几日 哪些 哪个 哪里 "
    "哪儿 哪种 是否 能否 可否 是不是 能不能 可不可以 可不 要不要 有没有 "
    "该不该 算不算 可以 应该 应当 需要 必须 能够 请问 想问 问问 一下 "
    "不能 不会 不可 不要 不得 知道 了解 咨询 没有 不是 合法 违法 规定 有关 关于 的话 如果 一直 "
    "时候 时间 情况 办理 还有 还是 现在 到底 究竟 "
)
OF_ITS_SIDES = (
    "我们 你们 他们 自己 个人 本人 公司 单位 用人单位 企业 工厂 厂里 "
    "老板 领导 职工 员工 工人 劳动者 "
)
WORDS = frozenset(f"{OF_A_QUESTION}{OF_ITS_SIDES}".split())
# Characters that count for nothing where no dictionary word holds them.
CHARACTERS = frozenset(
    "我你您他她它们的了着过和与及或在是之于为把被给让从到对向就也都很吗呢吧啊呀么这那"
    "个想问请要能会可该有没无不未别还又再才只几多少哪谁何怎办算去来做上下里得地等后前"
    "时"
)
# How much or how often: an amount rarely tells one subject from another.
AMOUNT = re.compile(r"[0-9一二三四五六七八九十百千万两几半第]*[个天年月日次岁倍周种条元块]*")
