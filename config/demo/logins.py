"""The demo's accounts. They exist only where `load_demo` ran."""

from dataclasses import dataclass

PASSWORD = "gongsheng-demo"  # noqa: S105 - printed by `make demo`, for a site on this machine


@dataclass(frozen=True)
class Login:
    """A user name and what its owner does on the site."""

    username: str
    title: str


LOGINS = (
    Login("editor", "编辑：写稿、发布（/cms/）"),
    Login("worker", "职工：答题"),
    Login("reader", "读者：借书、打卡"),
    Login("keeper", "书屋管理员：在书屋页打开门口的打卡屏（/reading/）"),
    Login("officer", "市总工会干部：看本级及下级数据（/manage/）"),
)
