"""The heads of a roster file's columns: a format, the same in every language."""

NAME = "姓名"
PHONE = "手机号"
UNION_CODE = "工会代码"
USERNAME = "用户名"
NICKNAME = "昵称"

REQUIRED = (NAME, PHONE, UNION_CODE)
OPTIONAL = (USERNAME, NICKNAME)
