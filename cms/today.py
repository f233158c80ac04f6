"""What the front page offers to do today, from the apps that know."""

from typing import Any


def today_card(member) -> dict[str, Any] | None:
    """The competition to play today, or None if none is open.

    Keys: `title` (with `|` where it may break), `url`, `meta` (one line: level, questions, tries
    left), `action_url`, `action_text`, `as_of` (aware datetime or None), and `also`, a list of
    (text, remark, url). Read from `quiz.models.Competition.objects.open_now()`.
    """
    return None


def reading_pick(member) -> dict[str, Any] | None:
    """The book of the day, or None.

    Keys: `title`, `url`, `by` (author and edition), `why`, `cover` (a `SiteImage` or None),
    `action_url`, `action_text`.
    """
    return None
