"""Practice: one row per member and question, and one per member and way of practising."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quiz.models.bank import Question, QuestionVersion
from unions.models import Member


class PracticeRecordQuerySet(models.QuerySet):
    def of(self, member: Member) -> "PracticeRecordQuerySet":
        return self.filter(member=member)

    def times_of(self, member: Member) -> dict[int, int]:
        """How often `member` answered each question, by question id."""
        return dict(self.of(member).values_list("question_id", "times"))

    def in_book(self, member: Member) -> "PracticeRecordQuerySet":
        """The wrong-answer book of `member`, the latest mistake first; retired ones are gone."""
        return (
            self.of(member)
            .filter(book=True, question__state=Question.State.PUBLISHED)
            .filter(question__current__isnull=False)
            .select_related("question__current", "version")
            .order_by("-answered_at", "-pk")
        )


class PracticeRecord(models.Model):
    """How one member stands with one question; the last answer is kept, earlier ones are not.

    `times` numbers the deals: an answer says which deal it is for, so a repeat changes nothing.
    `chosen` are positions in the options of `version`.
    """

    wagtail_reference_index_ignore = True

    member = models.ForeignKey(Member, models.CASCADE, related_name="practice_records")
    question = models.ForeignKey(Question, models.CASCADE, related_name="practice_records")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    times = models.PositiveIntegerField(_("练习次数"), default=0)
    wrong = models.PositiveIntegerField(_("答错次数"), default=0)
    in_a_row = models.PositiveSmallIntegerField(_("连续答对"), default=0)
    right = models.BooleanField(_("上次答对"), default=False)
    chosen = models.JSONField(_("上次所选"), default=list, blank=True)
    book = models.BooleanField(_("在错题本"), default=False)
    answered_at = models.DateTimeField(_("上次作答"))

    objects = PracticeRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("练习记录")
        verbose_name_plural = _("练习记录")
        constraints = [
            models.UniqueConstraint(fields=["member", "question"], name="one_practice_record_each"),
        ]
        indexes = [
            models.Index(
                fields=["member", "-answered_at"],
                condition=Q(book=True),
                name="practice_book",
            ),
        ]

    def __str__(self):
        return f"{self.member_id}/{self.question_id}: {self.times}"


class PracticeRun(models.Model):
    """Where a member stands in one way of practising.

    `daily`: `answers` of `day` by question id. `challenge`: the question that is `due`, the
    `streak` so far, that of the `last` round and the `best` one. `book`: `answers` names the
    competitions that were looked through.
    """

    class Mode(models.TextChoices):
        DAILY = "daily", _("每日五题")
        CHALLENGE = "challenge", _("挑战")
        CATEGORY = "category", _("按类别")
        BOOK = "book", _("错题本")

    wagtail_reference_index_ignore = True

    member = models.ForeignKey(Member, models.CASCADE, related_name="practice_runs")
    mode = models.CharField(_("方式"), max_length=10, choices=Mode.choices)
    day = models.DateField(_("日期"), null=True, blank=True)
    answers = models.JSONField(_("已答"), default=dict, blank=True)
    due = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("该答")
    )
    streak = models.PositiveIntegerField(_("连对"), default=0)
    last = models.PositiveIntegerField(_("上一轮连对"), default=0)
    best = models.PositiveIntegerField(_("最好连对"), default=0)

    class Meta:
        verbose_name = _("练习进度")
        verbose_name_plural = _("练习进度")
        constraints = [
            models.UniqueConstraint(fields=["member", "mode"], name="one_practice_run_each"),
            models.CheckConstraint(
                condition=Q(best__gte=models.F("streak")), name="best_streak_is_best"
            ),
        ]

    def __str__(self):
        return f"{self.member_id}/{self.mode}"
