"""What search keeps in the database: the outbox, suggestions, synonyms, words, the query log."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from modelsearch.backends.base import get_model_root
from wagtail.models import Orderable

from search.text import fold, key_of
from search.text.words import is_chinese

# After so many failures (about an hour) a row waits for someone to look at it.
MOST_ATTEMPTS = 12
MOST_PINNED = 3
SHORTEST_TERM, LONGEST_TERM = 2, 8
# Comes after every character that text has.
LAST_CHARACTER = "\U0010ffff"


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


class AdminEntryQuerySet(models.QuerySet):
    """Reads of what the admin searches."""

    def of(self, model: type[models.Model]) -> "AdminEntryQuerySet":
        """Entries of the rows of `model`, of those it inherits from and that inherit from it."""
        return self.filter(content_type=ContentType.objects.get_for_model(get_model_root(model)))


class AdminEntry(models.Model):
    """What editors find a row by: a line (`search.text.line`) per text, the title's first.

    One entry per row, whatever class of its family the row is of; written in the transaction
    that saves the row, drafts and private rows as well. Never asked on behalf of readers.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    text = models.TextField()

    objects = AdminEntryQuerySet.as_manager()

    # Wagtail needs no record that an entry speaks of a row.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("后台搜索条目")
        verbose_name_plural = _("后台搜索条目")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="one_admin_entry_per_row"
            ),
        ]

    def __str__(self):
        return self.text.partition("\n")[0].strip()


class SuggestionTermQuerySet(models.QuerySet):
    """Reads of the suggestions."""

    def starting_with(self, typed: str, most: int) -> "list[SuggestionTerm]":
        """Up to `most` terms that `typed` begins, in characters, full pinyin or initials; best
        first: by weight, then the shorter ones."""
        key = key_of(typed)
        if not key:
            return []
        # Chinese never begins a reading.
        columns = ("folded",) if is_chinese(key[0]) else ("folded", "pinyin", "initials")
        best = ("-weight", "size", "pk")
        if connections[self.db].vendor == "sqlite":
            # Each range by itself: SQLite's LIKE folds case and uses no index, and an OR of ranges
            # reads whole rows.
            pks: set[int] = set()
            for column in columns:
                between = {f"{column}__gte": key, f"{column}__lt": key + LAST_CHARACTER}
                rows = self.filter(**between).order_by(*best)
                pks.update(rows.values_list("pk", flat=True)[:most])
            found = Q(pk__in=pks)
        else:
            found = Q(*((f"{column}__startswith", key) for column in columns), _connector=Q.OR)
        return list(self.filter(found).order_by(*best)[:most])

    def read_as(self, typed: list[str], most: int = 200) -> "SuggestionTermQuerySet":
        """Terms whose whole pinyin or initials are one of `typed`, best first."""
        found = Q(pinyin__in=typed) | Q(initials__in=typed)
        return self.filter(found).order_by("-weight", "size", "text", "pk")[:most]


class SuggestionTerm(models.Model):
    """What the search box offers while someone types; belongs to one indexed row."""

    kind = models.CharField(_("类型"), max_length=40)
    key = models.CharField(_("编号"), max_length=64)
    text = models.CharField(_("词"), max_length=100)
    folded = models.CharField(max_length=100)
    pinyin = models.CharField(max_length=255)
    initials = models.CharField(max_length=100)
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
        indexes = [
            models.Index(
                fields=[column, "-weight", "size"],
                opclasses=["varchar_pattern_ops", "int4_ops", "int2_ops"],
                name=f"search_by_{column}",
            )
            for column in ("folded", "pinyin", "initials")
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


class Pin(ClusterableModel):
    """What an editor puts first for one thing that readers search in one or several wordings."""

    class Meta:
        verbose_name = _("置顶结果")
        verbose_name_plural = _("置顶结果")
        ordering = ["-pk"]

    def __str__(self):
        return "、".join(wording.text for wording in self.wordings.all())


class PinWording(models.Model):
    """One wording of a pin. `key` is what counts: width, script and marks make no difference."""

    pin = ParentalKey(Pin, on_delete=models.CASCADE, related_name="wordings")
    text = models.CharField(_("搜索词"), max_length=100, help_text=_("读者会输入的词，例如：入会"))
    key = models.CharField(
        max_length=100,
        unique=True,
        editable=False,
        error_messages={"unique": _("这个搜索词已经有置顶。")},
    )

    class Meta:
        verbose_name = _("置顶的搜索词")
        verbose_name_plural = _("置顶的搜索词")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="pin_wording_has_letters"),
        ]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Keep `key` in step with `text`."""
        self.key = key_of(self.text)
        super().save(*args, **kwargs)

    def clean(self):
        """The text holds letters, and no other pin has it."""
        self.key = key_of(self.text)
        if not self.key:
            raise ValidationError({"text": _("要有文字。")})
        if PinWording.objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise ValidationError({"text": _("这个搜索词已经有置顶。")})


class PinnedResultQuerySet(models.QuerySet):
    """Reads of the pinned results."""

    def for_key(self, key: str) -> list[tuple[str, str]]:
        """Pairs (kind, key of the row) that editors put first for the folded query `key`, in
        order. Whether they are public is for the caller to see."""
        if not key:
            return []
        rows = self.filter(pin__wordings__key=key).order_by("sort_order", "pk")
        return list(rows.values_list("kind", "key")[:MOST_PINNED])


class PinnedResult(Orderable):
    """A row put first. It is named by its address and kept by kind and key, so that a new address
    changes nothing."""

    pin = ParentalKey(Pin, on_delete=models.CASCADE, related_name="results")
    address = models.CharField(
        _("网址"),
        max_length=500,
        help_text=_("在网站上打开要置顶的内容，复制它的网址贴在这里。"),
    )
    kind = models.CharField(_("类型"), max_length=40, editable=False)
    key = models.CharField(_("编号"), max_length=64, editable=False)

    objects = PinnedResultQuerySet.as_manager()

    class Meta(Orderable.Meta):
        verbose_name = _("置顶的内容")
        verbose_name_plural = _("置顶的内容")
        constraints = [
            models.UniqueConstraint(fields=["pin", "kind", "key"], name="one_place_per_pin"),
            models.CheckConstraint(
                condition=Q(sort_order__lt=MOST_PINNED), name="three_pinned_at_most"
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="pinned_is_a_row"),
        ]

    def __str__(self):
        return self.address

    def clean(self):
        """The address is that of something that can be found."""
        path = urlsplit(self.address.strip()).path
        term = SuggestionTerm.objects.filter(url=path).exclude(url="").first()
        if term is None:
            raise ValidationError(
                {"address": _("搜索里没有这个网址的内容。要是刚发布的，过一分钟再试。")}
            )
        self.address, self.kind, self.key = path, term.kind, term.key


class DictionaryWord(models.Model):
    """A name or short term that is kept whole when texts are cut into words."""

    text = models.CharField(
        _("专有词"),
        max_length=LONGEST_TERM,
        unique=True,
        help_text=_(
            "人名、单位简称、短术语，2 到 8 个汉字。不要写长的短语：写了，只搜其中一部分就难找到。"
        ),
    )

    class Meta:
        verbose_name = _("专有词")
        verbose_name_plural = _("专有词")
        ordering = ["text"]

    def __str__(self):
        return self.text

    def clean(self):
        """Chinese alone, folded as texts are before they are cut."""
        self.text = fold(self.text.strip())
        if len(self.text) < SHORTEST_TERM or not all(map(is_chinese, self.text)):
            raise ValidationError({"text": _("写 2 到 8 个汉字，不带空格和标点。")})


class DictionaryEditionQuerySet(models.QuerySet):
    """Reads of the editions."""

    def in_use(self) -> "DictionaryEdition | None":
        """The edition that the index which answers was built with; None before the first."""
        return self.exclude(used_since=None).order_by("-pk").first()


class DictionaryEdition(models.Model):
    """The dictionary words as they were when an index was begun. Queries are cut with the edition
    of the index that answers them, so that both have the same words."""

    words = models.JSONField(_("专有词"), default=list)
    began_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    used_since = models.DateTimeField(_("启用时间"), null=True, blank=True)

    objects = DictionaryEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("词典版本")
        verbose_name_plural = _("词典版本")

    def __str__(self):
        return str(self.pk)


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
