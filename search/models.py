"""What search keeps in the database: the outbox, suggestions, synonyms, words, the query log."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.text import fold, key_of

# After so many failures (about an hour) a row waits for someone to look at it.
MOST_ATTEMPTS = 12


class PendingSyncQuerySet(models.QuerySet):
    """Reads of the outbox."""

    def due(self, now: datetime) -> "PendingSyncQuerySet":
        """Rows not yet done whose next try has come, oldest first; without those given up."""
        waiting = self.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)
        return waiting.filter(retry_at__lte=now).order_by("pk")

    def touched_since(self, moment: datetime) -> "PendingSyncQuerySet":
        """Rows done since `moment` or not done yet: what an index begun then may lack."""
        return self.filter(Q(done_at=None) | Q(done_at__gte=moment))

    def failing(self) -> "PendingSyncQuerySet":
        """Rows not done that failed, or that wait for an engine that takes no writes."""
        return self.filter(done_at=None).exclude(error="").order_by("-attempts", "pk")

    def given_up(self) -> "PendingSyncQuerySet":
        """Rows that failed too often to be tried by themselves."""
        return self.filter(done_at=None, attempts__gte=MOST_ATTEMPTS)


class PendingSync(models.Model):
    """The outbox: a row that must be looked at again, written in the transaction that changed it.

    Rows are only added, never merged, so that no two transactions wait for each other; done rows
    are kept for a day, for rebuilds.
    """

    kind = models.CharField(_("类型"), max_length=40)
    key = models.CharField(_("编号"), max_length=64)
    at = models.DateTimeField(_("登记时间"), default=timezone.now)
    retry_at = models.DateTimeField(_("下次处理"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("已试次数"), default=0)
    error = models.TextField(_("错误"), blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = PendingSyncQuerySet.as_manager()

    class Meta:
        verbose_name = _("待同步内容")
        verbose_name_plural = _("待同步内容")
        indexes = [
            models.Index(fields=["retry_at"], condition=Q(done_at=None), name="search_pending_due"),
            models.Index(fields=["done_at"], name="search_pending_done"),
        ]

    def __str__(self):
        return f"{self.kind}:{self.key}"


class SuggestionTermQuerySet(models.QuerySet):
    """Reads of the suggestions."""

    def starting_with(self, typed: str) -> "SuggestionTermQuerySet":
        """Terms that `typed` begins, in characters, full pinyin or initials; best first."""
        key = key_of(typed)
        if not key:
            return self.none()
        found = Q(folded__startswith=key) | Q(pinyin__startswith=key) | Q(initials__startswith=key)
        return self.filter(found).order_by("-weight", "size", "text", "pk")

    def read_as(self, typed: list[str], most: int = 200) -> "SuggestionTermQuerySet":
        """Terms whose whole pinyin or initials are one of `typed`, best first."""
        found = Q(pinyin__in=typed) | Q(initials__in=typed)
        return self.filter(found).order_by("-weight", "size", "text", "pk")[:most]


class SuggestionTerm(models.Model):
    """What the search box offers while someone types; belongs to one indexed row."""

    kind = models.CharField(_("类型"), max_length=40)
    key = models.CharField(_("编号"), max_length=64)
    text = models.CharField(_("词"), max_length=100)
    folded = models.CharField(max_length=100, db_index=True)
    pinyin = models.CharField(max_length=255, db_index=True)
    initials = models.CharField(max_length=100, db_index=True)
    size = models.PositiveSmallIntegerField()
    weight = models.IntegerField(_("权重"), default=1)
    url = models.CharField(_("地址"), max_length=500)

    objects = SuggestionTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("联想词")
        verbose_name_plural = _("联想词")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "text"], name="one_suggestion_per_row"),
        ]

    def __str__(self):
        return self.text


class LexiconWordQuerySet(models.QuerySet):
    """Reads of the lexicon."""

    def sounding_like(self, readings: list[str]) -> "LexiconWordQuerySet":
        """Words with one of these pinyin readings."""
        return self.filter(pinyin__in=readings)

    def one_edit_from(self, text: str) -> "LexiconWordQuerySet":
        """Candidates for edit distance one: nearly as long, and the same first or last character
        (one edit of three or more characters keeps one of the two)."""
        return self.filter(
            Q(first=text[0]) | Q(last=text[-1]), size__range=(len(text) - 1, len(text) + 1)
        )


class LexiconWord(models.Model):
    """A word of public titles and terms, for the second try of a query without results.

    Whether it is still public is settled by searching for it: a rewritten query counts only if
    it finds something.
    """

    text = models.CharField(max_length=30, unique=True)
    pinyin = models.CharField(max_length=200, db_index=True)
    first = models.CharField(max_length=1, db_index=True)
    last = models.CharField(max_length=1, db_index=True)
    size = models.PositiveSmallIntegerField()

    objects = LexiconWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("词表")
        verbose_name_plural = _("词表")

    def __str__(self):
        return self.text


class Synonym(models.Model):
    """Two words that readers use for one thing, in both directions."""

    term = models.CharField(_("词"), max_length=40, help_text=_("例如：劳模"))
    equivalent = models.CharField(
        _("等同于"), max_length=40, help_text=_("例如：劳动模范。两个方向都有效，无需重建索引。")
    )

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(fields=["term", "equivalent"], name="one_row_per_synonym"),
            models.CheckConstraint(
                condition=~Q(term="") & ~Q(equivalent=""), name="synonym_has_both_words"
            ),
            models.CheckConstraint(condition=~Q(term=F("equivalent")), name="synonym_words_differ"),
        ]

    def __str__(self):
        return f"{self.term} = {self.equivalent}"

    def clean(self):
        """Both words hold letters, and they differ after folding."""
        self.term, self.equivalent = self.term.strip(), self.equivalent.strip()
        if not key_of(self.term) or not key_of(self.equivalent):
            raise ValidationError(_("两个词都要有文字。"))
        if fold(self.term) == fold(self.equivalent):
            raise ValidationError(_("两个词在搜索里本来就相同，不必添加。"))


class QueryLogQuerySet(models.QuerySet):
    """Reads of the query log."""

    def popular(self, today: date, most: int = 8) -> list[str]:
        """What many searched with results in the last 30 days, most frequent first."""
        rows = (
            self.filter(day__gt=today - timedelta(days=30))
            .values("query")
            .annotate(times=Sum("count"), empty=Sum("zero_count"))
            .filter(times__gte=POPULAR, empty=0)
            .order_by("-times", "query")
        )
        return [row["query"] for row in rows[:most]]


# Rarer queries may be about one person: they are nobody else's business.
POPULAR = 5


class QueryLog(models.Model):
    """How often something was searched on a day; nobody's name, account or address."""

    day = models.DateField(_("日期"))
    query = models.CharField(_("搜索词"), max_length=100)
    count = models.PositiveIntegerField(_("次数"), default=0)
    zero_count = models.PositiveIntegerField(_("无结果次数"), default=0)

    objects = QueryLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("搜索记录")
        verbose_name_plural = _("搜索记录")
        ordering = ["-day", "-count", "query"]
        constraints = [
            models.UniqueConstraint(fields=["day", "query"], name="one_row_per_query_and_day"),
        ]

    def __str__(self):
        return f"{self.day} {self.query}"
