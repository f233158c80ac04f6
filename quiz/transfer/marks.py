"""What the lines of a Word file of questions begin with: a format, the same in every language."""

import re

from quiz.transfer import heads

# 1. / 1、 / 1） — but not the 1.5 of a figure.
STEM = re.compile(r"\s*\d{1,5}\s*(?:[.．](?!\d)|[、)）])\s*(.*)")
MARK = r"[(（]?\s*([A-Ja-jＡ-Ｊａ-ｊ])\s*[.．、:：)）]\s*"
OPTION = re.compile(r"\s*" + MARK)
NEXT_OPTION = re.compile(r"\s+" + MARK)
LABELS = {
    **dict.fromkeys(("答案", "正确答案", "参考答案", "标准答案"), heads.ANSWER),
    **dict.fromkeys(("解析", "答案解析", "试题解析"), heads.EXPLANATION),
    **dict.fromkeys(("类别", "分类"), heads.CATEGORY),
    **dict.fromkeys(("依据", "出处", "法条", "来源"), heads.LAW),
    **{head: head for head in (heads.DIFFICULTY, heads.POINTS, heads.KIND, heads.ARTICLE)},
    **{head: head for head in (heads.VALID_FROM, heads.VALID_UNTIL, heads.PRACTICE)},
    **{head: head for head in (heads.PICTURE, heads.PICTURE_ALT, heads.SOUND, heads.TRANSCRIPT)},
}
NAMES = "|".join(sorted(LABELS, key=len, reverse=True))
LABEL = re.compile(rf"\s*(?:[【\[]\s*({NAMES})\s*[】\]]\s*[:：]?|({NAMES})\s*[:：])\s*(.*)")
SECTION = re.compile(r"\s*(?:第?[一二三四五六七八九十]+(?:部分|[、.．]))\s*(.*)")
SECTION_KINDS = {
    "单选": "单选",
    "单项": "单选",
    "多选": "多选",
    "多项": "多选",
    "判断": "判断",
    "是非": "判断",
    "填空": "填空",
}
CITED = re.compile(r"(《.+?》)\s*(.*)", re.DOTALL)
BETWEEN_FORMS = re.compile(r"[|｜]")
# The invisible word joiner: what follows it on a line stands as it is, whatever it begins with. An
# export sets it where a text looks like a mark; nobody has to type it.
AS_IT_IS = "\N{WORD JOINER}"
# What a labelled line before the first stem says for all that follow.
SHARED = {heads.CATEGORY, heads.DIFFICULTY, heads.POINTS, heads.KIND}
