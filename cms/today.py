"""What there is to do today, for the front page and 我的, from the apps that know."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quiz.display import duration
from quiz.models import (
    Attempt,
    Certificate,
    Competition,
    Dispute,
    Disqualification,
    PracticeRecord,
)
from quiz.models.disqualification import TOLD_FOR
from quiz.services import collect_mistakes
from quiz.situation import DISQUALIFIED, READY, RESUME, situation_of
from reading.models import Loan, Title
from unions.models import Member

SOON = 3  # days before a loan is due in which it is worth a line
COMPETITIONS_SHOWN = 5  # each is looked at by itself
RESULTS_SHOWN = 3


def today_card(member: Member, now: datetime | None = None) -> dict[str, Any] | None:
    """The competition to play today, or None if none is open.

    Keys: `title`, `url`, `meta` (one line: questions, time, tries left), `action_url`,
    `action_text`, `as_of` (aware datetime), and `also`, a list of (text, remark, url).
    """
    now = now or timezone.now()
    competition = Competition.objects.published().with_question_count().open_at(now).first()
    if competition is None:
        return None
    situation = situation_of(competition, member, now)
    action = {RESUME: _("接着答"), DISQUALIFIED: _("看原因")}.get(situation.code, _("去答题"))
    if member.is_authenticated:
        left = _("今日还可答 %(left)d 次") % {"left": situation.tries_left}
    else:
        left = _("每人每天可答 %(tries)d 次") % {"tries": competition.daily_tries}
    return {
        "title": competition.title,
        "url": competition.get_absolute_url(),
        "meta": _("%(questions)d 题 %(time)s · %(tries)s")
        % {
            "questions": (
                situation.round.question_count if situation.round else competition.drawn or 0
            ),
            "time": duration(competition.seconds),
            "tries": _("你的资格已取消") if situation.disqualification else left,
        },
        "action_url": (
            situation.latest.get_absolute_url()
            if situation.code == RESUME
            else competition.get_absolute_url()
        ),
        "action_text": action,
        "as_of": now,
        "also": [
            (todo["title"], todo["tag"], todo["url"])
            for todo in loans_to_return(member)
            if todo["kind"] or todo["days_left"] <= SOON
        ],
    }


def reading_pick(now: datetime | None = None) -> dict[str, Any] | None:
    """The book of the day, or None.

    Keys: `title`, `url`, `by` (author and edition), `why`, `cover` (a `SiteImage` or None),
    `action_url`, `action_text`.
    """
    book = Title.objects.pick_of_the_day(timezone.localdate(now))
    if book is None:
        return None
    by = [book.author, _("%(year)d 年") % {"year": book.year} if book.year else ""]
    return {
        "title": book.title,
        "url": book.get_absolute_url(),
        "by": " · ".join(filter(None, by)),
        "why": book.summary,
        "cover": book.cover,
        "action_url": book.get_absolute_url(),
        "action_text": _("看哪里借得到"),
    }


def todos(member: Member, now: datetime | None = None) -> list[dict[str, Any]]:
    """What `member` may want to do: read of being taken out of a competition, then the open ones
    that close first, with a try left, then books to bring back.

    Each with `title`, `note`, `tag`, `kind` (of the tag, "" for none) and `url`.
    """
    now = now or timezone.now()
    found = []
    running = Competition.objects.published().for_screens().open_at(now)
    for competition in running[:COMPETITIONS_SHOWN]:
        situation = situation_of(competition, member, now)
        if situation.code in (READY, RESUME):
            found.append(
                {
                    "title": competition.title,
                    "note": _("今日还可答 %(left)d 次") % {"left": situation.tries_left},
                    "tag": _("没答完") if situation.code == RESUME else _("今天"),
                    "kind": "live",
                    "url": competition.get_absolute_url(),
                }
            )
    return decided_against(member, now) + found + loans_to_return(member)


def decided_against(member: Member, now: datetime) -> list[dict[str, Any]]:
    """The competitions that `member` was taken out of lately, and the results that were taken
    away, each with the way to its page."""
    if not member.is_authenticated:
        return []
    out = [
        {
            "title": _("取消资格：%(title)s") % {"title": one.competition.title},
            "note": one.reason,
            "tag": one.next_step,
            "kind": "due",
            "url": one.get_absolute_url(),
        }
        for one in Disqualification.objects.to_tell(member, now)
    ]
    gone = Disqualification.objects.single_voids(member).filter(void_at__gte=now - TOLD_FOR)
    return out + [
        {
            "title": _("成绩已取消：%(title)s") % {"title": one.competition.title},
            "note": one.void_reason,
            "tag": one.next_step,
            "kind": "due",
            "url": one.get_absolute_url(),
        }
        for one in gone[:RESULTS_SHOWN]
    ]


def loans_to_return(member: Member) -> list[dict[str, Any]]:
    """The member's books at home, the first due first."""
    if not member.is_authenticated:
        return []
    return [
        {
            "title": _("还书：%(title)s") % {"title": loan.holding.title},
            "note": loan.holding.room.name,
            "tag": (
                _("已逾期 %(days)d 天") % {"days": loan.days_late}
                if loan.is_overdue
                else _("还有 %(days)d 天") % {"days": loan.days_left}
            ),
            "kind": "due" if loan.is_overdue else "",
            "days_left": loan.days_left,
            "url": reverse("reading:loans"),
        }
        for loan in Loan.objects.open_of(member)
    ]


def records(member: Member) -> list[dict[str, str]]:
    """What `member` has done so far, with `title`, `value` and `url`; empty lines are left out."""
    attempts = Attempt.objects.finished().filter(member=member).count()
    loans = Loan.objects.of(member).count()
    found = []
    if attempts:
        found.append(
            {
                "title": _("答题记录"),
                "value": _("%(n)d 次") % {"n": attempts},
                "url": reverse("quiz:own_attempts"),
            }
        )
    collect_mistakes(member=member)
    mistakes = PracticeRecord.objects.in_book(member).count()
    if mistakes:
        found.append(
            {
                "title": _("错题本"),
                "value": _("%(n)d 题") % {"n": mistakes},
                "url": reverse("quiz:mistakes"),
            }
        )
    disputes = Dispute.objects.of(member).count()
    if disputes:
        found.append(
            {
                "title": _("题目异议"),
                "value": _("%(n)d 条") % {"n": disputes},
                "url": reverse("quiz:own_disputes"),
            }
        )
    certificates = Certificate.objects.of(member).count()
    if certificates:
        found.append(
            {
                "title": _("证书"),
                "value": _("%(n)d 张") % {"n": certificates},
                "url": reverse("quiz:own_certificates"),
            }
        )
    if loans:
        found.append(
            {
                "title": _("借阅"),
                "value": _("%(n)d 本") % {"n": loans},
                "url": reverse("reading:loans"),
            }
        )
    return found
