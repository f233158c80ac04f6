"""The lines that the admin's own search reads."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch.backends.base import get_model_root


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
