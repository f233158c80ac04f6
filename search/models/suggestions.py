"""What the box offers, and the words that typing errors are compared with."""

from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from search.text import key_of
from search.text.words import is_chinese

# Comes after every character that text has.
LAST_CHARACTER = "\U0010ffff"


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
