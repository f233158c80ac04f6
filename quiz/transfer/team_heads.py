"""The columns of a file of teams and the words in them: a format, the same in every language."""

from unions.roster_heads import UNION_CODE

NAME = "队名"
LOGIN = "手机号或用户名"
CAPTAIN = "队长"

REQUIRED = (NAME, UNION_CODE, LOGIN)
WIDTHS = {NAME: 24, UNION_CODE: 20, LOGIN: 24, CAPTAIN: 10}
# What marks the captain, and what people write of the others.
IS_CAPTAIN = "是"
NOT_CAPTAIN = {"", "否", "不是", "0"}
