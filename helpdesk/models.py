"""Questions with their answers, what nobody has answered yet, and what readers made of it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk import wordings
from unions.names import clean_name

MOST_ASKED_DAYS = 30
LONGEST_ANSWER = 4000


def validate_wordings(text: str) -> None:
    """Refuse more or longer wordings than an entry takes."""
    lines = wordings.lines_of(text)
    if len(lines) > wordings.MOST_WORDINGS:
        raise ValidationError(
            _("其他问法最多 %(most)d 条，现在有 %(count)d 条。")
            % {"most": wordings.MOST_WORDINGS, "count": len(lines)},
            code="too_many",
        )
    if any(len(line) > wordings.LONGEST_WORDING for line in lines):
        raise ValidationError(
            _("每条问法最多 %(most)d 个字。") % {"most": wordings.LONGEST_WORDING}, code="too_long"
        )


def in_force(today: date, prefix: str = "") -> Q:
    """Published, and `today` (a local day) is within the days of validity, both in."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": today})
    lasts = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": today})
    return Q(**{f"{prefix}published": True}) & begun & lasts


class CategoryQuerySet(models.QuerySet):
    def with_counts(self, today: date) -> "CategoryQuerySet":
        """Adds `in_force_count`, the entries that a reader finds today."""
        return self.annotate(in_force_count=Count("entries", filter=in_force(today, "entries__")))

    def shown(self, today: date) -> "CategoryQuerySet":
        """Categories with something in them, in the editors' order, with counts."""
        counted = self.with_counts(today).filter(in_force_count__gt=0)
        return counted.order_by("place", "name")  # counting drops the order of the table


class Category(models.Model):
    """A heading under which entries stand; editors name and order them."""

    name = models.CharField(_("名称"), max_length=40, unique=True)
    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    intro = models.CharField(_("一句话说明"), max_length=120, blank=True)
    place = models.PositiveSmallIntegerField(_("次序"), default=0, help_text=_("小的在前。"))

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("问答分类")
        verbose_name_plural = _("问答分类")
        ordering = ["place", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug=""), name="category_has_name_and_slug"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("helpdesk:category", args=[self.slug])


class EntryQuerySet(models.QuerySet):
    def public(self) -> "EntryQuerySet":
        """Entries that editors have published, whatever the day."""
        return self.filter(published=True)

    def in_force(self, today: date) -> "EntryQuerySet":
        """Public entries that hold on the local day `today`."""
        return self.filter(in_force(today))

    def expired(self, today: date) -> "EntryQuerySet":
        """Entries whose last day is before `today`."""
        return self.filter(valid_until__lt=today)

    def turning(self, since: date, until: date) -> "EntryQuerySet":
        """Entries that begin or cease to hold by the clock after the local day `since` and up to
        the beginning of the local day `until`."""
        begins = Q(valid_from__gt=since, valid_from__lte=until)
        ends = Q(valid_until__gte=since, valid_until__lt=until)
        return self.filter(begins | ends)

    def for_lists(self) -> "EntryQuerySet":
        """What a line of a list shows, in one statement."""
        return self.select_related("category")

    def most_asked(self, today: date) -> "EntryQuerySet":
        """Entries in force that answered something in the last 30 days, the most first."""
        recent = Q(askings__day__gt=today - timedelta(days=MOST_ASKED_DAYS))
        return (
            self.in_force(today)
            .annotate(times=Sum("askings__times", filter=recent))
            .filter(times__gt=0)
            .order_by("-times", "pk")
        )

    def with_feedback(self) -> "EntryQuerySet":
        """Adds `helpful` and `unhelpful`, counted from the votes."""
        return self.annotate(
            helpful=Count("feedback", filter=Q(feedback__helpful=True)),
            unhelpful=Count("feedback", filter=Q(feedback__helpful=False)),
        )


class Entry(models.Model):
    """A question with its answer, and the law or document that says so.

    `key` is the folded question: one entry per key and category, so that an import can be
    repeated. Who writes in bulk sets it with `wordings.question_key`.
    """

    category = models.ForeignKey(
        Category, models.PROTECT, related_name="entries", verbose_name=_("分类")
    )
    question = models.CharField(_("问题"), max_length=200)
    key = models.CharField(max_length=wordings.LONGEST_KEY, editable=False)
    wordings = models.TextField(
        _("其他问法"),
        max_length=2500,
        blank=True,
        validators=[validate_wordings],
        help_text=_("一行一种，写职工平时会怎么问。问得到问不到，主要看这里。"),
    )
    answer = models.TextField(
        _("回答"), max_length=LONGEST_ANSWER, validators=[MaxLengthValidator(LONGEST_ANSWER)]
    )
    source = models.CharField(
        _("依据"), max_length=200, help_text=_("法律或文件的名称，如《中华人民共和国工会法》。")
    )
    clause = models.CharField(
        _("条款"), max_length=60, blank=True, help_text=_("如“第十一条”；拿不准就空着。")
    )
    source_url = models.URLField(
        _("原文链接"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])]
    )
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_until = models.DateField(
        _("失效日期"), null=True, blank=True, help_text=_("当天仍有效，第二天起不再作为回答。")
    )
    published = models.BooleanField(_("发布"), default=True)
    created_at = models.DateTimeField(_("写入时间"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("问答条目")
        verbose_name_plural = _("问答条目")
        ordering = ["category__place", "category__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["category", "key"], name="one_entry_per_question"),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(answer="") & ~Q(source=""),
                name="entry_has_question_answer_source",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="entry_begins_before_it_ends",
            ),
        ]

    def __str__(self):
        return self.question

    def save(self, *args, **kwargs):
        """Keep `key` in step with the question."""
        self.key = wordings.question_key(self.question)
        fields = kwargs.get("update_fields")
        if fields is not None and "question" in fields:
            kwargs["update_fields"] = {*fields, "key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("helpdesk:entry", args=[self.pk])

    def clean(self):
        self.wordings = "\n".join(wordings.lines_of(self.wordings))
        self.answer = wordings.clean_block(self.answer)
        self.question = clean_name(self.question)
        self.key = wordings.question_key(self.question)
        if not self.key:
            raise ValidationError({"question": _("问题里没有文字。")})
        same = Entry.objects.exclude(pk=self.pk).filter(category=self.category_id, key=self.key)
        if same.exists():
            raise ValidationError({"question": _("这个分类里已经有这个问题。")})

    @property
    def all_wordings(self) -> list[str]:
        """The question and every other wording."""
        return [self.question, *wordings.lines_of(self.wordings)]

    def holds_on(self, day: date) -> bool:
        """Whether readers may be given it as an answer on the local `day`."""
        begun = self.valid_from is None or self.valid_from <= day
        return self.published and begun and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Whether its last day is over."""
        return self.valid_until is not None and self.valid_until < day


class AskingQuerySet(models.QuerySet):
    def between(self, first: date, last: date) -> "AskingQuerySet":
        """What was asked on the local days `first` to `last`, both in."""
        return self.filter(day__range=(first, last))

    def per_day(self) -> models.QuerySet:
        """Rows (day, asked, answered), the newest day first."""
        answered = Coalesce(Sum("times", filter=Q(entry__isnull=False)), 0)
        return (
            self.order_by()
            .values("day")
            .annotate(asked=Sum("times"), answered=answered)
            .order_by("-day")
        )

    def totals(self) -> dict[str, int]:
        """`asked` and, of them, `answered`."""
        found = self.aggregate(
            asked=Sum("times"), answered=Sum("times", filter=Q(entry__isnull=False))
        )
        return {name: value or 0 for name, value in found.items()}


class Asking(models.Model):
    """How often an entry was given as the answer on a day; without entry: how often none was."""

    day = models.DateField(_("日期"))
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="askings")
    times = models.PositiveIntegerField(_("次数"), default=0)

    objects = AskingQuerySet.as_manager()

    class Meta:
        verbose_name = _("提问计数")
        verbose_name_plural = _("提问计数")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "entry"],
                condition=Q(entry__isnull=False),
                name="one_asking_per_day_and_entry",
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(entry__isnull=True), name="one_unanswered_per_day"
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.entry_id}"


class EnquiryQuerySet(models.QuerySet):
    def open(self) -> "EnquiryQuerySet":
        """Questions that wait for an editor, the most asked first."""
        return self.filter(status=Enquiry.Status.OPEN).order_by("-times", "-last_day", "pk")

    def first_asked_on(self, day: date) -> "EnquiryQuerySet":
        """Questions that nobody had asked before the local `day`."""
        return self.filter(first_day=day)


class Enquiry(models.Model):
    """A question that no entry answered, without a trace of who asked.

    `key` is the folded text: the same question is one row with a count, on whatever day.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("待回答")
        ANSWERED = "answered", _("已回答")
        DISMISSED = "dismissed", _("不处理")

    text = models.CharField(_("问题"), max_length=100)
    key = models.CharField(max_length=100, unique=True, editable=False)
    times = models.PositiveIntegerField(_("问过次数"), default=1)
    first_day = models.DateField(_("第一次"), db_index=True)
    last_day = models.DateField(_("最近一次"))
    status = models.CharField(
        _("状态"), max_length=9, choices=Status.choices, default=Status.OPEN, db_index=True
    )
    answered_by = models.ForeignKey(
        Entry,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enquiries",
        verbose_name=_("由哪条问答回答"),
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("咨询")
        verbose_name_plural = _("咨询")
        ordering = ["-times", "-last_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(key="") & Q(times__gte=1), name="enquiry_was_asked"
            ),
            models.CheckConstraint(
                condition=Q(status="answered") | Q(answered_by__isnull=True),
                name="only_an_answered_enquiry_has_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="enquiry_days_in_order"
            ),
        ]

    def __str__(self):
        return self.text


class Feedback(models.Model):
    """One visitor's word on one entry. `ballot` can't be led back to a person or another entry."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="feedback")
    ballot = models.CharField(max_length=64)
    helpful = models.BooleanField(_("有帮助"))
    day = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("评价")
        verbose_name_plural = _("评价")
        constraints = [
            models.UniqueConstraint(fields=["entry", "ballot"], name="one_vote_per_visitor_entry"),
        ]
        indexes = [models.Index(fields=["entry", "day"], name="helpdesk_feedback_day")]

    def __str__(self):
        return f"{self.entry_id} {self.helpful}"
