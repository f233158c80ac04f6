"""The demo's accounts. They exist only where `load_demo` ran."""

from dataclasses import dataclass

PASSWORD = "gongsheng-demo"  # noqa: S105 - printed by `make demo`, for a site on this machine


@dataclass(frozen=True)
class Login:
    """A user name and what its owner does on the site."""

    username: str
    title: str


# Every demo has had the first five of them, one of an earlier version no others.
LOGINS = (
    Login("editor", "编辑：写稿、发布（/cms/）"),
    Login("worker", "职工：答题"),
    Login("reader", "读者：借书、打卡"),
    Login("keeper", "书屋管理员：在书屋页打开门口的打卡屏（/reading/）"),
    Login("officer", "市总工会干部：看本级及下级数据（/manage/）"),
    Login("organiser", "竞赛组织者：办竞赛、核查、抽奖、导入题目（/cms/）"),
    Login("reviewer", "第二个人：审核题目、确认答案更正、答复申诉（/cms/）"),
)
FIRST = LOGINS[:5]
