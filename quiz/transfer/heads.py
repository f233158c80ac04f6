"""The columns of a file of questions: a format, the same in every language."""

import re

from quiz import scoring

KIND = "题型"
CATEGORY = "类别"
DIFFICULTY = "难度"
POINTS = "分值"
STEM = "题干"
LETTERS = "ABCDEFGHIJ"
OPTIONS = tuple(f"选项{letter}" for letter in LETTERS)
ANSWER = "答案"
EXPLANATION = "解析"
LAW = "依据"
ARTICLE = "条款"
VALID_FROM = "生效日期"
VALID_UNTIL = "失效日期"
PRACTICE = "练习专用"
PICTURE = "图片编号"
PICTURE_ALT = "图片说明"
SOUND = "音频编号"
TRANSCRIPT = "音频文字稿"

REQUIRED = (CATEGORY, STEM, ANSWER)
ALL = (
    *(KIND, CATEGORY, DIFFICULTY, POINTS, STEM, *OPTIONS, ANSWER, EXPLANATION, LAW, ARTICLE),
    *(VALID_FROM, VALID_UNTIL, PRACTICE, PICTURE, PICTURE_ALT, SOUND, TRANSCRIPT),
)
OPTIONAL = tuple(head for head in ALL if head not in REQUIRED)

# What people write for a kind; the first is what an export says.
KINDS = {
    scoring.SINGLE: ("单选", "单选题", "单项选择", "单项选择题"),
    scoring.MULTIPLE: ("多选", "多选题", "多项选择", "多项选择题"),
    scoring.BOOLEAN: ("判断", "判断题", "是非", "是非题"),
    scoring.FILL: ("填空", "填空题"),
}
DIFFICULTIES = {
    1: ("易", "容易", "简单", "低", "1"),
    2: ("中", "中等", "一般", "2"),
    3: ("难", "困难", "较难", "高", "3"),
}
YES = ("是", "1", "y", "yes", "true")
NO = ("", "否", "0", "n", "no", "false")
TRUE = ("正确", "对", "是", "√", "✓", "t", "true")
FALSE = ("错误", "错", "否", "×", "✗", "x", "f", "false")
POINT = "分"
# A day as people and as spreadsheets write it.
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(:00)?)?")
