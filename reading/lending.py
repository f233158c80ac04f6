"""The rules of lending, without I/O: services enforce them and pages explain them."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

LOAN_DAYS = 30
MOST_RENEWALS = 1
MOST_OPEN_LOANS = 5
MOST_RESERVATIONS = 5
HOLD = timedelta(hours=24)

MESSAGES = {
    "none_in": _("这里的书都借出了，可以预约排队。"),
    "already_borrowed": _("这本书已经在你手上。"),
    "already_reserved": _("你已经在排队。"),
    "too_many": _("一人最多同时借 5 本，还一本再借。"),
    "too_many_reservations": _("一人最多同时预约 5 本，取消一个再约。"),
    "overdue_blocks": _("你有书过了应还日期，还了就能再借。"),
    "on_shelf": _("现在就有书，可以直接借。"),
    "returned": _("这本书已经还了。"),
    "overdue": _("已过应还日期，不能续借，请先还书。"),
    "renewed_already": _("每本书可续借一次，这本已经续过。"),
    "reserved": _("有人在等这本书，不能续借。"),
    "needs_door": _("请扫书屋门口屏幕上的二维码打卡。"),
}


def due_on(borrowed: date) -> date:
    """The last day on which a book borrowed on the local day `borrowed` is in time."""
    return borrowed + timedelta(days=LOAN_DAYS)


def is_overdue(due: date, today: date) -> bool:
    """Late from the day after the due day."""
    return today > due


def can_take(*, copies: int, copies_out: int, ahead: int) -> bool:
    """Whether a copy is free for someone with `ahead` readers before them in the queue."""
    return copies - copies_out > ahead


def refuse_borrowing(*, has_it: bool, has_overdue: bool, open_loans: int) -> str:
    """Why this reader may not borrow now, as an error code; "" if nothing stands against it."""
    if has_it:
        return "already_borrowed"
    if has_overdue:
        return "overdue_blocks"
    if open_loans >= MOST_OPEN_LOANS:
        return "too_many"
    return ""


def refuse_renewal(*, returned: bool, renewals: int, due: date, today: date, waiting: int) -> str:
    """Why a loan can't be renewed now, as an error code; "" if it can. `waiting` counts others."""
    if returned:
        return "returned"
    if is_overdue(due, today):
        return "overdue"
    if renewals >= MOST_RENEWALS:
        return "renewed_already"
    if waiting:
        return "reserved"
    return ""
