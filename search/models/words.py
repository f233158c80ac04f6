"""Words that editors teach: synonyms, and names that are kept whole."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.text import fold, key_of
from search.text.words import is_chinese

SHORTEST_TERM, LONGEST_TERM = 2, 8


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
