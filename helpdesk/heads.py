"""The columns of a file of entries: a format, the same in every language."""

import re

CATEGORY = "分类"
QUESTION = "问题"
ANSWER = "回答"
SOURCE = "依据"
CLAUSE = "条款"
SOURCE_URL = "原文链接"
WORDINGS = "其他问法"
VALID_FROM = "生效日期"
VALID_UNTIL = "失效日期"
PUBLISHED = "发布"

REQUIRED = (CATEGORY, QUESTION, ANSWER, SOURCE)
OPTIONAL = (CLAUSE, SOURCE_URL, WORDINGS, VALID_FROM, VALID_UNTIL, PUBLISHED)

YES = ("是", "1", "y", "yes", "true", "发布")
NO = ("否", "0", "n", "no", "false", "不发布")

# A day as people and as spreadsheets write it.
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(:00)?)?")
