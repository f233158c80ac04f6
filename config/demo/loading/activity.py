"""Thirty days of what members did, so that boards and charts have something to show.

Drawn from a fixed seed; the demo's own accounts are left out.
"""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from cms.models import StoryPage
from config.demo.files import at
from config.demo.logins import LOGINS
from engagement.models import PageViews
from engagement.services import roll_up
from quiz.errors import QuizError
from quiz.models import Competition, Promotion, Round
from quiz.services import fold_changes, promote, record_attempt, thaw_boards
from reading.models import Holding, Loan, ReadingRoom
from reading.services import ReadingError, borrow, check_in, return_loan
from unions.models import Member

DAYS = 30
SHIFTS = ((6, 8), (11, 13), (17, 21))


class Activity:
    """Plays the days in order, so that every rule (tries, last copies) holds as it would live."""

    def __init__(
        self, competitions: dict[str, Competition], *, apart: set[str], seed: int = 20260423
    ):
        self.rng = random.Random(seed)  # noqa: S311 - sample data, not a draw
        # Those that teams end are written down, see `teams`.
        self.competitions = [found for found in competitions.values() if not found.team_round]
        self.members = list(
            Member.objects.exclude(username__in=[login.username for login in LOGINS])
            .filter(union__isnull=False)
            .select_related("union")
            .order_by("username")
        )
        self.apart = apart
        self.rooms = list(ReadingRoom.objects.order_by("pk"))
        self.stories = list(StoryPage.objects.order_by("pk"))

    def load(self) -> None:
        for competition in self.competitions:
            if competition.rounds.exists():
                self.play_rounds(competition)
            else:
                self.play(competition)
        for days_ago in range(DAYS - 1, -1, -1):
            self.read(days_ago)
        self.view()
        thaw_boards()
        fold_changes()
        today = timezone.localdate()
        roll_up(first=today - timedelta(days=DAYS - 1), last=today)

    def moment(self, days: int) -> datetime:
        """A time in one of the breaks of the day `days` from today, never in the future."""
        first, last = self.rng.choice(SHIFTS)
        clock = f"{self.rng.randrange(first, last):02d}:{self.rng.randrange(60):02d}"
        return at(days, clock) + timedelta(seconds=self.rng.randrange(60))

    def play(self, competition: Competition) -> None:
        """Each day some members sit one or two attempts; who keeps at it gets better."""
        now = timezone.now()
        first = max((competition.opens_at.date() - timezone.localdate()).days, -90)
        skill = {member.pk: self.rng.random() for member in self.members}
        keen = self.rng.sample(self.members, k=len(self.members) * 2 // 3)
        questions = competition.question_count
        # Of one that is over a few days with many: few make no figures of a day.
        running = competition.closes_at > now
        crowd, step = ((8, 20), 1) if running else ((12, 20), 3)
        for days in range(first, 1, step):
            tries = sorted(
                (self.moment(days), member.pk, member)
                for member in self.rng.sample(keen, k=self.rng.randrange(*crowd))
            )
            for started_at, _pk, member in tries:
                elapsed = self.rng.randrange(70, 420)
                if started_at + timedelta(seconds=elapsed) > now:
                    continue
                self.sit(competition, member, started_at, elapsed, skill[member.pk], questions)

    def play_rounds(self, competition: Competition) -> None:
        """Round after round: who keeps at it comes back, and the best of a round go on."""
        now = timezone.now()
        skill = {member.pk: self.rng.random() for member in self.members}
        others = [member for member in self.members if member.username not in self.apart]
        crowd = self.rng.sample(others, k=50)
        for number in competition.rounds.filter(opens_at__lte=now):
            there = crowd if number.promotes else self.rng.sample(crowd, k=12)
            if number.promoted_only:
                promoted = Promotion.objects.filter(round__competition=competition)
                went_on = set(promoted.values_list("member_id", flat=True))
                there = [member for member in crowd if member.pk in went_on]
            days = (timezone.localdate(number.opens_at) - timezone.localdate(now)).days
            tries = sorted((self.moment(days), member.pk, member) for member in there)
            for started_at, _pk, member in tries:
                elapsed, questions = self.rng.randrange(60, 300), number.question_count
                if started_at + timedelta(seconds=elapsed) <= now:
                    self.sit(
                        competition,
                        member,
                        started_at,
                        elapsed,
                        skill[member.pk],
                        questions,
                        number,
                    )
            if number.promotes:
                # An appeal of the round came later than the list.
                promote(round=number, anyway=True, now=number.closes_at + timedelta(hours=2))

    def sit(
        self,
        competition: Competition,
        member: Member,
        started_at: datetime,
        elapsed: int,
        skill: float,
        questions: int,
        number: Round | None = None,
    ) -> None:
        """One attempt, with as many right as someone of that `skill` has by luck."""
        right = sum(self.rng.random() < 0.35 + 0.6 * skill for _ in range(questions))
        try:
            record_attempt(
                competition=competition, member=member, started_at=started_at, elapsed=elapsed,
                right=right, round=number, rng=self.rng,
            )  # fmt: skip
        except QuizError as refused:
            if refused.code not in {"coming", "closed"}:
                raise

    def read(self, days_ago: int) -> None:
        """People check in, borrow on the way and bring back what they have read."""
        now = timezone.now()
        for loan in Loan.objects.open().select_related("holding"):
            if self.rng.random() < 0.08:
                moment = self.moment(-days_ago)
                if loan.borrowed_at < moment < now:
                    return_loan(loan=loan, now=moment)
        for room in self.rooms:
            near = [m for m in self.members if m.union.path[:8] == room.union.path[:8]]
            for member in self.rng.sample(near, k=min(len(near), self.rng.randrange(3, 12))):
                moment = self.moment(-days_ago)
                if moment > now or not room.state_at(moment).is_open:
                    continue
                check_in(member=member, room=room, at_door=True, now=moment)
                if self.rng.random() < 0.25:
                    self.try_to_borrow(member, room, moment)

    def try_to_borrow(self, member: Member, room: ReadingRoom, moment: datetime) -> None:
        holdings = list(Holding.objects.filter(room=room, copies__gt=1).order_by("pk"))
        try:
            borrow(member=member, holding=self.rng.choice(holdings), now=moment)
        except ReadingError:
            return  # refused as any reader would be: lent out, or enough at home

    def view(self) -> None:
        """Page views: many on the first day, fewer later, more for some stories than for others."""
        today = timezone.localdate()
        counts: dict[tuple, int] = {}
        for story in self.stories:
            appeal = self.rng.uniform(8, 40)
            published = timezone.localdate(story.first_published_at)
            for offset in range(DAYS):
                day = today - timedelta(days=offset)
                if day >= published:
                    age = (day - published).days
                    views = int(appeal * 3 / (1 + age / 3) + self.rng.uniform(0, 6))
                    counts[day, story.pk, story.union_id] = views
        PageViews.objects.add({key: views for key, views in counts.items() if views})
