"""Attempts: one sitting each, with its paper and its answers."""

import re
import unicodedata
import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from quiz.display import appeal_step
from quiz.drawing import Paper
from quiz.models.competition import Competition
from quiz.models.round import Round
from unions.models import Member, Union
from unions.prepared import Given, PreparedObjects

# As `Attempt.reference` writes it, and as somebody may type it.
REFERENCE = re.compile(r"(?P<day>[0-9]{6})[-–—−]?(?P<start>[0-9A-Fa-f]{8})")


class AttemptQuerySet(models.QuerySet):
    def of(self, competition: Competition, member: Member) -> "AttemptQuerySet":
        """One member's attempts, the latest first."""
        return self.filter(competition=competition, member=member).order_by("-day", "-pk")

    def latest(self, competition: Competition, member: Member) -> "Attempt | None":
        """One member's latest attempt."""
        found = _latest.one(competition.pk, member.pk)
        if found is not None:
            found.competition = competition
        return found

    def own(self, member: Member, slug: str, uuid: uuid.UUID) -> "Attempt":
        """The attempt of that number, if it is of `member` in that competition, with bank, union
        and round. `Attempt.DoesNotExist`."""
        return _found(_own.one(uuid, member.pk, slug))

    def held(self) -> "AttemptQuerySet":
        """As they are now, held by this transaction."""
        return self.select_for_update(of=("self",))

    def hold(self, pk: int) -> "Attempt":
        """The attempt as it is now, held by this transaction. `Attempt.DoesNotExist`."""
        return _found(_held.one(pk))

    def hold_own(self, member: Member, slug: str, uuid: uuid.UUID) -> "Attempt":
        """The same, if it is of `member` in that competition. `Attempt.DoesNotExist`."""
        return _found(_own_held.one(uuid, member.pk, slug))

    def by(self, member: Member) -> "AttemptQuerySet":
        """All attempts of one member, the latest first, without papers and answers."""
        return self.filter(member=member).order_by("-day", "-pk").defer("paper", "answers")

    def unfinished(self) -> "AttemptQuerySet":
        return self.filter(submitted_at__isnull=True)

    def finished(self) -> "AttemptQuerySet":
        """Attempts that were handed in."""
        return self.filter(submitted_at__isnull=False)

    def counting(self, competition: Competition, now: datetime) -> "AttemptQuerySet":
        """The finished attempts that the boards of `competition` show at `now`."""
        found = self.finished().filter(competition=competition, void_at__isnull=True)
        if competition.is_frozen(now):
            found = found.filter(submitted_at__lt=competition.freeze_at)
        return found

    def of_round(self, round: Round) -> "AttemptQuerySet":
        """The finished attempts that decide who goes on from `round`, frozen board or not."""
        return self.finished().filter(round=round, void_at__isnull=True)

    def overdue(self, now: datetime) -> "AttemptQuerySet":
        """Open although nothing is taken any more, the oldest first."""
        return self.unfinished().filter(accepts_until__lt=now).order_by("accepts_until")

    def submitted_between(self, start: datetime, end: datetime) -> "AttemptQuerySet":
        """Handed in from `start` (in) to `end` (out)."""
        return self.filter(submitted_at__gte=start, submitted_at__lt=end)

    def best_first(self) -> "AttemptQuerySet":
        """What may count, the best on top."""
        return self.finished().filter(void_at__isnull=True).order_by("cost", "pk")

    def for_lists(self) -> "AttemptQuerySet":
        """The latest first, with whom and for what, without papers and answers."""
        found = self.select_related("competition", "member").defer("paper", "answers")
        return found.order_by("-pk")

    def named(self, text: str) -> "AttemptQuerySet | None":
        """Those whose `reference` is `text`, in any case and with any spaces; None where it is no
        number of that shape."""
        found = REFERENCE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
        if found is None:
            return None
        try:
            day = datetime.strptime(found["day"], "%y%m%d").date()
        except ValueError:
            return None
        start = found["start"].lower()
        least, most = (uuid.UUID(start.ljust(32, letter)) for letter in "0f")
        return self.filter(day=day, uuid__range=(least, most))

    def tries_on(self, day: date, member: Member) -> dict[int, int]:
        """How many attempts `member` began on `day`, by competition id."""
        return dict(
            self.filter(member=member, day=day)
            .values_list("competition_id")
            .annotate(models.Count("pk"))
        )


def chosen_of(answers: dict[str, dict]) -> dict[int, list[str]]:
    """What `answers` of an attempt hold; see `Attempt.chosen`."""
    replies = {
        int(number): answer["options"] or [answer.get("text", "")]
        for number, answer in answers.items()
    }
    return {number: reply for number, reply in replies.items() if reply != [""]}


class Attempt(models.Model):
    """One sitting. The paper is fixed at the start; points and elapsed at the end.

    `number` counts the tries of the local day: in the round, or in a competition without rounds.
    `paper` is `Paper.as_json()`. `answers` maps the number of a question (from "1") to
    {"sequence", "options": option ids, "at": ISO time}, of a fill-in with "text". Nothing is taken
    after `accepts_until`.
    """

    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(_("编号"), unique=True, default=uuid.uuid4, editable=False)
    # The indexes of these two begin with them already.
    competition = models.ForeignKey(
        Competition,
        models.PROTECT,
        db_index=False,
        related_name="attempts",
        verbose_name=_("竞赛"),
    )
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        db_index=False,
        related_name="attempts",
        verbose_name=_("会员"),
    )
    union = models.ForeignKey(
        Union,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
        verbose_name=_("答题时所在工会"),
    )
    round = models.ForeignKey(
        Round,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
        verbose_name=_("关卡"),
    )
    day = models.DateField(_("日期"))
    number = models.PositiveSmallIntegerField(_("当天第几次"))
    paper = models.JSONField(_("试卷"))
    paper_hash = models.CharField(_("试卷指纹"), max_length=64)
    answers = models.JSONField(_("作答"), default=dict, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    deadline = models.DateTimeField(_("到时"))
    accepts_until = models.DateTimeField(_("接收到"))
    submitted_at = models.DateTimeField(_("交卷时间"), null=True, blank=True)
    timed_out = models.BooleanField(_("到时自动交卷"), default=False)
    right = models.PositiveSmallIntegerField(_("答对题数"), null=True, blank=True)
    points = models.PositiveIntegerField(_("得分"), null=True, blank=True)
    elapsed = models.PositiveIntegerField(_("用时（秒）"), null=True, blank=True)
    cost = models.BigIntegerField(_("排序值"), null=True, blank=True)
    void_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    void_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    voided_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_attempts",
        verbose_name=_("取消人"),
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("答卷")
        verbose_name_plural = _("答卷")
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "member", "day", "number"],
                condition=Q(round__isnull=True),
                name="one_attempt_per_try",
            ),
            models.UniqueConstraint(
                fields=["round", "member", "day", "number"],
                condition=Q(round__isnull=False),
                name="one_attempt_per_round_try",
            ),
            models.UniqueConstraint(
                fields=["competition", "member"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_attempt",
            ),
            models.CheckConstraint(
                condition=Q(
                    submitted_at__isnull=True,
                    points__isnull=True,
                    elapsed__isnull=True,
                    cost__isnull=True,
                )
                | Q(
                    submitted_at__isnull=False,
                    points__isnull=False,
                    elapsed__isnull=False,
                    cost__isnull=False,
                ),
                name="attempt_has_points_once_submitted",
            ),
            models.CheckConstraint(
                condition=Q(void_at__isnull=True, void_reason="", voided_by__isnull=True)
                | Q(
                    void_at__isnull=False,
                    void_reason__gt="",
                    voided_by__isnull=False,
                    submitted_at__isnull=False,
                ),
                name="attempt_is_void_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("started_at")) & Q(accepts_until__gte=F("deadline")),
                name="attempt_times_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["accepts_until"],
                condition=Q(submitted_at__isnull=True),
                name="attempt_overdue",
            ),
            models.Index(fields=["submitted_at", "union"], name="attempt_by_submission"),
            models.Index(fields=["member", "day"], name="attempt_by_member_day"),
            models.Index(fields=["competition", "member"], name="attempt_by_competition"),
        ]

    def __str__(self):
        return f"{self.competition_id}/{self.member_id}/{self.day}/{self.number}"

    def get_absolute_url(self) -> str:
        """Where its owner goes on: the first question, or the result."""
        if self.submitted_at:
            return reverse("quiz:result", args=[self.competition.slug, self.uuid])
        return self.question_url(1)

    def question_url(self, number: int) -> str:
        return f"{self._before_number}{number}/"

    @cached_property
    def _before_number(self) -> str:
        """What the addresses of all questions begin with: a page names each of them."""
        first = reverse("quiz:question", args=[self.competition.slug, self.uuid, 1])
        return first.removesuffix("1/")

    def drawn(self) -> Paper:
        """The paper as the pure functions read it."""
        return Paper.from_json(self.paper)

    def chosen(self) -> dict[int, list[str]]:
        """The chosen option ids, or the one text of a fill-in, by question number.

        Cleared answers are left out.
        """
        return chosen_of(self.answers)

    @property
    def first_open(self) -> int:
        """The first question without an answer, else the last."""
        chosen, count = self.chosen(), len(self.paper)
        return next((number for number in range(1, count + 1) if number not in chosen), count)

    def replies(self) -> dict[int, tuple[tuple[int, ...], datetime]]:
        """Places chosen (in the editors' order) and when, by version; cleared ones left out.

        What was typed into a fill-in has no places.
        """
        found = {}
        for number, item in enumerate(self.drawn().items, start=1):
            answer = self.answers.get(str(number))
            if answer and (answer["options"] or answer.get("text")):
                places = sorted(place for name, place in item.options if name in answer["options"])
                found[item.version] = (tuple(places), datetime.fromisoformat(answer["at"]))
        return found

    @property
    def next_step(self) -> str:
        """What of an appeal against the result that was taken away is to be done or read."""
        decided = [one.decided_at for one in self.appeals.all() if one.void_at == self.void_at]
        return appeal_step(made=bool(decided), decided=any(decided))

    def takes_answers(self, now: datetime) -> bool:
        return self.submitted_at is None and now <= self.accepts_until

    @property
    def reference(self) -> str:
        """A short number to name the attempt by."""
        return f"{self.day:%y%m%d}-{self.uuid.hex[:8].upper()}"


def _found(attempt: Attempt | None) -> Attempt:
    if attempt is None:
        raise Attempt.DoesNotExist
    return attempt


def _with_bank(attempts: AttemptQuerySet) -> AttemptQuerySet:
    return attempts.select_related("competition__bank", "competition__union")


def _given() -> AttemptQuerySet:
    """The one that `own` and `hold_own` ask for."""
    return _with_bank(
        Attempt.objects.filter(
            uuid=Given(0, Attempt._meta.get_field("uuid")),
            member=Given(1, Member._meta.pk),
            competition__slug=Given(2, Competition._meta.get_field("slug")),
        )
    )


_held = PreparedObjects(
    lambda: _with_bank(Attempt.objects.filter(pk=Given(0, Attempt._meta.pk))).held()
)
_own_held = PreparedObjects(lambda: _given().held())
_own = PreparedObjects(lambda: _given().select_related("round"))
_latest = PreparedObjects(
    lambda: Attempt.objects.of(Given(0, Competition._meta.pk), Given(1, Member._meta.pk))[:1]
)
