"""Question banks. What editors change is a `Question`; what papers hold is a `QuestionVersion`."""

import uuid
from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from quiz import scoring

MAX_QUESTION_POINTS = 1000


class QuestionBankQuerySet(models.QuerySet):
    def with_counts(self) -> "QuestionBankQuerySet":
        """Each bank with `published_count`, the questions that a competition may draw."""
        drawable = Q(questions__state=Question.State.PUBLISHED, questions__practice=False)
        return self.annotate(published_count=Count("questions", filter=drawable))


class QuestionBank(models.Model):
    """A set of questions. `version` changes whenever what may be drawn from it changes."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    intro = models.TextField(_("说明"), blank=True)
    version = models.UUIDField(_("版本"), default=uuid.uuid4, editable=False)

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("题库")
        verbose_name_plural = _("题库")
        ordering = ["name"]

    def __str__(self):
        return self.name


class QuestionQuerySet(models.QuerySet):
    def drawable(self) -> "QuestionQuerySet":
        """Questions for competitions: published, not set apart for practice."""
        return self.filter(
            state=Question.State.PUBLISHED, practice=False, current__isnull=False
        ).order_by("pk")

    def for_practice(self) -> "QuestionQuerySet":
        """Questions set apart for practice that are answered by choosing options."""
        return self.filter(
            state=Question.State.PUBLISHED,
            practice=True,
            current__isnull=False,
            kind__in=[scoring.SINGLE, scoring.MULTIPLE, scoring.BOOLEAN],
        ).order_by("pk")


class Question(ClusterableModel):
    """A question as editors see it; its options and key stand in `Option` rows."""

    class Kind(models.TextChoices):
        SINGLE = scoring.SINGLE, _("单选")
        MULTIPLE = scoring.MULTIPLE, _("多选")
        BOOLEAN = scoring.BOOLEAN, _("判断")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("易")
        MEDIUM = 2, _("中")
        HARD = 3, _("难")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        RETIRED = "retired", _("已停用")

    bank = models.ForeignKey(
        QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("题库")
    )
    kind = models.CharField(_("题型"), max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    category = models.CharField(_("类别"), max_length=30, db_index=True)
    difficulty = models.PositiveSmallIntegerField(
        _("难度"), choices=Difficulty.choices, default=Difficulty.EASY
    )
    points = models.PositiveSmallIntegerField(
        _("分值"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_QUESTION_POINTS)],
    )
    stem = models.TextField(_("题干"), max_length=1000)
    explanation = models.TextField(_("解析"), blank=True, max_length=2000)
    source_law = models.CharField(_("依据"), max_length=100, blank=True)
    source_article = models.CharField(_("条款"), max_length=40, blank=True)
    practice = models.BooleanField(
        _("练习专用"), default=False, help_text=_("练习专用的题不会抽进竞赛试卷。")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    current = models.ForeignKey(
        "QuestionVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="current_of",
        verbose_name=_("现行版本"),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("题目")
        verbose_name_plural = _("题目")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(difficulty__range=(1, 3)), name="question_difficulty_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(points__range=(1, MAX_QUESTION_POINTS)), name="question_points_range"
            ),
        ]

    def __str__(self):
        return self.stem[:40]

    def snapshot(self, options: Iterable["Option"]) -> dict:
        """All that a paper, its points and its review need, with `options` in their order."""
        options = list(options)
        return {
            "kind": self.kind,
            "category": self.category,
            "difficulty": self.difficulty,
            "points": self.points,
            "stem": self.stem,
            "options": [option.text for option in options],
            "key": [place for place, option in enumerate(options) if option.right],
            "explanation": self.explanation,
            "law": self.source_law,
            "article": self.source_article,
        }


class Option(Orderable):
    """One option of a question, in the editors' order; papers shuffle it."""

    question = ParentalKey(Question, related_name="options")
    text = models.CharField(_("选项"), max_length=200)
    right = models.BooleanField(_("正确"), default=False)

    class Meta(Orderable.Meta):
        verbose_name = _("选项")
        verbose_name_plural = _("选项")

    def __str__(self):
        return self.text


class QuestionVersion(models.Model):
    """A question's content at one time; never changed, so that old papers keep their meaning."""

    wagtail_reference_index_ignore = True

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="versions", verbose_name=_("题目")
    )
    number = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("内容"))
    created_at = models.DateTimeField(_("生成时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("题目版本")
        verbose_name_plural = _("题目版本")
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_version_per_number"),
        ]

    def __str__(self):
        return f"{self.question_id}/{self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("a question version never changes; make a new one")
        super().save(*args, **kwargs)
