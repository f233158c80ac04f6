"""Whether an answer helped: one vote of a visitor for an entry, which may be changed."""

from datetime import date

from django.db import IntegrityError, transaction

from helpdesk.errors import HelpdeskError
from helpdesk.models import Entry, Feedback

# Who throws the cookie away could vote without end.
MOST_VOTES_A_DAY = 1000


@transaction.atomic
def vote(*, entry: Entry, ballot: str, helpful: bool, day: date) -> Feedback:
    """Store the word of `ballot` on `entry`; a second one of the same ballot replaces it.

    Raises HelpdeskError: not_in_force, too_many_votes.
    """
    if not entry.holds_on(day):
        raise HelpdeskError("not_in_force")
    own = Feedback.objects.filter(entry=entry, ballot=ballot)
    if not own.exists():
        if Feedback.objects.filter(entry=entry, day=day).count() >= MOST_VOTES_A_DAY:
            raise HelpdeskError("too_many_votes")
        try:
            with transaction.atomic():
                return Feedback.objects.create(entry=entry, ballot=ballot, helpful=helpful, day=day)
        except IntegrityError:
            pass  # the same visitor's other click was first
    own.update(helpful=helpful)
    return own.get()
