"""Question banks. What editors change is a `Question`; what papers hold is a `QuestionVersion`."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Page

from media.models import SiteImage, SiteMedia
from quiz import scoring
from quiz.errors import MESSAGES, QuizError
from quiz.stems import KEY_LENGTH
from unions.models import Member

MAX_QUESTION_POINTS = 1000
# What `Question.note_source` sets.
SOURCE_NOTES = ("source_checked_at", "source_checked_gone")


class QuestionBankQuerySet(models.QuerySet):
    def with_counts(self) -> "QuestionBankQuerySet":
        """Each bank with `published_count`, the questions that a competition may draw."""
        drawable = Q(questions__state=Question.State.PUBLISHED, questions__practice=False)
        waiting = Q(questions__state=Question.State.REVIEW)
        return self.annotate(
            published_count=Count("questions", filter=drawable),
            waiting_count=Count("questions", filter=waiting),
        )


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
        """Questions for competitions: published, not set apart for practice.

        Whether they are in force on the day is asked when a paper is drawn (`quiz.pools`).
        """
        return self.filter(
            state=Question.State.PUBLISHED, practice=False, current__isnull=False
        ).order_by("pk")

    def waiting(self) -> "QuestionQuerySet":
        """Handed in for review."""
        return self.filter(state=Question.State.REVIEW)

    def of_bank(self, bank: QuestionBank) -> "QuestionQuerySet":
        """All of a bank with their options, in the order in which they were entered."""
        return self.filter(bank=bank).prefetch_related("options").order_by("pk")

    def publishable_by(self, member: Member, bank: QuestionBank) -> "QuestionQuerySet":
        """What of `bank` waits for a second person and was last written by somebody else."""
        return self.of_bank(bank).filter(~Q(edited_by=member), state=Question.State.REVIEW)

    def with_stem_of(self, question: "Question") -> "QuestionQuerySet":
        """Other questions of the same bank that ask the same."""
        same = self.filter(bank=question.bank_id, stem_key=question.stem_key)
        return same.exclude(pk=question.pk).order_by("pk")

    def with_source_news(self) -> "QuestionQuerySet":
        """Each question with `source_news`: what has become of the page that its published version
        cites, a value of `Question.SourceNews`, or "" while nobody needs to look at it.

        Who publishes a question, or confirms its source, has read the page as it is then.
        """
        page, news = "source_page__last_published_at", Question.SourceNews
        unread = Q(source_checked_at__isnull=True) | Q(**{f"{page}__gt": F("source_checked_at")})
        deleted = Q(source_page__isnull=True, current__content__has_key="page")
        gone = Q(source_page__live=False) & (Q(source_checked_gone=False) | unread)
        return self.annotate(
            source_news=Case(
                When(~Q(state=Question.State.PUBLISHED), then=Value("")),
                When(deleted, then=Value(news.DELETED)),
                When(gone, then=Value(news.GONE)),
                When(Q(**{f"{page}__gt": F("current__created_at")}) & unread, then=Value(news.NEW)),
                default=Value(""),
                output_field=models.CharField(),
            )
        )

    def with_changed_source(self) -> "QuestionQuerySet":
        """Published questions whose source somebody has to look at."""
        return self.with_source_news().exclude(source_news="")

    def by_choice(self) -> "QuestionQuerySet":
        """Questions that are answered by choosing options: what is practised."""
        return self.filter(kind__in=[scoring.SINGLE, scoring.MULTIPLE, scoring.BOOLEAN])

    def practised(self) -> "QuestionQuerySet":
        """Questions set apart for practice, published or not."""
        return self.by_choice().filter(practice=True)

    def for_practice(self) -> "QuestionQuerySet":
        """Questions set apart for practice that can be practised now."""
        found = self.practised().filter(state=Question.State.PUBLISHED, current__isnull=False)
        return found.order_by("pk")


class Question(ClusterableModel):
    """A question as editors see it; its options and key stand in `Option` rows.

    Once it has a version it stays in its bank: papers find its key, and what corrected it, there.
    """

    class Kind(models.TextChoices):
        SINGLE = scoring.SINGLE, _("单选")
        MULTIPLE = scoring.MULTIPLE, _("多选")
        BOOLEAN = scoring.BOOLEAN, _("判断")
        FILL = scoring.FILL, _("填空")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("易")
        MEDIUM = 2, _("中")
        HARD = 3, _("难")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        REVIEW = "review", _("待审核")
        PUBLISHED = "published", _("已发布")
        DISPUTED = "disputed", _("有争议")
        RETIRED = "retired", _("已停用")

    class SourceNews(models.TextChoices):
        NEW = "new", _("出处已变：页面已更新")
        GONE = "gone", _("出处已变：页面已撤下")
        DELETED = "deleted", _("出处已变：页面已删除")

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
    # `quiz.stems.stem_key`, kept by the services.
    stem_key = models.CharField(
        _("题干指纹"), max_length=KEY_LENGTH, blank=True, editable=False, db_index=True
    )
    picture = models.ForeignKey(
        SiteImage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("题干图片"),
    )
    picture_alt = models.CharField(
        _("图片说明"),
        max_length=200,
        blank=True,
        help_text=_("给看不到图片的人：写清答题要用的内容，但不要写出答案。"),
    )
    sound = models.ForeignKey(
        SiteMedia,
        models.PROTECT,
        limit_choices_to={"type": "audio"},
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("题干音频"),
    )
    transcript = models.TextField(
        _("音频文字稿"),
        blank=True,
        max_length=2000,
        help_text=_("给听不到声音的人：逐字写出音频里说的话。"),
    )
    explanation = models.TextField(_("解析"), blank=True, max_length=2000)
    source_law = models.CharField(_("依据"), max_length=100, blank=True)
    source_article = models.CharField(_("条款"), max_length=40, blank=True)
    source_page = models.ForeignKey(
        Page,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("原文页面"),
        help_text=_("本站登载原文的页面；截止后和解析一起给出链接。"),
    )
    # When somebody last read the source page beside the question, and whether it was off the site.
    source_checked_at = models.DateTimeField(_("核对出处的时间"), null=True, editable=False)
    source_checked_gone = models.BooleanField(default=False, editable=False)
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_until = models.DateField(
        _("失效日期"),
        null=True,
        blank=True,
        help_text=_("这一天还有效。不在有效期内的题不会抽进新的试卷。"),
    )
    practice = models.BooleanField(
        _("练习专用"), default=False, help_text=_("练习专用的题不会抽进竞赛试卷。")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    edited_by = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("最后改动的人"),
    )
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
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_alt=""),
                name="question_picture_has_alt",
                violation_error_message=_("有图片的题要写图片说明。"),
            ),
            models.CheckConstraint(
                condition=Q(sound__isnull=True) | ~Q(transcript=""),
                name="question_sound_has_transcript",
                violation_error_message=_("有音频的题要写文字稿。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="question_valid_in_order",
                violation_error_message=_("失效日期早于生效日期。"),
            ),
        ]
        indexes = [models.Index(fields=["bank", "state"], name="question_by_state")]

    def __str__(self):
        return self.stem[:40]

    def clean(self):
        super().clean()
        if self._leaves_its_bank():
            raise ValidationError({"bank": MESSAGES["bank_stays"]})

    def save(self, *args, update_fields=None, **kwargs):
        """`QuizError("bank_stays")` for a question with a version that would go to another bank."""
        if (update_fields is None or "bank" in update_fields) and self._leaves_its_bank():
            raise QuizError("bank_stays")
        super().save(*args, update_fields=update_fields, **kwargs)

    def _leaves_its_bank(self) -> bool:
        stored = Question.objects.filter(pk=self.pk, versions__isnull=False)
        return not self._state.adding and stored.exclude(bank=self.bank_id).exists()

    @property
    def source_mark(self) -> str:
        """The state of the source page in short: whoever confirms it says what they have read."""
        page = self.source_page
        return f"{page.pk}:{page.live}:{page.last_published_at}" if page else ""

    def note_source(self, now: datetime) -> None:
        """Somebody has read the source page as it is at `now`; the caller saves SOURCE_NOTES."""
        page = self.source_page
        self.source_checked_at = now
        self.source_checked_gone = page is not None and not page.live

    def snapshot(self, options: Iterable["Option"]) -> dict:
        """All that a paper, its points and its review need, with `options` in their order.

        A fill-in has no options; its rows are the forms in "accepted".
        """
        options = list(options)
        extra: dict = {}
        if self.kind == self.Kind.FILL:
            extra["accepted"], options = [option.text for option in options], []
        if self.picture_id:
            extra |= {"picture": self.picture_id, "picture_alt": self.picture_alt}
        if self.sound_id:
            extra |= {"sound": self.sound_id, "transcript": self.transcript}
        if self.source_page_id:
            extra["page"] = self.source_page_id
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
            **extra,
        }


class Option(Orderable):
    """One option of a question, in the editors' order; papers shuffle it.

    Of a fill-in: one form of the answer that is accepted.
    """

    question = ParentalKey(Question, related_name="options")
    text = models.CharField(_("选项"), max_length=200)
    right = models.BooleanField(_("正确"), default=False)

    class Meta(Orderable.Meta):
        verbose_name = _("选项")
        verbose_name_plural = _("选项")

    def __str__(self):
        return self.text


class QuestionVersionQuerySet(models.QuerySet):
    def history(self, question: Question) -> "QuestionVersionQuerySet":
        """All of `question`, the latest first, with who wrote, published and corrected them."""
        found = self.filter(question=question).select_related("written_by", "published_by")
        corrections = ("made_by__requested_by", "made_by__confirmed_by")
        return found.prefetch_related(*corrections).order_by("-number")


class QuestionVersion(models.Model):
    """A question's content at one time; never changed, so that old papers keep their meaning.

    `written_by` changed the question last before it was published.
    """

    wagtail_reference_index_ignore = True

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="versions", verbose_name=_("题目")
    )
    number = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("内容"))
    created_at = models.DateTimeField(_("生成时间"), auto_now_add=True)
    written_by = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("写的人"),
    )
    published_by = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("发布的人"),
    )

    objects = QuestionVersionQuerySet.as_manager()

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
