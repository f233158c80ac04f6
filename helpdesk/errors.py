"""Why something could not be done at the desk, for people and for programs."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "not_in_force": _("这条问答已经不再有效，没有记下评价。"),
    "too_many_votes": _("这条问答今天收到的评价太多，明天再来。"),
    "conflict": _("问答刚刚被别人改过，这次没有写入。请再导入一次。"),
}


class HelpdeskError(Exception):
    """A write was refused. `code` is one of MESSAGES, `message` is Chinese."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code
        self.message = str(MESSAGES[code])
